"""What the privacy page asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.models import AllowedCategory


class AllowForm(forms.Form):
    """A protected kind of fact and why it must be kept."""

    category = forms.ChoiceField(label=_("Kind"), choices=AllowedCategory.CHOICES)
    reason = forms.CharField(
        label=_("Written reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the practice needs it for, and on what ground. It is kept with your name and the date."),
    )
