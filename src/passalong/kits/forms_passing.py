"""Forms of passing along."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.kits.models import Channel
from passalong.kits.services.passing import WORDS_LENGTH

SPOKEN = [choice for choice in Channel.choices if choice[0] != Channel.REPORT]  # that one is the practice's own


class WordsForm(forms.Form):
    """The referrer's own words; what is left empty stays a question and is never sent."""

    experience = forms.CharField(
        label=_("Your own experience"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-words": "experience"}),
    )
    empathy = forms.CharField(
        label=_("Your friend's situation"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-words": "empathy"}),
    )
    keep_involves = forms.BooleanField(
        label=_("Add this sentence"), required=False, widget=forms.CheckboxInput(attrs={"data-words": "involves"})
    )

    def __init__(self, *args: object, questions: dict[str, str], involves: str, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for name in ("experience", "empathy"):
            self.fields[name].help_text = questions[name]
        if involves:
            self.fields["keep_involves"].help_text = involves
        else:
            del self.fields["keep_involves"]


class MakeLinkForm(forms.Form):
    """For whom a link is made, and for which way if they are to be told apart."""

    channel = forms.ChoiceField(label=_("For which way"), choices=SPOKEN, required=False)


class PassedForm(forms.Form):
    """How it was passed along."""

    channel = forms.ChoiceField(label=_("How"), choices=SPOKEN, required=False)
