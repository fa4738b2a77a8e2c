"""Shapes of the forms on voices and recordings. Rules live in services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.rulebook import ELEMENTS
from passalong.interviews.models import ConsentTo, VoiceRole

ELEMENT = "element_"  # before the key of an element in the name of its field
LONGEST_ELEMENT = 300


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class VoiceForm(forms.Form):
    """Somebody else who is heard."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(
        label=_("As"), choices=[one for one in VoiceRole.choices if one[0] != VoiceRole.GUEST], initial=VoiceRole.HOST
    )
    address = forms.EmailField(
        label=_("Mail address"),
        required=False,
        max_length=254,
        help_text=_(
            "Of somebody outside the practice: by it they can ask what is kept of them, and have it forgotten."
        ),
    )


class NotedForm(forms.Form):
    """A consent that was given elsewhere."""

    to = forms.ChoiceField(
        label=_("Agrees to"), choices=[one for one in ConsentTo.choices if one[0] != ConsentTo.AUTHORISATION]
    )
    how = forms.CharField(
        label=_("How it was given"),
        max_length=200,
        help_text=_("Such as “spoken at the beginning of the recording” or “signed form in the file”."),
    )
    given_on = forms.DateField(label=_("Given on"), required=False, widget=_day(), help_text=_("Empty for today."))


class RevokedForm(forms.Form):
    """A consent that was taken back in front of a member."""

    to = forms.ChoiceField(label=_("Takes back"), choices=ConsentTo.choices)
    note = forms.CharField(
        label=_("How you were told"), max_length=500, help_text=_("Such as “by phone on 4 May”. It is kept.")
    )


class AuthorisedForm(forms.Form):
    """The signed form a profession asks of a client, point by point."""

    given_on = forms.DateField(label=_("Signed on"), widget=_day())
    how = forms.CharField(label=_("Where it is filed"), max_length=200, help_text=_("Such as “signed form, file 114”."))
    expires_on = forms.DateField(
        label=_("Ends on"),
        required=False,
        widget=_day(),
        help_text=_("The interview is taken down after this day. Empty when it has no end."),
    )

    def __init__(self, *args: Any, elements: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in elements:
            self.fields[ELEMENT + key] = forms.CharField(
                label=str(ELEMENTS[key]), required=False, max_length=LONGEST_ELEMENT
            )

    @property
    def elements(self) -> dict[str, str]:
        """Key of an element -> what was filled in."""
        return {name[len(ELEMENT) :]: text for name, text in self.cleaned_data.items() if name.startswith(ELEMENT)}
