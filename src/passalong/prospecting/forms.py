"""Shapes of the forms: fit check, ideal client, wish list, meeting sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.introductions.models import Channel, Rhythm
from passalong.prospecting.fit_check import QUESTIONS
from passalong.prospecting.models import IdealClient, Trait, Went, WentPart

YES_NO = [("yes", _("True")), ("no", _("Not yet"))]


class FitCheckForm(forms.Form):
    """Ten statements, each true or not yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.id] = forms.ChoiceField(
                label=question.text,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say whether this is true today.")},
            )

    @property
    def answers(self) -> dict[str, bool]:
        """Question id -> true."""
        return {name: value == "yes" for name, value in self.cleaned_data.items()}


class IdealClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """The profile in words."""

    mission = forms.CharField(
        label=_("Why you do this"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your mission in your own words: clients ask why you want to meet their friends."),
    )

    class Meta:
        model = IdealClient
        fields = ["biggest_problem", "fears", "motives", "least_p"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("biggest_problem", "fears", "motives")}


class TraitForm(forms.ModelForm):  # type: ignore[type-arg]
    """One thing to look for."""

    class Meta:
        model = Trait
        fields = ["kind", "value", "importance"]


class WishForm(forms.Form):
    """A person or a firm somebody would love to meet."""

    what = forms.ChoiceField(
        label=_("Whom?"),
        choices=[("person", _("A person")), ("firm", _("A firm"))],
        widget=forms.RadioSelect,
        initial="person",
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    firm = forms.CharField(label=_("Firm"), max_length=200, required=False, help_text=_("Where the person works."))
    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    town = forms.CharField(label=_("Town"), max_length=80, required=False)
    is_public = forms.BooleanField(
        label=_("Firm, role and town are publicly known"),
        required=False,
        help_text=_("Only then may they stand on a client's sheet."),
    )
    reason = forms.CharField(label=_("Why you would love to meet them"), max_length=500, required=False)
    life_event = forms.CharField(
        label=_("Event in life"), max_length=200, required=False, help_text=_("Sold a firm, moved, retired ...")
    )
    review_on = forms.DateField(
        label=_("Look at it again on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class WishEditForm(forms.Form):
    """What may change on an entry."""

    reason = forms.CharField(label=_("Why you would love to meet them"), max_length=500, required=False)
    life_event = forms.CharField(label=_("Event in life"), max_length=200, required=False)
    review_on = forms.DateField(
        label=_("Look at it again on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class SaidForm(forms.Form):
    """What the client knows about the person."""

    relation = forms.CharField(label=_("How you know each other"), max_length=300, required=False)
    need = forms.CharField(label=_("What they may need"), max_length=500, required=False)
    timing = forms.CharField(label=_("When it matters"), max_length=200, required=False)
    reach = forms.CharField(label=_("How best to reach them"), max_length=300, required=False)
    tap = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)


class NameForm(SaidForm):
    """A name the client brings up."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    organization = forms.CharField(label=_("Firm"), max_length=200, required=False)

    field_order = ["full_name", "organization"]


class WentForm(forms.Form):
    """What went well and what did not, in four parts and in the client's words."""

    well = forms.CharField(
        label=_("What went well"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In your own words, one or two sentences."),
    )
    badly = forms.CharField(
        label=_("What did not"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value, label in WentPart.choices:
            self.fields[value] = forms.ChoiceField(
                label=label, choices=Went.choices, widget=forms.RadioSelect, required=False
            )

    @property
    def parts(self) -> list[forms.BoundField]:
        """The four questions."""
        return [self[value] for value in WentPart.values]

    @property
    def went(self) -> dict[str, str]:
        """Part -> well or badly, for those that were answered."""
        return {part: self.cleaned_data[part] for part in WentPart.values if self.cleaned_data[part]}


class PromiseForm(forms.Form):
    """What is put right, and by when."""

    words = forms.CharField(label=_("What we will do"), max_length=300)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(attrs={"type": "date"}))


class FeedForm(forms.Form):
    """The address of the practice's calendar."""

    url = forms.CharField(
        label=_("Secret address of your calendar"),
        max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("In your calendar's settings it is called the secret or private address in iCal format (ICS)."),
    )


class BookForm(forms.Form):
    """A meeting to come, by hand."""

    client = forms.CharField(label=_("Client"), max_length=200, help_text=_("Name, or mail address."))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=600, initial=60)


class WithForm(forms.Form):
    """With whom an entry of the calendar is."""

    client = forms.CharField(label=_("With whom?"), max_length=200)


class HearingForm(forms.Form):
    """How the client wants to hear from the practice."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, widget=forms.RadioSelect)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, widget=forms.RadioSelect)
