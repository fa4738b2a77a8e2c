"""Acts on one reply: ask whether the referrer may hear, tell what was allowed, file a form, take back; a reported yes.

Each message is drafted here and shown on its own page; it goes from there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions import selectors
from passalong.introductions.forms import ReportedForm, ReportedNameForm, SignedForm
from passalong.introductions.models import Reply
from passalong.introductions.services import updating
from passalong.introductions.services.reporting import report_yes_of
from passalong.mail.models import Message


def _reply(request: MemberRequest, public_id: str) -> Reply:
    found = selectors.replies(request.member.practice).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _back(reply: Reply) -> HttpResponse:
    return redirect(f"{reverse('introductions:replies')}#reply-{reply.public_id}")


def _drafted(request: MemberRequest, reply: Reply, draft: Callable[[], Message]) -> HttpResponse:
    """On to the page that shows the message before it goes; back with the reason where there is none."""
    try:
        message = draft()
    except Refused as refused:
        messages.error(request, refused.message)
        return _back(reply)
    return redirect("mail:message", message.public_id)


@member_required
@require_POST
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Draft the question whether the referrer may hear about it."""
    reply = _reply(request, public_id)
    return _drafted(request, reply, lambda: updating.ask(by=request.member, reply=reply))


@member_required
@require_POST
def tell(request: MemberRequest, public_id: str) -> HttpResponse:
    """Draft one thing that was allowed."""
    reply, field = _reply(request, public_id), request.POST.get("field", "")
    return _drafted(request, reply, lambda: updating.tell(by=request.member, reply=reply, field=field))


@member_required
@require_POST
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """The person said so; or the question is withdrawn."""
    reply = _reply(request, public_id)
    try:
        updating.take_back(by=request.member, reply=reply)
        messages.success(request, _("Nothing is told from now on."))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(reply)


@member_required
@require_POST
def form(request: MemberRequest, public_id: str) -> HttpResponse:
    """The signed form of a consent came in."""
    reply, signed = _reply(request, public_id), SignedForm(request.POST)
    try:
        updating.file_form(by=request.member, reply=reply, form_id=signed.data.get("form_id", ""))
        messages.success(request, _("The form is on record."))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(reply)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def reported(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client tells that the person they introduce said yes: who, when, what was said."""
    found = or_404(selectors.introduction, request.member.practice, public_id)
    form_of = ReportedForm if found.prospect else ReportedNameForm
    filled = form_of(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and filled.is_valid():
        try:
            report_yes_of(by=request.member, introduction=found, **filled.cleaned_data)
        except Refused as refused:
            show_refusal(filled, refused)
        else:
            messages.success(request, _("On record as reported by %(name)s.") % {"name": found.referrer})
            return redirect("introductions:list")
    context = {"form": filled, "introduction": found}
    return render(request, "introductions/reported.html", context, status=422 if filled.errors else 200)
