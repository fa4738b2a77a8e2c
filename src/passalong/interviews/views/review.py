"""The guest's approval, from the desk: the mail that asks for it, how it stands, an approval said elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.interviews import stages
from passalong.interviews.forms.editing import LetterForm, ReportForm
from passalong.interviews.models import Interview, Stage
from passalong.interviews.selectors import cuts, transcripts
from passalong.interviews.services import reviewing
from passalong.interviews.stages import Who
from passalong.interviews.views.cut import interview_or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest, public_id: str) -> HttpResponse:
    """The mail as it goes, and a POST that sends it; after that, how it stands."""
    found = interview_or_404(request, public_id)
    if request.method != "POST":
        return _shown(request, found)
    if request.POST.get("act") == "report":
        return _report(request, found)
    form = LetterForm(request.POST)
    if form.is_valid():
        try:
            message = reviewing.send(by=request.member, interview=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("It goes in a moment. Until then it can be taken back."))
            return redirect("mail:message", message.public_id)
    return _shown(request, found, letter=form)


def _report(request: MemberRequest, found: Interview) -> HttpResponse:
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            reviewing.report_approval(by=request.member, interview=found, note=form.cleaned_data["note"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept, as said by the guest."))
            return redirect("interviews:review", found.public_id)
    return _shown(request, found, report=form)


@member_required
@require_POST
def again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take it up again: what the guest was shown counts no more."""
    found = interview_or_404(request, public_id)
    try:
        reviewing.work_again(by=request.member, interview=found)
        messages.success(request, _("You can work on it again. The guest hears it anew before it is published."))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("interviews:review", public_id)
    return redirect("interviews:cut", public_id)


def _shown(
    request: MemberRequest, found: Interview, *, letter: LetterForm | None = None, report: ReportForm | None = None
) -> HttpResponse:
    subject, text = reviewing.letter(found)
    missing = ""
    if found.stage == Stage.RECORDED:
        try:
            reviewing.ready(found)
        except Refused as refused:
            missing = refused.message
    last = cuts.reviewed(found)
    newest = transcripts.latest(found)
    context: dict[str, Any] = {
        "interview": found,
        "may_send": stages.may("edit", found.stage, Who.MEMBER),
        "may_again": stages.may("work on it again", found.stage, Who.MEMBER),
        "may_report": stages.may("report an approval", found.stage, Who.MEMBER),
        "missing": missing,
        "review": last,
        "sound": cuts.finished(found),
        "words": newest,
        "was_corrected": last is not None and last.transcript is not None and last.transcript.source == "guest",
        "letter": letter or LetterForm(initial={"subject": subject, "text": text}),
        "report": report or ReportForm(),
    }
    status = 422 if any(form and form.errors for form in (letter, report)) else 200
    return render(request, "interviews/cut_review.html", context, status=status)
