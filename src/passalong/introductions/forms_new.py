"""The form that opens an introduction by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.contacts.choosing import ASK_PERSON
from passalong.contacts.models import Contact

ACTS = [
    ("plan", _("To be asked")),
    ("ask", _("Was asked")),
    ("agree", _("Agreed")),
]


class NewForm(forms.Form):
    """Who introduces whom. The hidden ids say which of several of the same name is meant."""

    referrer_id = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    prospect_id = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    referrer = forms.CharField(
        label=_("Which client?"),
        max_length=320,
        widget=forms.TextInput(attrs=ASK_PERSON),
        help_text=_("Name or mail address of the client or partner who introduces somebody."),
    )
    prospect = forms.CharField(
        label=_("Whom?"),
        max_length=320,
        widget=forms.TextInput(attrs=ASK_PERSON),
        help_text=_("Name or mail address of somebody on file, or a name the client said."),
    )
    is_new = forms.BooleanField(label=_("Not on file: a name the client said"), required=False)
    relation = forms.CharField(label=_("How they know each other"), max_length=300, required=False)
    act = forms.ChoiceField(
        label=_("How far has it come with the client?"), choices=ACTS, widget=forms.RadioSelect, initial="plan"
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the desk only."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_european: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meant: dict[str, list[Contact]] = {}
        self.fields["is_new"].help_text = (
            _("The name is not written down: a keyed hash of it stands until they answer themselves.")
            if is_european
            else _("They come on file by name, and are forgotten if they never answer.")
        )
