"""What a person says beside a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from passalong.contacts.models import AffiliationKind
from passalong.exchange import readers
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.preview import mapping_of
from passalong.exchange.models import ImportBatch

FORMATS = [
    ("auto", _("Find out by itself")),
    ("directory", _("A list: members, attendees, clients")),
    ("wishlist", _("A wish list")),
    ("linkedin", _("LinkedIn connections")),
    ("google", _("Google contacts")),
    ("outlook", _("Outlook contacts")),
    ("hubspot", _("HubSpot contacts")),
    ("vcard", _("Address cards (vCard)")),
    ("mbox", _("Mail (mbox)")),
    ("ics", _("Calendar (iCalendar)")),
]
GROUPS = (
    AffiliationKind.ASSOCIATION, AffiliationKind.BOARD, AffiliationKind.CLUB, AffiliationKind.SCHOOL,
    AffiliationKind.EMPLOYER, AffiliationKind.EVENT, AffiliationKind.TOWN, AffiliationKind.STREET,
)  # fmt: skip
FIELD_WORDS = {
    "name": _("Whole name"), "given_name": _("First name"), "family_name": _("Last name"),
    "middle_name": _("Middle name"), "prefix": _("Title before the name"), "suffix": _("Letters after the name"),
    "nickname": _("Nickname"), "email": _("Mail address"), "phone": _("Phone"), "organization": _("Firm"),
    "department": _("Department"), "title": _("Position"), "role": _("Role in the group"), "url": _("Web address"),
    "street": _("Street"), "formatted": _("Whole address"), "city": _("Town"), "region": _("State or region"),
    "postcode": _("Postcode"), "country": _("Country"), "birth_date": _("Birth date"), "birth_year": _("Birth year"),
    "birth_month": _("Birth month"), "birth_day": _("Birth day"), "connected_on": _("Connected on"),
    "start": _("Member from"), "end": _("Member until"), "notes": _("Notes"), "labels": _("Labels"),
    "reason": _("Why you would love to meet them"), "review_on": _("Look again on"), "uid": _("Number in the list"),
    "tax_only": _("Known from tax work only"),
    "spouse": _("Spouse"), "child": _("Children"), "manager": _("Manager"), "assistant": _("Assistant"),
    "referred_by": _("Referred by"),
}  # fmt: skip


class FilesInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files."""

    widget = FilesInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Every file, each checked."""
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files or [None]]


class OptionsForm(forms.Form):
    """Format, group and whether the facts are publicly known."""

    as_ = forms.ChoiceField(label=_("What it is"), choices=FORMATS, initial="auto")
    group = forms.CharField(
        label=_("Everybody in it belongs to"),
        max_length=200,
        required=False,
        help_text=_("For a member or board list: the name of the club, board or association."),
    )
    group_kind = forms.ChoiceField(
        label=_("Which is a"), choices=[("", "–"), *((kind.value, kind.label) for kind in GROUPS)], required=False
    )
    since = forms.CharField(label=_("Since (2003, or 2003-05-17)"), max_length=10, required=False)
    public = forms.BooleanField(
        label=_("These facts are publicly known"),
        required=False,
        help_text=_(
            "Tick it for a list anybody can look up, such as a board on a website. Only then may a client see these "
            "facts as a reason. Home addresses, mail and calendars always stay with you."
        ),
    )

    tax_only = forms.BooleanField(
        label=_("Everybody in it is known from tax work only"),
        required=False,
        help_text=_(
            "They are kept apart: never suggested, listed or shown to anybody without a signed consent. A column “Tax "
            "only” says it of single people."
        ),
    )

    def options(self, *, mapping: Mapping[str, str] | None = None, same: Mapping[str, str] | None = None) -> Options:
        """The options as chosen."""
        return Options.make(**self.cleaned_data, mapping=mapping, same=same)


class UploadForm(OptionsForm):
    """Files and what is said of them."""

    file = FilesField(
        label=_("Files"),
        help_text=_("LinkedIn, Google, Outlook or HubSpot exports, vCard, CSV or Excel lists, mail (mbox), calendars."),
        error_messages={"required": _("Choose at least one file."), "empty": _("This file is empty.")},
    )
    field_order = ("file", "as_", "group", "group_kind", "since", "public", "tax_only")

    def options(self, *, mapping: Mapping[str, str] | None = None, same: Mapping[str, str] | None = None) -> Options:
        """The options without the files."""
        return Options.make(
            **{name: value for name, value in self.cleaned_data.items() if name != "file"}, mapping=mapping, same=same
        )


class PreviewForm(OptionsForm):
    """The same after a look at the file, with the meaning of each column and who is who."""

    def __init__(self, batch: ImportBatch, data: Mapping[str, Any] | None = None) -> None:
        words = batch.options
        super().__init__(data, initial={"as_": words.get("as", "auto"), **words})
        self.columns: Sequence[dict[str, Any]] = batch.result.get("columns", [])
        self.namesakes: Sequence[dict[str, Any]] = batch.result.get("namesakes", [])
        same = words.get("same") or {}
        choices = [("", _("is not read")), *((name, FIELD_WORDS.get(name, name)) for name in readers.FIELDS)]
        for number, column in enumerate(self.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column["name"], choices=choices, initial=column["field"], required=False
            )
        for one in self.namesakes:
            self.fields[f"same_{one['row']}"] = forms.ChoiceField(
                label=", ".join(filter(None, (one["name"], one["organization"]))),
                choices=[("", _("somebody else")), *one["people"]],
                initial=same.get(str(one["row"]), ""),
                required=False,
            )

    def column_rows(self) -> list[tuple[dict[str, Any], forms.BoundField]]:
        """Each column with its choice."""
        return [(column, self[f"column_{number}"]) for number, column in enumerate(self.columns)]

    def namesake_rows(self) -> list[forms.BoundField]:
        """For each bare name that is on file already: who it is."""
        return [self[f"same_{one['row']}"] for one in self.namesakes]

    def chosen(self) -> Options:
        """The options with columns and people as chosen."""
        data = self.cleaned_data
        fields = [data[f"column_{number}"] for number in range(len(self.columns))]
        mapping = mapping_of(self.columns, fields) if self.columns else None
        chosen = {str(one["row"]): data[f"same_{one['row']}"] for one in self.namesakes}
        same = {row: public_id for row, public_id in chosen.items() if public_id}
        plain = {name: data[name] for name in ("as_", "group", "group_kind", "since", "public", "tax_only")}
        return Options.make(**plain, mapping=mapping, same=same)
