"""Shapes of the forms on partners, briefs, series and returns. Rules live in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.contacts.choosing import ASK_PERSON
from passalong.contacts.models import Contact
from passalong.interviews.models import Brief, Partner, TouchKind

DAY = {"type": "date"}
MOMENT = "%Y-%m-%dT%H:%M"


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DescribeForm(forms.ModelForm[Partner]):
    """What a partner does, whom they serve, how often to be in touch."""

    class Meta:
        model = Partner
        fields = ["trade", "serves", "audience_size", "gives_first", "rhythm_days"]

    def _post_clean(self) -> None:
        """The row is the service's to change."""


class ChooseForm(forms.Form):
    """Whom, by name or mail address; the hidden id says which of several of the same name is meant."""

    person_id = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    person = forms.CharField(
        label=_("Who?"),
        max_length=320,
        widget=forms.TextInput(attrs=ASK_PERSON),
        help_text=_("Name or mail address of somebody on file."),
    )
    trade = forms.CharField(
        label=_("Trade"), max_length=80, help_text=_("One word for what they do: tax, law, insurance.")
    )
    serves = forms.CharField(label=_("Whom they serve"), max_length=300, required=False)
    audience_size = forms.IntegerField(
        label=_("How many people they reach"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=_("Clients and readers, as they say."),
    )
    gives_first = forms.CharField(label=_("What helps them"), max_length=300, required=False)
    rhythm_days = forms.IntegerField(label=_("Be in touch every, in days"), min_value=14, max_value=730, initial=60)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meant: list[Contact] = []


class TouchForm(forms.Form):
    """One time of being in touch."""

    kind = forms.ChoiceField(label=_("What you gave"), choices=TouchKind.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, help_text=_("For the desk only."))
    done_on = forms.DateField(label=_("On"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))


class PutOffForm(forms.Form):
    """Another day."""

    until = forms.DateField(label=_("Remind me on"), widget=forms.DateInput(attrs=DAY))


class BriefForm(forms.ModelForm[Brief]):
    """The four parts of the page."""

    class Meta:
        model = Brief
        fields = ["helps", "recognise", "words", "happens"]
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in fields}
        help_texts = {
            "helps": _("The kind of person and their situation, in words of everyday life."),
            "recognise": _("What one hears them say, what has just changed, and who would not be helped."),
            "words": _("A sentence or two the partner can say as their own."),
            "happens": _("So that nobody runs a risk: what you do, what you do not do, and who hears of it."),
        }

    def _post_clean(self) -> None:
        """The row is the service's to make."""


class BriefMailForm(forms.Form):
    """The words of the letter that brings the brief."""

    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=150)
    opening = forms.CharField(label=_("How it begins"), max_length=2000, widget=_area(5))

    def __init__(self, *args: Any, addresses: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].choices = [(one, one) for one in addresses]  # type: ignore[attr-defined]


class ReciprocityForm(forms.Form):
    """An understanding that both refer."""

    agreed_on = forms.DateField(label=_("Agreed on"), widget=forms.DateInput(attrs=DAY))
    review_on = forms.DateField(
        label=_("It ends, or is looked at again, on"),
        widget=forms.DateInput(attrs=DAY),
        help_text=_("Within two years."),
    )
    clients_told = forms.CharField(
        label=_("How clients are told"),
        max_length=500,
        required=False,
        help_text=_("Such as “a sentence in our letter of engagement, and in each introduction”."),
    )
    is_exclusive = forms.BooleanField(label=_("It is exclusive"), required=False)
    why = forms.CharField(
        label=_("Why it should be allowed"),
        max_length=500,
        required=False,
        widget=_area(2),
        help_text=_("In a sentence, for the second person who decides. It is kept with your name."),
    )

    def __init__(self, *args: Any, asks: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not asks:
            del self.fields["why"]


class SeriesForm(forms.Form):
    """A trade and the offer that goes to all of them."""

    trade = forms.CharField(label=_("Trade"), max_length=80)
    title = forms.CharField(label=_("Title"), max_length=120)
    offer = forms.CharField(
        label=_("What is in it for each of them"),
        max_length=500,
        widget=_area(6),
        help_text=_("The same words stand in each invitation. Say what is true of all; make nothing scarce."),
    )

    def __init__(self, *args: Any, has_trade: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        if not has_trade:
            del self.fields["trade"]


class AskForm(forms.Form):
    """The words that ask for the return."""

    pitch = forms.CharField(label=_("Your words"), max_length=4000, widget=_area(16))
    by_mail = forms.TypedChoiceField(
        label=_("How?"),
        choices=[("yes", _("Send them by mail now")), ("no", _("I asked in another way: only note it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )


class ScheduleForm(forms.Form):
    """Where and when the return takes place."""

    on = forms.DateTimeField(
        label=_("When"),
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    where = forms.CharField(label=_("Where"), max_length=200, help_text=_("Their podcast, newsletter or event."))
    url = forms.CharField(
        label=_("Address"), max_length=300, required=False, help_text=_("Where it can be found, once it can.")
    )


class LogForm(forms.Form):
    """What came of the return."""

    reached = forms.IntegerField(
        label=_("How many people it reached"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=_("As the partner says: listeners, readers, people in the room."),
    )
    came = forms.IntegerField(
        label=_("How many people came of it"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=_("People who got in touch and said they heard you there."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
