"""Shapes of the forms on words, quotes and the guest's approval. Rules live in services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_PASTED = 2_000_000  # characters; more comes as a file


class WordsForm(forms.Form):
    """Words to paste, or a file with them."""

    text = forms.CharField(
        label=_("Paste the words"),
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A paragraph for each turn. A name and a colon before it tell who speaks: “Ann: Well, it began …”"),
    )
    file = forms.FileField(
        label=_("Or bring a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("TXT, SRT, VTT, or the JSON of a speech recogniser; up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.srt,.vtt,.json,text/plain,text/vtt,application/json"}),
    )


class QuoteForm(forms.Form):
    """A sentence to be quoted in a kit."""

    text = forms.CharField(
        label=_("The sentence"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As it was said. Leave out what stands before and after; change nothing."),
    )
    shown_as = forms.CharField(
        label=_("Shown as"), max_length=120, help_text=_("The name or description readers of the kit see.")
    )


class LetterForm(forms.Form):
    """The mail to the guest."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("The mail"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Where {link} stands, the address of the guest's own page is put in."),
    )


class ReportForm(forms.Form):
    """An approval that was said elsewhere."""

    note = forms.CharField(
        label=_("How they said it"), max_length=500, help_text=_("Such as “by phone on 4 May, to the whole of it”.")
    )
