"""Forms of an introduction's page: a move, the terms, what the list is narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.core import clock
from passalong.core import forms as shared
from passalong.core.forms import DayInput, one_of
from passalong.introductions.models import Outcome, Stage, Terms


class MoveForm(forms.Form):
    """One move. on: the day it happened, today unless said; note: how, never what was answered."""

    act = forms.CharField(max_length=20, widget=forms.HiddenInput)
    on = forms.DateField(label=_("On"), required=False, widget=DayInput())
    note = forms.CharField(label=_("How"), max_length=300, required=False)
    value = forms.DecimalField(
        label=_("Fees a year"), required=False, min_value=0, max_digits=12, decimal_places=2,
        help_text=_("If you like. Only for your own forecast."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, act: str = "") -> None:
        super().__init__(data, initial={"act": act, "on": clock.today()}, prefix=None, auto_id=f"{act}-%s")
        if act != "win":
            del self.fields["value"]


class TermsForm(forms.ModelForm[Terms]):
    """What the practice promises."""

    class Meta:
        model = Terms
        fields = ("first_answer_days", "silent_days", "rest_months", "reminds")


class WantedForm(shared.WantedForm):
    """What the list shows."""

    stage = one_of(("all", *Stage.values))
    outcome = one_of(Outcome.values)
