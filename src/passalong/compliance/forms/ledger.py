"""What is asked of a gift or fee."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice
from passalong.compliance.currency import currency_of
from passalong.compliance.giving import DERIVED, Thing
from passalong.compliance.models import Giver, Receiver, ValueEntry, ValueKind
from passalong.compliance.models.approvals import REASON
from passalong.compliance.rulebook import FACTS, asked_of
from passalong.core import clock

REFERRAL = [("", _("Not said")), ("yes", _("Yes")), ("no", _("No, it has nothing to do with one"))]


class ValueForm(forms.Form):
    """One thing of value. Which facts are asked depends on the practice's professions and place."""

    who = forms.CharField(
        label=_("Who"),
        max_length=200,
        help_text=_("The name as it stands under People."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    giver = forms.ChoiceField(label=_("Which way"), choices=Giver.choices, initial=Giver.PRACTICE)
    receiver = forms.ChoiceField(label=_("What they are to you"), choices=Receiver.choices)
    kind = forms.ChoiceField(label=_("What kind"), choices=ValueKind.choices)
    what = forms.CharField(label=_("What it is"), max_length=200)
    cost = forms.DecimalField(label=_("What it costs"), max_digits=10, decimal_places=2, min_value=0)
    market = forms.DecimalField(
        label=_("What it is worth, if that is more"), max_digits=10, decimal_places=2, min_value=0, required=False
    )
    given_on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    for_referral = forms.ChoiceField(label=_("For an introduction"), choices=REFERRAL, required=False)
    offered_before = forms.BooleanField(label=_("Promised beforehand"), required=False)
    facts = forms.MultipleChoiceField(
        label=_("What else is true of it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    person = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, practice: Practice, **more: Any) -> None:
        super().__init__(*args, **more)
        self.practice = practice
        self.fields["given_on"].initial = clock.today
        for name in ("cost", "market"):
            self.fields[name].help_text = _("In %(money)s.") % {"money": currency_of(practice.country)}
        asked = dict.fromkeys([*asked_of(practice, "gift"), *asked_of(practice, "professional_pay")])
        choices = [(one, FACTS[one]) for one in asked if one in FACTS and one not in DERIVED]
        if choices:
            self.fields["facts"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["facts"]

    def clean(self) -> dict[str, Any]:
        """Finds who is meant: by the card the page was opened from as long as the name is that one's, else by name."""
        data = super().clean() or self.cleaned_data
        if data.get("who"):
            self.contact = self._named(" ".join(data["who"].split()), data.get("person", ""))
        return data

    def _named(self, name: str, public_id: str) -> Model | None:
        people: Any = ValueEntry._meta.get_field("contact").related_model
        found = people.objects.filter(practice=self.practice, full_name__iexact=name)
        own = found.filter(public_id=public_id).first() if public_id else None
        if own:
            return own  # type: ignore[no-any-return]
        same = list(found[:2])
        if len(same) == 1:
            return same[0]  # type: ignore[no-any-return]
        if same:
            self.add_error("who", _("Several people have this name. Open the right one under People and begin there."))
        else:
            self.add_error("who", _("Nobody of this name is on file. Add them under People first."))
        return None

    @property
    def thing(self) -> Thing:
        """What was filled in, once it is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("who", "person", "facts")}
        data["for_referral"] = {"yes": True, "no": False}.get(data["for_referral"])
        return Thing(**data, facts=frozenset(self.cleaned_data.get("facts", ())))


def least_words() -> str:
    """What is said beside the reason for a second person, before anybody fails."""
    return gettext("A sentence of at least %(many)d characters; it is kept with your name.") % {"many": REASON}


class WhyForm(forms.Form):
    """A reason, kept with the name of who gives it."""

    why = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DecideForm(WhyForm):
    """The reason of a second person. How long it has to be is said before anybody writes."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        words = gettext("To approve, a sentence of at least %(many)d characters. It is kept with your name.")
        self.fields["why"].help_text = words % {"many": REASON}
