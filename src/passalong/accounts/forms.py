"""What the pages of this room ask for. Rules live in services; here is only the shape of the fields."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Member, Practice, Profession, Role

COUNTRY_HELP = _("Two letters, such as US, GB or DE. Phone numbers without a country code are read by it.")
PASSWORD_HELP = _("At least 10 characters. A short sentence is easy to remember.")


def _line(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete})


def _password() -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=_("Password"), strip=False, widget=widget, help_text=PASSWORD_HELP)


class PracticeForm(forms.Form):
    """What a practice says about itself."""

    practice_name = forms.CharField(label=_("Name of the practice"), max_length=120, widget=_line("organization"))
    profession = forms.ChoiceField(label=_("Profession"), choices=Profession.choices)
    country = forms.CharField(
        label=_("Country"),
        min_length=2,
        max_length=2,
        help_text=COUNTRY_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "country", "size": 2, "autocapitalize": "characters"}),
    )


class SettingsForm(PracticeForm):
    """The same, with what stands on what it publishes."""

    field_order = ("practice_name", "profession", "also", "country", "region", "imprint", "colour")

    also = forms.MultipleChoiceField(
        label=_("Also works as"),
        choices=Profession.choices,
        required=False,
        help_text=_("Where several professions are under one roof, the strictest of their rules holds."),
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.CharField(
        label=_("State or region"),
        max_length=20,
        required=False,
        help_text=_("Its usual letters, such as CA. Rules differ by state; without it the strictest are taken."),
        widget=forms.TextInput(attrs={"size": 4, "autocapitalize": "characters"}),
    )
    imprint = forms.CharField(
        label=_("Imprint"),
        max_length=600,
        required=False,
        help_text=_("At the foot of what you publish: address, registration, how to reach you."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    colour = forms.CharField(
        label=_("Your colour"),
        max_length=20,
        required=False,
        help_text=_(
            "For what you publish, such as #0e6a62. Where it would be hard to read it is made darker or lighter."
        ),
        widget=forms.TextInput(attrs={"size": 9, "spellcheck": "false"}),
    )


class SetUpForm(PracticeForm):
    """A practice and its first owner."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=_line("name"))
    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = _password()


class JoinForm(forms.Form):
    """Who the invited person is."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=_line("name"))
    password = _password()


class NewPasswordForm(forms.Form):
    """A password to sign in with from now on."""

    password = _password()


class InviteForm(forms.Form):
    """Whom to hand a join link to."""

    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.ASSISTANT)


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


def practice_initial(practice: Practice) -> dict[str, object]:
    """The practice as the form shows it."""
    return {
        "practice_name": practice.name,
        "profession": practice.profession,
        "also": practice.also,
        "country": practice.country,
        "region": practice.region,
        "imprint": practice.imprint,
        "colour": practice.colour,
    }


def role_form(member: Member) -> RoleForm:
    """A role form for one row of the list of members; its ids do not collide with the next row's."""
    return RoleForm(initial={"role": member.role}, auto_id=f"id_{member.public_id}_%s")
