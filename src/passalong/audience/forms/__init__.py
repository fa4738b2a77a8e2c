"""Shapes of the fields; rules live in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.audience.models import Issue
from passalong.kits.models import Kit


class IssueForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words round the pieces."""

    class Meta:
        model = Issue
        fields = ("subject", "opening", "closing")
        widgets = {
            "opening": forms.Textarea(attrs={"rows": 6}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }


class PieceForm(forms.Form):
    """Words of our own, or the words round an interview or a kit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "piece_%s"  # several forms stand on one page
        super().__init__(*args, **kwargs)

    title = forms.CharField(label=_("Title"), max_length=150)
    words = forms.CharField(label=_("Words"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}))
    url = forms.CharField(
        label=_("Where it leads"),
        max_length=300,
        required=False,
        help_text=_("An address that begins with https://, if there is more to read."),
        widget=forms.URLInput,
    )


class KitForm(forms.Form):
    """A published kit to put in."""

    kit = forms.ChoiceField(label=_("Referral Kit"))
    words = forms.CharField(
        label=_("A few words about it"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, kits: list[Kit], **kwargs: Any) -> None:
        kwargs["auto_id"] = "kit_%s"
        super().__init__(*args, **kwargs)
        self.fields["kit"].choices = [(one.public_id, one.name) for one in kits]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """For the second person who decides."""

    why = forms.CharField(label=_("Why it should go out"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ImportForm(forms.Form):
    """A file, and what whoever brings it in stands for."""

    file = forms.FileField(label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}))
    attested = forms.BooleanField(
        label=_("Each of them asked for the news of this practice themselves, and I have the evidence."), required=False
    )
