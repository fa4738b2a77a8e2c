"""Forms of the ways to introduce, and of a lunch for three."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from passalong.core.forms import moment_field
from passalong.introductions.models import Lunch, Seat, WayKind

SLOTS = 4  # fields for times on one form


class WayForm(forms.Form):
    """The words of a mail, a letter or a call."""

    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    words = forms.CharField(label=_("Words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != WayKind.MAIL:
            del self.fields["subject"]
        if kind == WayKind.CALL:
            self.fields["words"].label = _("Points, one a line")


class SlotsForm(forms.Form):
    """Times to propose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(1, SLOTS + 1):
            self.fields[f"slot{at}"] = moment_field(_("Time %(number)d") % {"number": at}, required=at == 1)

    @property
    def slots(self) -> list[datetime]:
        """What was filled in, as aware moments."""
        found = (self.cleaned_data.get(f"slot{at}") for at in range(1, SLOTS + 1))
        return [one for one in found if one]


class _Where(forms.Form):
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    words = forms.CharField(
        label=_("A line to both"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes = forms.IntegerField(label=_("How long, in minutes"), min_value=15, max_value=240, initial=60)


class LunchForm(SlotsForm, _Where):
    """A lunch to propose: times first."""

    field_order = (*(f"slot{at}" for at in range(1, SLOTS + 1)), "place", "words", "minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)

    @property
    def told(self) -> dict[str, Any]:
        """All of it as the service takes it."""
        return {name: self.cleaned_data[name] for name in ("place", "words", "minutes")} | {"slots": self.slots}


class ChangeForm(_Where):
    """Another time or place for one that is fixed."""

    field_order = ("starts_at", "place", "words", "minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"] = moment_field(_("When"), required=True)
        self.order_fields(self.field_order)


class SaidForm(forms.Form):
    """What one of the three told the practice."""

    seat = forms.ChoiceField(label=_("Who"), choices=Seat.choices)
    can = forms.MultipleChoiceField(
        label=_("These times suit"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    knows = forms.BooleanField(
        label=_("The person introduced knows that the client gets the same invitation"), required=False
    )

    def __init__(self, *args: Any, lunch: Lunch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

        self.fields["can"].choices = [  # type: ignore[attr-defined]
            (str(slot.pk), date_format(timezone.localtime(slot.starts_at), "l, j F, H:i")) for slot in lunch.slots.all()
        ]
        named = {one.seat: one.name for one in lunch.guests.all()}
        self.fields["seat"].choices = [  # type: ignore[attr-defined]
            (seat, named.get(seat) or label) for seat, label in Seat.choices
        ]
