"""What the pages of this room ask for. Rules live in services; here is only the shape of the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.contacts.models import Contact, Organization, OrganizationKind, PointKind, StandingKind

MOST_LINES = 30


class LinesField(forms.CharField):
    """Several short texts, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, **kwargs)

    def clean(self, value: Any) -> Any:
        """A list of the lines that say something."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("These are more than %(most)d lines.") % {"most": MOST_LINES})
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class PersonForm(forms.Form):
    """A person's own facts."""

    full_name = forms.CharField(
        label=__("Name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    emails = LinesField(label=__("Mail addresses"), help_text=__("One a line."))
    phones = LinesField(label=__("Phones"), help_text=__("One a line."))
    urls = LinesField(label=__("Profile pages"), help_text=__("LinkedIn or their own page, one a line."))
    notes = forms.CharField(
        label=__("Notes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=__("For the desk only. No client ever sees them."),
    )
    do_not_ask = forms.BooleanField(
        label=__("Do not ask"),
        required=False,
        help_text=__("Never proposed to a client, never asked for names."),
    )
    public_sector = forms.BooleanField(label=__("Works in the public sector"), required=False)
    country = forms.CharField(
        label=__("Country"),
        required=False,
        max_length=60,
        help_text=__("Where this person lives: two letters, as DE, or its name. Empty if unknown."),
    )
    tax_only = forms.BooleanField(
        label=__("Known from tax work only"),
        required=False,
        help_text=__("Never suggested, listed or shown to anybody without this person's signed consent."),
    )


class AddPersonForm(PersonForm):
    """A new person, and where they stand."""

    standing = forms.ChoiceField(
        label=__("Standing"), required=False, choices=[("", __("None")), *StandingKind.choices]
    )
    since = forms.DateField(
        label=__("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=__("Empty: today.")
    )
    field_order = ["full_name", "standing", "since", "emails", "phones", "urls", "notes"]


class OrganizationForm(forms.Form):
    """What is known of an organization."""

    name = forms.CharField(label=__("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=__("Kind"), choices=[c for c in OrganizationKind.choices if c[0] != OrganizationKind.HOUSEHOLD]
    )
    sector = forms.CharField(label=__("Sector"), max_length=80, required=False)
    town = forms.CharField(label=__("Town"), max_length=80, required=False)
    size = forms.IntegerField(
        label=__("How many people belong"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=__("All of them, not only those on file. Small groups say more about who knows whom."),
    )


def person_initial(person: Contact) -> dict[str, Any]:
    """The person as the form shows them."""
    lines: dict[str, list[str]] = {kind: [] for kind in PointKind.values}
    for point in person.points.order_by("pk"):
        lines[point.kind].append(point.value)
    return {
        "full_name": person.full_name,
        "emails": lines[PointKind.EMAIL],
        "phones": lines[PointKind.PHONE],
        "urls": lines[PointKind.URL],
        "notes": person.notes,
        "do_not_ask": person.do_not_ask,
        "public_sector": person.public_sector,
        "country": person.country,
        "tax_only": person.tax_only,
    }


def organization_initial(organization: Organization) -> dict[str, Any]:
    """The organization as the form shows it."""
    return {name: getattr(organization, name) for name in ("name", "kind", "sector", "town", "size")}
