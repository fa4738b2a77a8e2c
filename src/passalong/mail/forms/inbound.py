"""Whose message it is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WhoseForm(forms.Form):
    """The person it is from, by name, mail address or id."""

    person = forms.CharField(
        label=_("Person"), max_length=320, help_text=_("The name, the mail address or the id of somebody on file.")
    )
