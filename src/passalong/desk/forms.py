"""What a person's page asks for. Rules live in services; here is only the shape of the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.contacts.choosing import ASK_PERSON
from passalong.contacts.models import AffiliationKind, Contact, StandingKind
from passalong.ties.models import StatementKind

SUGGEST = {
    "hx-trigger": "input changed delay:200ms",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
    "autocomplete": "off",
}
ASK_ORGANIZATION: dict[str, str | Promise] = {
    **SUGGEST,
    "list": "organization-names",
    "hx-get": reverse_lazy("contacts:organizations"),
    "hx-target": "#organization-names",
}
OTHER_KIND = "other"
KINDS = [c for c in AffiliationKind.choices if c[0] != AffiliationKind.HOUSEHOLD]


def year_input(placeholder: str | Promise) -> forms.TextInput:
    """A field for a year, a month or a day, as much as is known."""
    return forms.TextInput(attrs={"placeholder": placeholder, "autocomplete": "off", "maxlength": 10})


class SpellForm(forms.Form):
    """What may change about a fact on file."""

    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    start = forms.CharField(label=_("From"), max_length=20, required=False, widget=year_input("2003-05"))
    end = forms.CharField(label=_("Until"), max_length=20, required=False, widget=year_input("2011"))
    is_public = forms.BooleanField(
        label=_("Publicly known"),
        required=False,
        help_text=_("Anybody could look it up. Only then, or when the client told us, may it stand on a sheet."),
    )


class AffiliationForm(SpellForm):
    """What a person belongs or belonged to."""

    kind = forms.ChoiceField(label=_("How"), choices=[*KINDS, (OTHER_KIND, _("Something else"))])
    other_kind = forms.CharField(
        label=_("Something else"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("choir, regiment, walking group")}),
    )
    organization = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=ASK_ORGANIZATION))
    is_told = forms.BooleanField(label=_("Told by this person"), required=False)
    field_order = ["kind", "other_kind", "organization", "role", "start", "end", "is_told", "is_public"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == OTHER_KIND:
            data["kind"] = data.get("other_kind", "").strip()
            if not data["kind"]:
                self.add_error("other_kind", _("Say how this person belongs to it."))
        return data


class OtherPersonForm(forms.Form):
    """Another person on file, typed; `other_id` says which when several are meant."""

    other = forms.CharField(
        label=_("Person"),
        max_length=320,
        widget=forms.TextInput(attrs=ASK_PERSON),
        help_text=_("Name or mail address of somebody on file."),
    )
    other_id = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    candidates: list[Contact] = []


class HouseholdForm(OtherPersonForm):
    """With whom a person lives."""


class StatementForm(OtherPersonForm):
    """What two people have to do with each other."""

    kind = forms.ChoiceField(label=_("What"), choices=StatementKind.choices)
    text = forms.CharField(
        label=_("In a sentence"), max_length=500, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_told = forms.BooleanField(label=_("Told by this person"), required=False)
    field_order = ["kind", "other", "other_id", "text", "is_told"]


class StandingForm(forms.Form):
    """Where a person stands."""

    ENDS = [("end:prospect", _("No longer a prospect")), ("end:partner", _("No longer a referral partner"))]
    kind = forms.ChoiceField(label=_("Standing"), choices=[*StandingKind.choices, *ENDS])
    since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: today.")
    )
