"""Shapes of the fields; rules live in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.mail.grammar import LONGEST_SUBJECT, MOST_BODY
from passalong.mail.models import SuppressionScope


class WriteForm(forms.Form):
    """A message to one person. key: made by the page, so that sending the form twice drafts once."""

    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(label=_("Message"), max_length=MOST_BODY, widget=forms.Textarea(attrs={"rows": 12}))
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(one, one) for one in addresses]  # type: ignore[attr-defined]


class EditForm(forms.Form):
    """The words of a draft."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(label=_("Message"), max_length=MOST_BODY, widget=forms.Textarea(attrs={"rows": 12}))


class AskForm(forms.Form):
    """Whether one address may be written to."""

    address = forms.CharField(label=_("Mail address"), max_length=254, widget=forms.EmailInput)


class SuppressForm(forms.Form):
    """An address that must not be written to any more."""

    address = forms.CharField(label=_("Mail address"), max_length=254, widget=forms.EmailInput)
    scope = forms.ChoiceField(label=_("What is stopped"), choices=SuppressionScope.choices)
