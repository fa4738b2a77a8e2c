"""Requests of people on file: the list, one with its answer, and forgetting or handing out for somebody here."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.contacts.lookups import person_or_404
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.lookups import or_404
from passalong.privacy.models import PrivacyRequest, RequestState
from passalong.privacy.selectors import requests as selectors
from passalong.privacy.services import deciding

PAGE_SIZE = 50
PERMISSION = "privacy.decide"
page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_safe
def requests(request: MemberRequest) -> HttpResponse:
    """Those that wait for a person, by their date; then everything that was done."""
    practice = request.member.practice
    done = selectors.requests(practice).exclude(state=RequestState.WAITING)
    context = {
        "waiting": Paginator(selectors.requests(practice, waiting=True), PAGE_SIZE).get_page(
            request.GET.get("waiting")
        ),
        "page": Paginator(done, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": clock.today(),
        "public_page": settings.PUBLIC_URL + reverse("portal:privacy_at", args=[practice.public_id]),
    }
    return render(request, "privacy/requests.html", context)


@member_required
@page
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """One request; a POST answers it."""
    asked = _request_or_404(request, public_id)
    wrong = None
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        act = deciding.decline if request.POST.get("act") == "decline" else deciding.accept
        try:
            act(by=request.member, request=asked, answer=answer)
        except Refused as refused:
            wrong = refused.message
        else:
            messages.success(request, _("Answered. The person is told by mail."))
            return redirect("privacy:requests")
    context = {
        "asked": asked,
        "wrong": wrong,
        "answer": request.POST.get("answer", ""),
        "may_decide": may(request.member, PERMISSION),
        "sharing": selectors.sharing(asked),
        "today": clock.today(),
    }
    return render(request, "privacy/request.html", context, status=422 if wrong else 200)


def _request_or_404(request: MemberRequest, public_id: str) -> PrivacyRequest:
    return or_404(selectors.request, request.member.practice, public_id)


def _demand(request: MemberRequest) -> None:
    """Answer 403 to whoever may not."""
    if not may(request.member, PERMISSION):
        raise PermissionDenied


@member_required
@page
def forget(request: MemberRequest, public_id: str) -> HttpResponse:
    """What forgetting means; a POST shows what would stay; another forgets."""
    person = person_or_404(request.member.practice, public_id)
    context: dict[str, object] = {"person": person, "may_decide": may(request.member, PERMISSION)}
    if request.method != "POST":
        return render(request, "privacy/forget.html", context)
    _demand(request)
    if request.POST.get("act") != "forget":
        context |= {"holds": deciding.holds_on(by=request.member, contact=person), "is_sure": True}
        context["kept"] = [] if context["holds"] else deciding.would_stay(by=request.member, contact=person)
        return render(request, "privacy/forget.html", context)
    try:
        done = deciding.forget(by=request.member, contact=person)
    except Refused as refused:
        return render(request, "privacy/forget.html", context | {"wrong": refused.message}, status=422)
    messages.success(request, _("Forgotten, through every part of the practice."))
    return redirect("privacy:request", done.public_id)


@member_required
@require_POST
def copy(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everything about somebody who asked in person, as one file."""
    person = person_or_404(request.member.practice, public_id)
    _demand(request)
    answer = HttpResponse(deciding.copy_of(by=request.member, contact=person), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="what-is-kept.zip"'
    answer["Cache-Control"] = "no-store"
    return answer
