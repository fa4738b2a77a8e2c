"""The style page: every component in every state, to look at and to test."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.ui.renderers import FormRenderer

ANSWERS = [
    ("well", gettext_lazy("Knows well")),
    ("knows", gettext_lazy("Knows")),
    ("no", gettext_lazy("Does not know")),
    ("rather_not", gettext_lazy("Rather not")),
]


class StyleForm(forms.Form):
    """One field of each kind."""

    default_renderer = FormRenderer
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        help_text=gettext_lazy("We write to it only after both have said yes."),
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"),
        choices=[("client", gettext_lazy("Client")), ("prospect", gettext_lazy("Prospect"))],
    )
    since = forms.DateField(
        label=gettext_lazy("Client since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    reach = forms.ChoiceField(
        label=gettext_lazy("Best way to reach them"),
        choices=[("call", gettext_lazy("A call")), ("letter", gettext_lazy("A letter"))],
        widget=forms.RadioSelect,
    )
    may_mention = forms.BooleanField(
        label=gettext_lazy("We may mention this client's name"),
        required=False,
        help_text=gettext_lazy("Asked in the meeting, never assumed."),
    )
    file = forms.FileField(label=gettext_lazy("File with your contacts"), required=False)


class AnswerForm(forms.Form):
    """Four answers as radio buttons."""

    default_renderer = FormRenderer
    answer = forms.ChoiceField(label=gettext_lazy("Does she know him?"), choices=ANSWERS, widget=forms.RadioSelect)


def _example() -> dict[str, Any]:
    """Invented people for the style page."""
    return {
        "form": StyleForm(auto_id="a_%s"),
        "faulty": StyleForm({"name": "", "email": "ana.ruiz@", "standing": "client"}, auto_id="b_%s"),
        "answer": AnswerForm({"answer": "knows"}, auto_id="c_%s")["answer"],
        "answers": ANSWERS,
        "page": Paginator(range(10_000), 50).page(2),
        "probabilities": [0.94, 0.74, 0.42, 0.12],
        "steps": [
            {"label": _("Fit check"), "url": "#steps", "state": "done"},
            {"label": _("Ideal client"), "url": "#steps", "state": "done"},
            {"label": _("Import"), "url": "#steps", "state": "here"},
            {"label": _("Wish list"), "url": "", "state": ""},
            {"label": _("First gameplan"), "url": "", "state": ""},
        ],
        "tones": ["accent", "due", "stop", "good", "quiet"],
        "icons": ["users", "building-2", "graduation-cap", "calendar-days", "heart-handshake", "printer"],
    }


@login_required
def style(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    messages.success(request, _("Saved. Ana Ruiz stands first on the gameplan now."))
    messages.warning(request, _("Two of 214 rows had no name and were left out."))
    messages.error(request, _("The file is not a CSV file. Nothing was changed; please export it again."))
    return render(request, "ui/style.html", _example())
