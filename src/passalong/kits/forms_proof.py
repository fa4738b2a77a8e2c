"""Shapes of the forms on proof and editions. Rules live in services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.rulebook import ELEMENTS
from passalong.kits.models import Proof
from passalong.kits.services.proof import LONGEST_ELEMENT, Wording

ELEMENT = "element_"  # before the key of an element in the name of its field
LONG_ANSWER = forms.Textarea(attrs={"rows": 2})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ProofForm(forms.ModelForm):  # type: ignore[type-arg]
    """What somebody said, who they are to the practice, and what was given for it."""

    speaker_name = forms.CharField(
        label=_("The speaker's name on file"),
        required=False,
        max_length=200,
        help_text=_("For your desk only; leave it empty if the person is not among your people."),
    )

    class Meta:
        model = Proof
        fields = [
            "kind",
            "text",
            "shown_as",
            "relation",
            "paid",
            "paid_words",
            "conflict",
            "source",
            "is_tax_client",
        ]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "conflict": forms.TextInput(),
            "source": forms.TextInput(),
        }
        help_texts = {
            "text": _(
                "The speaker's own words, or the story of one case as it was. Nothing made up, nothing polished."
            ),
            "paid_words": _("Such as “$50 voucher”. Empty when nothing was given."),
            "conflict": _("Such as “the speaker is a supplier of ours”; “none” where there is none."),
        }

    @property
    def wording(self) -> Wording:
        """What was written, for the service."""
        return Wording(**{name: self.cleaned_data[name] for name in Wording.__dataclass_fields__})


class ConsentForm(forms.Form):
    """That the speaker consented to these words, with what the profile asks for."""

    given_on = forms.DateField(label=_("Given on"), widget=_day())
    how = forms.CharField(
        label=_("How it was given"),
        max_length=200,
        help_text=_("Such as “signed form in the file” or “mail of 4 May”."),
    )
    expires_on = forms.DateField(
        label=_("Ends on"), required=False, widget=_day(), help_text=_("Empty when it has no end.")
    )

    def __init__(self, *args: Any, elements: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in elements:
            self.fields[ELEMENT + key] = forms.CharField(
                label=str(ELEMENTS[key]), required=False, max_length=LONGEST_ELEMENT
            )

    @property
    def elements(self) -> dict[str, str]:
        """Key of an element -> what was filled in."""
        return {name[len(ELEMENT) :]: text for name, text in self.cleaned_data.items() if name.startswith(ELEMENT)}


class WhyForm(forms.Form):
    """A reason, kept with the name of whoever gives it."""

    why = forms.CharField(label=_("Why"), max_length=200, required=False, widget=LONG_ANSWER)


class ApproveForm(forms.Form):
    """The reason of a second person who decides where the rules are silent."""

    why = forms.CharField(
        label=_("Why it may go out"),
        max_length=600,
        required=False,
        widget=LONG_ANSWER,
        help_text=_("The rule you know of and where it stands. It is kept with your name."),
    )
