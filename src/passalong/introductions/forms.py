"""Forms of consents and thank-yous."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ThanksForm(forms.Form):
    """Switch and words of the thank-you; empty words are those shipped."""

    is_on = forms.BooleanField(
        label=_("Thank everybody by mail at once, without looking at each letter"), required=False
    )
    subject = forms.CharField(label=_("Subject"), max_length=120, required=False)
    body = forms.CharField(
        label=_("Words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Possible in braces: {first_name}, {kit}, {practice}. Left empty, our words are used."),
    )


class ReportedForm(forms.Form):
    """What the client told: when, and what was said."""

    on = forms.DateField(label=_("When they told you"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=_("What was said"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In their words."),
    )
    reach = forms.CharField(
        label=_("Mail address or phone number"),
        max_length=200,
        required=False,
        help_text=_("Only if they gave it to your client for you. You write to no other address on file."),
    )


class ReportedNameForm(ReportedForm):
    """The same of somebody of whom nothing readable is kept yet."""

    full_name = forms.CharField(label=_("Who it is"), max_length=200, help_text=_("Given name and family name."))

    field_order = ["full_name", "reach", "on", "words"]


class GivenForm(forms.Form):
    """Where somebody who said yes told the practice to reach them."""

    reach = forms.CharField(
        label=_("Mail address or phone number"),
        max_length=200,
        help_text=_("As they told you themselves. You write to no other address on file."),
    )


class SignedForm(forms.Form):
    """Which signed form belongs to a consent."""

    form_id = forms.CharField(label=_("Signed form"), max_length=60, help_text=_("Its number, or where it is filed."))
