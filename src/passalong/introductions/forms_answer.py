"""The two questions as a form, and what a client reports as one. Nothing is chosen beforehand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.introductions.models import Wish
from passalong.introductions.services.replies import LENGTHS


class AnswerForm(forms.Form):
    """As on the kit page: help wanted, contact wanted, and only then who it is."""

    needs_help = forms.ChoiceField(
        label=_("Would you like help with this?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the answers.")},
    )
    wish = forms.ChoiceField(
        label=_("May we get in touch with you?"),
        choices=Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the answers.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=LENGTHS["name"],
        required=False,
        help_text=_("Only if we may get in touch."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reach = forms.CharField(
        label=_("Mail address or phone number"),
        max_length=LENGTHS["reach"],
        required=False,
        help_text=_("Only if we may get in touch, and only for that."),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label=_("A note, if you like"),
        max_length=LENGTHS["note"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
