"""What the pages of the privacy room ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.models import Purpose
from passalong.privacy.assessment import LONGEST_SECTION, Part
from passalong.privacy.models import BalancingNote, NoticeWay

OTHER_WAYS = [way for way in NoticeWay.choices if way[0] not in (NoticeWay.MAIL, NoticeWay.OWN_REQUEST)]
ASKS = {
    "purpose": _("What do you want to reach, and who gains by it? Meeting people by trust, for example."),
    "necessity": _("Which data do you need for that, and why would less not do? What do you leave out?"),
    "balance": _("Would somebody expect to be on file with you? What could it mean for them? Why is it still fair?"),
    "safeguards": _("What do you do so that it stays fair: telling people, objecting, who may see what, when it goes?"),
}  # fmt: skip


class ToldForm(forms.Form):
    """How people came to know, other than by a notice mailed from here."""

    how = forms.ChoiceField(label=_("How"), choices=OTHER_WAYS)
    reason = forms.CharField(
        label=_("Why, where nothing was sent"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For those who knew already or need not be told, in a sentence. It is kept with your name."),
    )


class NoteForm(forms.Form):
    """The four parts of the balancing note."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BalancingNote.TEXTS:
            self.fields[name] = forms.CharField(
                label=BalancingNote._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=ASKS[name],
            )


class AssessmentForm(forms.Form):
    """A field for each section; empty, or as shipped: the words shipped stand."""

    def __init__(self, parts: list[Part], data: Any = None) -> None:
        super().__init__(data)
        self.shipped = {part.section.key: part.text for part in parts if not part.own}
        for part in parts:
            self.fields[part.section.key] = forms.CharField(
                label=str(part.section.title),
                required=False,
                max_length=LONGEST_SECTION,
                initial=part.text,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=str(part.section.asks),
            )

    def own(self) -> dict[str, str]:
        """What differs from the words shipped: only that is kept, so that facts stay fresh."""
        plain = {key: " ".join(text.split()) for key, text in self.shipped.items()}
        said = self.cleaned_data
        return {key: text for key, text in said.items() if text and " ".join(text.split()) != plain.get(key)}


class TaxForm(forms.Form):
    """A signed consent of somebody known from tax work."""

    purpose = forms.ChoiceField(
        label=_("To what"),
        choices=[
            (Purpose.TAX_USE, _("Use: the practice may work with what it knows")),
            (Purpose.TAX_DISCLOSURE, _("Disclosure: others may be shown it")),
        ],
    )
    form_id = forms.CharField(
        label=_("Number of the form"), max_length=60, help_text=_("Under which the signed form is filed with you.")
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day named on the form."),
    )
