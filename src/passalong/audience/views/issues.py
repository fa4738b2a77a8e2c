"""Issues of the news: write, look, test, have approved, send, stop, and what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.audience.forms import IssueForm, KitForm, PieceForm, WhyForm
from passalong.audience.models import Issue, IssueState, ItemKind
from passalong.audience.preview import looks
from passalong.audience.selectors import issues as selectors
from passalong.audience.selectors import reading, subscribers
from passalong.audience.services import issues, items
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404

PER_PAGE = 30
TONES = {IssueState.DRAFT: "quiet", IssueState.SENDING: "accent", IssueState.SENT: "good", IssueState.STOPPED: "stop"}


@member_required
@require_safe
def all_issues(request: MemberRequest) -> HttpResponse:
    """All issues, the latest first."""
    practice = request.member.practice
    page = Paginator(selectors.issues(practice), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, TONES[IssueState(one.state)]) for one in page.object_list]
    context = {"page": page, "rows": rows, "counts": subscribers.counts(practice)}
    return render(request, "audience/issues.html", context)


@member_required
@require_POST
def new(request: MemberRequest) -> HttpResponse:
    """A new issue."""
    return redirect("audience:issue", issues.create(by=request.member).public_id)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: MemberRequest, public_id: str) -> HttpResponse:
    """One issue: while it is written its words, afterwards what went and what was read."""
    found = _found(request, public_id)
    form = IssueForm(request.POST or None, instance=_found(request, public_id))
    if request.method == "POST" and form.is_valid():
        try:
            issues.write(by=request.member, issue=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept."))
            return redirect("audience:issue", public_id)
    return _drawn(request, found, form=form, status=422 if form.errors else 200)


def _drawn(request: MemberRequest, found: Issue, *, status: int = 200, **more: Any) -> HttpResponse:
    is_draft = found.state == IssueState.DRAFT
    context: dict[str, Any] = {"issue": found, "is_draft": is_draft, "tone": TONES[IssueState(found.state)]}
    if is_draft:
        kits = selectors.kits_to_add(found)
        context |= {
            "standing": selectors.standing(found),
            "piece_form": PieceForm(),
            "kit_form": KitForm(kits=kits) if kits else None,
            "why_form": WhyForm(),
        }
    else:
        context |= {"going": selectors.going(found), "read": reading.read_of(found), "fewest": reading.FEWEST}
    return render(request, "audience/issue.html", context | {"form": IssueForm(instance=found)} | more, status=status)


@member_required
@require_safe
def look(request: MemberRequest, public_id: str) -> HttpResponse:
    """The issue as a reader's mail program shows it, for a frame: no script, no form, no request."""
    answer = HttpResponse(looks(_found(request, public_id)).html, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'"
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "no-store"
    return answer


@member_required
@require_POST
def add_piece(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put words of our own in."""
    found, form = _found(request, public_id), PieceForm(request.POST)
    if form.is_valid():
        try:
            items.add(by=request.member, kind=ItemKind.WORDS, issue=found, **form.cleaned_data)
            return redirect("audience:issue", public_id)
        except Refused as refused:
            show_refusal(form, refused)
    return _drawn(request, found, piece_form=form, status=422)


@member_required
@require_POST
def add_kit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put a published kit in."""
    found = _found(request, public_id)
    kits = selectors.kits_to_add(found)
    form = KitForm(request.POST, kits=kits)
    if form.is_valid():
        kit = next(one for one in kits if one.public_id == form.cleaned_data["kit"])
        try:
            items.add_kit(by=request.member, issue=found, kit=kit, words=form.cleaned_data["words"])
            return redirect("audience:issue", public_id)
        except Refused as refused:
            show_refusal(form, refused)
    return _drawn(request, found, kit_form=form, status=422)


@member_required
@require_POST
def test(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send it to oneself."""
    said = _("It is on its way to %(address)s.") % {"address": request.member.user.email}
    return _act(request, public_id, lambda found: issues.test(by=request.member, issue=found), said)


@member_required
@require_POST
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let it go out."""
    said = _("It goes out now. You can leave this page.")
    return _act(request, public_id, lambda found: issues.send(by=request.member, issue=found), said)


@member_required
@require_POST
def stop(request: MemberRequest, public_id: str) -> HttpResponse:
    """Stop what has not gone."""
    return _act(request, public_id, lambda found: issues.stop(by=request.member, issue=found), _("Stopped."))


@member_required
@require_POST
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask a second person."""
    found, form = _found(request, public_id), WhyForm(request.POST)
    if form.is_valid():
        try:
            issues.ask_approval(by=request.member, issue=found, why=form.cleaned_data["why"])
            messages.success(request, _("A second person is asked."))
            return redirect("audience:issue", public_id)
        except Refused as refused:
            show_refusal(form, refused)
    return _drawn(request, found, why_form=form, status=422)


@member_required
@require_POST
def discard(request: MemberRequest, public_id: str) -> HttpResponse:
    """Throw a draft away."""
    try:
        issues.discard(by=request.member, issue=_found(request, public_id))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("audience:issue", public_id)
    messages.success(request, _("Thrown away."))
    return redirect("audience:issues")


def _act(request: MemberRequest, public_id: str, act: Callable[[Issue], object], said: str) -> HttpResponse:
    try:
        act(_found(request, public_id))
        messages.success(request, said)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("audience:issue", public_id)


def _found(request: MemberRequest, public_id: str) -> Issue:
    return or_404(selectors.issue, request.member.practice, public_id)
