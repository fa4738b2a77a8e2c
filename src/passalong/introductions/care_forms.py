"""What the pages of care ask for. Rules live in services; here is only the shape of the fields."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

DAY = {"type": "date"}
PROMISES = 2  # rows for service promises on the form of an agreement


class PromiseForm(forms.Form):
    """One promise."""

    words = forms.CharField(label=__("What you promise"), max_length=300)
    due_on = forms.DateField(label=__("By"), widget=forms.DateInput(attrs=DAY))


class DayForm(forms.Form):
    """Another day for a promise."""

    due_on = forms.DateField(label=__("By"), widget=forms.DateInput(attrs=DAY))


class AgreementForm(forms.Form):
    """What is agreed, and up to two service promises. Without `may_hope` there is no number."""

    good_introduction = forms.CharField(
        label=__("What a good introduction is"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    treatment = forms.CharField(
        label=__("How we treat your friends"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    quality = forms.CharField(
        label=__("What good service means to this client"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=__("In the client’s own words."),
    )
    hoped_number = forms.IntegerField(
        label=__("How many introductions you hope for in a year"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=__("A hope, not a duty."),
    )

    def __init__(self, *args: Any, may_hope: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_hope:
            del self.fields["hoped_number"]
        for number in range(1, PROMISES + 1):
            self.fields[f"words_{number}"] = forms.CharField(
                label=_("What you promise"), max_length=300, required=False
            )
            self.fields[f"due_{number}"] = forms.DateField(
                label=_("By"), required=False, widget=forms.DateInput(attrs=DAY)
            )

    def clean(self) -> dict[str, Any]:
        """A promise has words and a day, or neither."""
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(1, PROMISES + 1):
            words, due = cleaned.get(f"words_{number}"), cleaned.get(f"due_{number}")
            if words and not due and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", _("By which day?"))
            if due and not words:
                self.add_error(f"words_{number}", _("Say what you promise."))
        return cleaned

    @property
    def promised(self) -> list[tuple[str, date]]:
        """The rows that were filled in."""
        rows = [
            (self.cleaned_data.get(f"words_{number}"), self.cleaned_data.get(f"due_{number}"))
            for number in range(1, PROMISES + 1)
        ]
        return [(words, due) for words, due in rows if words and due]

    @property
    def promise_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each row."""
        return [(self[f"words_{number}"], self[f"due_{number}"]) for number in range(1, PROMISES + 1)]


class AcknowledgeForm(forms.Form):
    """The client's yes: which words were read, and the name where the client signs."""

    shown = forms.CharField(max_length=16, widget=forms.HiddenInput)
    how = forms.ChoiceField(choices=[("tablet", "tablet"), ("paper", "paper")], widget=forms.HiddenInput)
    signed_by = forms.CharField(label=__("Your name, if you want to sign"), max_length=200, required=False)

    def __init__(self, *args: Any, may_sign: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_sign:
            self.fields["signed_by"].widget = forms.HiddenInput()


class SeedForm(forms.Form):
    """What was said, or left out."""

    key = forms.CharField(max_length=30)
    act = forms.ChoiceField(choices=[("say", "say"), ("skip", "skip")])
    note = forms.CharField(max_length=300, required=False)
