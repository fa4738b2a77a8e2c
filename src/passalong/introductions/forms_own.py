"""Forms of a referrer's own page, and of the desk where it writes down what they choose."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.introductions.models import Channel, Rhythm

_DAY = {"type": "date"}


class WhoForm(forms.Form):
    """Who opens a mailed link: a program that presses buttons does not choose."""

    who = forms.ChoiceField(
        label=_("Who opens this link?"),
        choices=[("me", _("It is me, and I asked for it")), ("other", _("I did not ask for it, or it was passed on"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose. Nothing has been opened yet."),
            "invalid_choice": _("Please choose. Nothing has been opened yet."),
        },
    )


class SaidForm(forms.Form):
    """A yes that a friend said to the referrer: when, and in which words."""

    on = forms.DateField(label=_("When was it?"), required=False, widget=forms.DateInput(attrs=_DAY))
    words = forms.CharField(
        label=_("What did they say?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In their words, as far as you remember."),
        error_messages={"required": _("Please say in a few words what they said.")},
    )


class HearingForm(forms.Form):
    """How, how often, and until when not at all."""

    channel = forms.ChoiceField(label=_("How do you want to hear?"), choices=Channel.choices, widget=forms.RadioSelect)
    rhythm = forms.ChoiceField(label=_("How often?"), choices=Rhythm.choices, widget=forms.RadioSelect)
    quiet_until = forms.DateField(
        label=_("Nothing at all before"),
        required=False,
        widget=forms.DateInput(attrs=_DAY),
        help_text=_("Neither news nor questions until that day. Empty: no pause."),
    )
