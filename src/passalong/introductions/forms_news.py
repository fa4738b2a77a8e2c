"""Forms of what went wrong."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 500


class TroubleForm(forms.Form):
    """What, why, what is done about it, by when."""

    what = forms.CharField(
        label=_("What went wrong on your side"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only what you did or left undone. Nothing about their affairs."),
    )
    cause = forms.CharField(
        label=_("Why it happened"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    remedy = forms.CharField(
        label=_("What you do about it"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = forms.DateField(label=_("Put right by"), widget=forms.DateInput(attrs={"type": "date"}))
