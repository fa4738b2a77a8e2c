"""Forms of the pipeline: a new interview, an invitation, days, questions, a casting call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.contacts.choosing import ASK_PERSON
from passalong.contacts.models import Contact
from passalong.core import forms as shared
from passalong.core.forms import moment_field, one_of
from passalong.interviews.models import GuestKind, Outcome, Stage

DAYS = 4  # fields for days on one form
GAIN = _("It stands in every invitation. What do they get out of it?")


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NewForm(forms.Form):
    """Whom, and as what. The hidden id says which of several of the same name is meant."""

    guest_id = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    guest = forms.CharField(
        label=_("Whom?"),
        max_length=320,
        widget=forms.TextInput(attrs=ASK_PERSON),
        help_text=_("Name or mail address of somebody on file."),
    )
    kind = forms.ChoiceField(
        label=_("As what?"), choices=GuestKind.choices, widget=forms.RadioSelect, initial="partner"
    )
    title = forms.CharField(
        label=_("Working title"), max_length=120, required=False, help_text=_("For the desk. It can wait.")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meant: list[Contact] = []


class DescribeForm(forms.Form):
    """What the desk keeps of an interview."""

    title = forms.CharField(label=_("Working title"), max_length=120, required=False)
    gain = forms.CharField(
        label=_("What is in it for the guest"), max_length=500, required=False, widget=_words(3), help_text=GAIN
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=_words(2), help_text=_("For the desk only.")
    )


class InviteForm(forms.Form):
    """The words of an invitation."""

    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=150)
    opening = forms.CharField(label=_("How it begins"), max_length=2000, widget=_words(6))
    gain = forms.CharField(label=_("What is in it for the guest"), max_length=500, widget=_words(3), help_text=GAIN)

    def __init__(self, *args: Any, addresses: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].choices = [(one, one) for one in addresses]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """One move by a press. note: how they said it."""

    act = forms.CharField(max_length=24, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, act: str = "") -> None:
        super().__init__(data, initial={"act": act}, prefix=None, auto_id=f"{act.replace(' ', '-')}-%s")


class _Where(forms.Form):
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False, help_text=_("A room, a phone number, a link for a call.")
    )
    minutes = forms.IntegerField(label=_("How long, in minutes"), min_value=10, max_value=240, initial=45)


class DayForm(_Where):
    """The day as agreed with the guest."""

    at = moment_field(_("When"), required=True)
    field_order = ("at", "place", "minutes")


class DaysForm(_Where):
    """Days to offer."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for at in range(1, DAYS + 1):
            self.fields[f"day{at}"] = moment_field(_("Day %(number)d") % {"number": at}, required=at == 1)
        self.order_fields([*(f"day{at}" for at in range(1, DAYS + 1)), "place", "minutes"])

    @property
    def days(self) -> list[datetime]:
        """What was filled in, as aware moments."""
        found = (self.cleaned_data.get(f"day{at}") for at in range(1, DAYS + 1))
        return [one for one in found if one]


class QuestionForm(forms.Form):
    """One question and its hint."""

    text = forms.CharField(label=_("Question"), max_length=300)
    hint = forms.CharField(label=_("A hint for the guest"), max_length=300, required=False)


class SetForm(forms.Form):
    """A set of questions of the practice's own."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("For"), choices=GuestKind.choices)
    about_us = forms.BooleanField(
        label=_("About the practice"), required=False, help_text=_("For the return: the partner asks, we answer.")
    )


class NameForm(forms.Form):
    """The name of a set."""

    name = forms.CharField(label=_("Name"), max_length=80)


class CallForm(forms.Form):
    """A casting call: words and three questions."""

    title = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(
        label=_("Words"), max_length=4000, widget=_words(9), help_text=_("After “Dear …,”. Your name stands below.")
    )
    question1 = forms.CharField(label=_("First question"), max_length=200, help_text=_("Answered with yes or no."))
    question2 = forms.CharField(label=_("Second question"), max_length=200)
    question3 = forms.CharField(label=_("Third question"), max_length=200)

    @property
    def told(self) -> dict[str, Any]:
        """All of it as the service takes it."""
        said = self.cleaned_data
        return {
            "title": said["title"],
            "text": said["text"],
            "asked": [said[name] for name in ("question1", "question2", "question3")],
        }


class WantedForm(shared.WantedForm):
    """What the list shows."""

    kind = one_of(GuestKind.values)
    stage = one_of(("all", *Stage.values))
    outcome = one_of(Outcome.values)
