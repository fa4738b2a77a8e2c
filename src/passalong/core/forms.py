"""What forms of every room share: fields for a day and a moment, putting off, what a list is narrowed to; and what a
service refuses is shown beside the field it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.core.errors import Refused


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put a service's sentence beside the field it names, else above the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.message)


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _MomentInput(forms.DateTimeInput):
    """The browser's own field for day and hour."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def moment_field(label: Any, *, required: bool) -> forms.DateTimeField:
    """A day and hour."""
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, required=required, widget=_MomentInput(), input_formats=formats)


class PutOffForm(forms.Form):
    """Another day for the next act."""

    until = forms.DateField(label=_("Remind me on"), widget=DayInput())


def one_of(values: Iterable[str]) -> forms.ChoiceField:
    """One of these, or nothing."""
    return forms.ChoiceField(choices=[("", ""), *((one, one) for one in values)], required=False)


class WantedForm(forms.Form):
    """What a list of rows with stages shows (core.staged.Wanted); a room adds `stage` and `outcome`. What is not known
    is left out."""

    q = forms.CharField(max_length=200, required=False)
    due = one_of(("overdue", "week"))

    def asked(self) -> dict[str, Any]:
        """What was asked for and is known."""
        self.is_valid()
        return self.cleaned_data
