"""The news of a practice: ask for it, confirm it from one's own mailbox, read one piece of it.

Opening changes nothing: only the POST of a chosen button asks or confirms, so that programs that look at mail put
nobody on a list. Known and unknown addresses get the same words after the same work. No cookies.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.models import Practice
from passalong.audience import consent_words, letter
from passalong.audience.models import IssueItem, IssueState, SubscribedBy
from passalong.audience.selectors import issues, subscribers
from passalong.audience.services import subscribing
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.portal import asking, door, journaling, limits
from passalong.portal.pages import new_view
from passalong.portal.state import TOKEN, State
from passalong.portal.views.notices import later, notice, of_the_desk, refusal, unknown
from passalong.privacy.selectors import requests as privacy

ASKED_OF_ADDRESS = limits.AddressLimiter(10, 600)
ASKED_ABOUT = limits.Limiter(3, 3600)  # more often nothing is done, and nothing else is said
ASKED_ALTOGETHER = limits.Limiter(600, 3600)
FROM = {one.value for one in (SubscribedBy.PAGE, SubscribedBy.EPISODE, SubscribedBy.ANSWER)}


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Not kept, not listed, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@csrf_exempt  # no cookie is at stake; notices.refusal looks where the POST comes from
@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page of one practice's list."""
    try:
        practice = privacy.practice_at(public_id)
    except Practice.DoesNotExist:
        return _quiet(unknown())
    return _quiet(_ask(request, practice) if request.method == "POST" else _form(request, practice))


def _form(request: HttpRequest, practice: Practice, wrong: str = "", status: int = 200) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    context = {
        "practice": practice,
        "agreed": consent_words.asked(practice),
        "typed_address": sent.get("address", "")[:330] if wrong else "",
        "typed_name": sent.get("name", "")[:120] if wrong else "",
        "by": _by(sent.get("by", "")),
        "about": sent.get("about", "")[:20],
        "wrong": wrong,
    }
    return render(request, "portal/news.html", context, status=status)


def _ask(request: HttpRequest, practice: Practice) -> HttpResponse:
    if refused := refusal(request, f"news {practice.pk}"):
        return refused
    from_where = asking.client_address(request.META)
    if not (ASKED_OF_ADDRESS.allows(from_where) and ASKED_ALTOGETHER.allows("")):
        return later()
    address = request.POST.get("address", "").strip()[:330]
    if ASKED_ABOUT.allows(keyed_hash(practice.pk, address.casefold())):
        try:
            subscribing.ask(
                practice=practice,
                address=address,
                name=request.POST.get("name", ""),
                by=_by(request.POST.get("by", "")),
                about=request.POST.get("about", ""),
            )
        except Refused as wrong:
            return _form(request, practice, wrong.message, 422)
    return render(request, "portal/news_asked.html", {"practice": practice})


def _by(sent: str) -> str:
    return sent if sent in FROM else SubscribedBy.PAGE.value


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page the question to confirm leads to: one button."""
    return _quiet(_confirm(request, token))


def _confirm(request: HttpRequest, token: str) -> HttpResponse:
    key = subscribers.to_confirm(token)
    if key is None:
        too_many = not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META))
        return later() if too_many else _ended()
    context = {"practice": key.practice, "words": consent_words.confirmed(key.practice), "is_done": False}
    if request.method != "POST":
        return render(request, "portal/news_confirm.html", context)
    if refused := refusal(request, f"news key {key.pk}") or of_the_desk(request, key.practice_id):
        return refused
    if subscribing.confirm(token=token) is None:
        return _ended()
    return render(request, "portal/news_confirm.html", context | {"is_done": True})


def _ended() -> HttpResponse:
    return notice(
        404,
        _("This link has ended"),
        _("It works for seven days, and not after you left the list. Nothing is sent to you."),
        _("You can ask for the news again on the page of the practice."),
    )


@require_safe
def item(request: HttpRequest, token: str) -> HttpResponse:
    """One piece of an issue, by the link that stands in the mail."""
    found = _item(token)
    if found is None:
        too_many = not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META))
        return _quiet(later() if too_many else unknown())
    if found.withdrawn_at or not found.url:
        return _quiet(notice(410, _("This has been taken down"), _("It is not shown any more.")))
    view = new_view()
    if found.issue.state != IssueState.DRAFT:
        journaling.note(request.META, _state(found), "hit", view=view)
    context = {
        "practice": found.practice,
        "item": found,
        "onward": letter.onward(found),
        "act": letter.act(found),
        "view": view,
    }
    return _quiet(render(request, "portal/news_item.html", context))


@csrf_exempt
@require_http_methods(["POST"])
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A sign of reading from the page of a piece."""
    found = _item(token)
    status = door.seen(request.META, _state(found) if found else None)
    return HttpResponse(status=int(status[:3]), headers={"Cache-Control": "no-store"})


def _item(token: str) -> IssueItem | None:
    return issues.item_of(token) if TOKEN.fullmatch(token) else None


def _state(item: IssueItem) -> State:
    """As the journal of all visits names it."""
    is_over = item.withdrawn_at is not None or item.issue.state == IssueState.DRAFT
    return State(item.pk, item.practice_id, is_over, None, None, "" if is_over else item.token, of="item")
