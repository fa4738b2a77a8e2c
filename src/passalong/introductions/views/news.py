"""Keeping referrers informed: whom to thank, whom to tell, what to put right; each message is shown before it goes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.lookups import or_404
from passalong.introductions import cards
from passalong.introductions.models import Channel, Thanks
from passalong.introductions.selectors import thanks as thank_yous
from passalong.introductions.selectors import troubles, updates
from passalong.introductions.services import digesting, thanking
from passalong.mail.models import Message

SHOWN = 50


@member_required
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """All that waits, the earliest due first."""
    practice = request.member.practice
    context = {
        "thanks": Paginator(thank_yous.still_due(practice), SHOWN).get_page(request.GET.get("thanks")),
        "news": Paginator(updates.gathered(practice), SHOWN).get_page(request.GET.get("news")),
        "troubles": Paginator(troubles.still_open(practice), SHOWN).get_page(request.GET.get("troubles")),
    }
    return render(request, "introductions/news.html", context)


@member_required
@require_safe
def thanked(request: MemberRequest) -> HttpResponse:
    """Every thank-you, the latest first."""
    page = Paginator(thank_yous.thanks(request.member.practice), SHOWN).get_page(request.GET.get("page"))
    return render(request, "introductions/thanked.html", {"page": page})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def thank_you(request: MemberRequest, public_id: str) -> HttpResponse:
    """One thank-you as it reads; mailed, or put down as said or sent by post, by its buttons."""
    row = _thanks(request, public_id)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "mail":
            return _acted(request, row, lambda: thanking.send(by=request.member, thanks=row), _("On its way."))
        if act in (Channel.CARD, Channel.SCREEN):
            said = _("Put down: the card is on its way.") if act == Channel.CARD else _("Put down: you thanked them.")
            return _acted(request, row, lambda: thanking.done(by=request.member, thanks=row, channel=act), said)
        raise Http404
    context = {
        "row": row,
        "is_due": thanking.is_due(row),
        "address": thanking.address_of(row.referrer),
        "channel": thanking.channel_of(row.referrer),
    }
    return render(request, "introductions/thank_you.html", context)


@member_required
@require_safe
def thanks_card(request: MemberRequest, public_id: str) -> HttpResponse:
    """The card to print."""
    return _pdf(cards.thanks_card(_thanks(request, public_id)), "thank-you")


def _thanks(request: MemberRequest, public_id: str) -> Thanks:
    return or_404(thank_yous.one, request.member.practice, public_id)


def _acted(request: MemberRequest, row: Thanks, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:thank_you", row.public_id)
    messages.success(request, said)
    return redirect("introductions:news")


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: MemberRequest, public_id: str) -> HttpResponse:
    """What one referrer may be told now, as it would read; written as a letter, or put down as handed over."""
    referrer = _referrer(request, public_id)
    if request.method == "POST":
        return _told(request, referrer)
    found = updates.of_referrer(request.member.practice, referrer)
    context = {"news": found, "draft": digesting.preview(referrer), "referrer": referrer}
    return render(request, "introductions/tell_news.html", context)


def _told(request: MemberRequest, referrer: Contact) -> HttpResponse:
    try:
        if request.POST.get("act") == "write":
            message: Message = digesting.write(by=request.member, referrer=referrer)
            return redirect("mail:message", message.public_id)
        if request.POST.get("act") != "handed":
            raise Http404
        digesting.hand_over(by=request.member, referrer=referrer)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:tell_news", referrer.public_id)
    messages.success(request, _("Put down as told."))
    return redirect("introductions:news")


@member_required
@require_safe
def news_card(request: MemberRequest, public_id: str) -> HttpResponse:
    """What one referrer may be told now, on a card."""
    draft = digesting.preview(_referrer(request, public_id))
    if draft is None:
        raise Http404
    return _pdf(cards.letter_card(request.member.practice.name, draft.written), "news")


def _referrer(request: MemberRequest, public_id: str) -> Contact:
    found = Contact.objects.filter(practice=request.member.practice, public_id=public_id)
    referrer = found.select_related("practice").first()
    if referrer is None:
        raise Http404
    return referrer


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
