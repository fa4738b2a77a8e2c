"""The settings of the thank-you: on or off, its words, and the letter as its reader sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions import letters
from passalong.introductions.forms import ThanksForm
from passalong.introductions.models import ThanksWords
from passalong.introductions.services import thanking


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request: MemberRequest) -> HttpResponse:
    """One form with two buttons: look at the words typed, or keep them. Only keeping changes anything."""
    practice = request.member.practice
    kept = ThanksWords.objects.filter(practice=practice).first() or ThanksWords(practice=practice)
    form = ThanksForm(request.POST or None, initial={"is_on": kept.is_on, "subject": kept.subject, "body": kept.body})
    subject, body = kept.subject, kept.body
    if form.is_valid():
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
        try:
            if "look" not in request.POST:
                words = thanking.save_words(by=request.member, **form.cleaned_data)
                messages.success(request, _("Thank-yous are on.") if words.is_on else _("Thank-yous are off."))
                return redirect("introductions:thanks")
            thanking.check_words(subject, body)
        except Refused as refused:
            show_refusal(form, refused)
            subject, body = kept.subject, kept.body
    context = {
        "form": form,
        "written": thanking.preview(practice, subject=subject, body=body),
        "shipped": letters.THANKS,
        "editable": may(request.member, "accounts.change_practice"),
    }
    return render(request, "introductions/thanks.html", context, status=422 if form.errors else 200)
