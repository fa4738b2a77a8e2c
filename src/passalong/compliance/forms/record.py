"""What the pages of the record ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice
from passalong.compliance.selectors import record as selectors


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


class FilterForm(forms.Form):
    """Which part of the record is shown."""

    since = _day(_("From"), required=False)
    until = _day(_("To"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.CharField(label=_("Whom it is about"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matters, rooms = (choices for _name, choices in selectors.kinds())
        groups = [(_("What rules keep"), matters), (_("By place"), rooms)]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What"), required=False, choices=[("", _("Everything")), *groups]
        )


class DaysForm(forms.Form):
    """The days of an export."""

    start = _day(_("First day"))
    end = _day(_("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.add_error("end", _("The last day comes before the first."))
        return cleaned


class OnDayForm(forms.Form):
    """One day of the past."""

    on = _day(_("Day"))


class YearForm(forms.Form):
    """The end of the fiscal year."""

    last_month = forms.TypedChoiceField(label=_("Fiscal year ends with"), coerce=int, choices=list(MONTHS.items()))


class HoldForm(forms.Form):
    """What is to be kept, by which rule, why and until when."""

    subject = forms.CharField(
        label=_("Whom or what"),
        max_length=200,
        help_text=_("The name of a person on file, or the id shown with an entry of the record."),
    )
    rule = forms.CharField(
        label=_("Rule"), max_length=80, help_text=_("The rule, order or contract, such as “Case 12/345”.")
    )
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    until = _day(_("Until"))

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice

    def clean_subject(self) -> str:
        """The public id that is meant; one person, not several of the same name."""
        typed = str(self.cleaned_data["subject"]).strip()
        found = selectors.ids_meant(self.practice, typed)
        if len(found) > 1:
            raise forms.ValidationError(_("Several people have this name. Open an entry about the one you mean."))
        if not found:
            raise forms.ValidationError(_("Nobody on file has this name, and nothing on the record has this id."))
        return found[0]
