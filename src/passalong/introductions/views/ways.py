"""Ways to introduce by the client's own hand: the words, what the client takes away, and that it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions import papers, selectors, ways_words
from passalong.introductions.answer_pages import open_address
from passalong.introductions.forms_ways import WayForm
from passalong.introductions.models import Introduction, Way, WayKind
from passalong.introductions.selectors import ways as read
from passalong.introductions.services import ways as services


def own(request: MemberRequest, public_id: str) -> Introduction:
    """The practice's own introduction, or 404."""
    return or_404(selectors.introduction, request.member.practice, public_id)


def _way(request: MemberRequest, public_id: str, kind: str) -> Way:
    found = read.way_of(own(request, public_id), kind)
    if found is None:
        raise Http404
    return found


@member_required
@require_safe
def ways(request: MemberRequest, public_id: str) -> HttpResponse:
    """The four ways, and how far each is."""
    introduction = own(request, public_id)
    return render(request, "introductions/ways.html", read.context(request.member.practice, introduction))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def way(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    """The words of one way; a POST keeps them."""
    introduction = own(request, public_id)
    if kind not in read.BY_HAND:
        raise Http404
    found = read.way_of(introduction, kind)
    form = WayForm(request.POST or None, kind=kind, initial=_initial(request, introduction, kind, found))
    if request.method == "POST" and form.is_valid():
        try:
            services.prepare(by=request.member, introduction=introduction, kind=kind, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The words are kept."))
            return redirect("introductions:way", public_id, kind)
    context = _shown(introduction, kind, found) | {"form": form}
    return render(request, "introductions/way.html", context, status=422 if form.errors else 200)


def _initial(request: MemberRequest, introduction: Introduction, kind: str, found: Way | None) -> dict[str, str]:
    start = read.start(introduction, kind, request.member) if found is None else None
    source = start or found
    return {"subject": source.subject, "words": source.words} if source else {}


def _shown(introduction: Introduction, kind: str, found: Way | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "introduction": introduction,
        "kind": kind,
        "label": WayKind(kind).label,
        "says": read.SAYS[kind],
        "way": found,
        "why_not": "" if found and found.used_at else read.why_not(introduction, kind),
    }
    if found is not None and kind == WayKind.MAIL:
        context["mailto"] = papers.mailto(**read.mail(found))
    if found is not None and kind == WayKind.CALL:
        context["points"] = ways_words.points(found.words)
    if kind != WayKind.MAIL:
        context["answer"] = open_address(introduction)
    return context


@member_required
@require_safe
def paper(request: MemberRequest, public_id: str, kind: str, form: str) -> HttpResponse:
    """What the client takes away: the letter as pdf or docx, the mail as eml, the points of a call on paper."""
    found = _way(request, public_id, kind)
    if (kind, form) == (WayKind.CALL, "print"):
        context = {"way": found, "points": ways_words.points(found.words), "introduction": found.introduction}
        context["answer"] = open_address(found.introduction)
        return render(request, "introductions/call_print.html", context)
    return taken_away(found, form)


def taken_away(found: Way, form: str) -> HttpResponse:
    """The file of one way in this form; 404 where there is none."""
    makers: dict[tuple[str, str], tuple[str, Callable[[], bytes]]] = {
        (WayKind.LETTER.value, "pdf"): ("application/pdf", lambda: papers.pdf(read.letter(found))),
        (WayKind.LETTER.value, "docx"): (papers.DOCX, lambda: papers.docx(read.letter(found))),
        (WayKind.MAIL.value, "eml"): ("message/rfc822", lambda: papers.eml(**read.mail(found))),
    }
    made = makers.get((found.kind, form))
    if made is None:
        raise Http404
    answer = HttpResponse(made[1](), content_type=made[0])
    answer["Content-Disposition"] = f'attachment; filename="{found.kind}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


@member_required
@require_POST
def hand_over(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    """Draft the message that takes it to the client; on to its preview."""
    found = _way(request, public_id, kind)
    try:
        message = services.hand_over(by=request.member, way=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:way", public_id, kind)
    return redirect("mail:message", message.public_id)


@member_required
@require_POST
def used(request: MemberRequest, public_id: str, kind: str) -> HttpResponse:
    """The client told that it is done."""
    found = _way(request, public_id, kind)
    try:
        services.used(by=request.member, way=found)
        messages.success(request, _("Noted."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("introductions:way", public_id, kind)
