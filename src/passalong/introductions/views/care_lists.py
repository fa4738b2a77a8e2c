"""All of the practice: promises by day, seeds that are due, asks that met silence."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions import asking_less
from passalong.introductions.models import SilentAsk
from passalong.introductions.selectors import care
from passalong.introductions.selectors import seeds as sown
from passalong.introductions.services import silence

A_PAGE = 50


@member_required
@require_safe
def promises(request: MemberRequest) -> HttpResponse:
    """What is promised and not kept yet, the earliest day first."""
    page = Paginator(care.open_promises(request.member.practice), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "introductions/promises.html", {"page": page, "today": clock.today()})


@member_required
@require_safe
def seeds(request: MemberRequest) -> HttpResponse:
    """What to say next, and to whom."""
    page = Paginator(sown.due(request.member.practice), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "introductions/seeds.html", {"page": page, "rows": sown.with_words(page)})


@member_required
@require_safe
def silent(request: MemberRequest) -> HttpResponse:
    """Who was asked and said nothing, and the one way back."""
    page = Paginator(care.silent_asks(request.member.practice), A_PAGE).get_page(request.GET.get("page"))
    referrers = [one.introduction.referrer_id for one in page if one.introduction.referrer_id]
    held = care.why_not_asked(request.member.practice, referrers)
    rows = [(one, held.get(one.introduction.referrer_id or 0, "")) for one in page]
    context = {"page": page, "rows": rows, "aloud": asking_less.ALOUD}
    return render(request, "introductions/silent.html", context)


@member_required
@require_POST
def follow_up(request: MemberRequest, public_id: str) -> HttpResponse:
    """The one follow-up: a mail, which is shown before it goes; a call; or none."""
    rows = SilentAsk.objects.filter(practice=request.member.practice, introduction__public_id=public_id)
    found = rows.select_related("introduction").first()
    if found is None:
        raise Http404
    try:
        message = silence.follow_up(by=request.member, ask=found, how=request.POST.get("how", ""))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:silent")
    if message is not None:
        return redirect("mail:message", message.public_id)
    messages.success(request, _("Noted. Nobody asks about this name again."))
    return redirect("introductions:silent")
