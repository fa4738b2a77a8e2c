"""What the privacy page asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.models import AllowedCategory


class AllowForm(forms.Form):
    """A protected kind of fact, or a source that is off, and why it must be kept. silent: mail and calendars are off
    unless allowed, so they can be chosen."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, silent: bool = False) -> None:
        super().__init__(data)
        choices = [*AllowedCategory.CHOICES, *(AllowedCategory.SOURCES if silent else [])]
        self.fields["category"] = forms.ChoiceField(label=_("Kind"), choices=choices)
        self.order_fields(["category", "reason"])

    reason = forms.CharField(
        label=_("Written reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the practice needs it for, and on what ground. It is kept with your name and the date."),
    )
