"""A client's own page for one way to introduce: a mail to send, a letter to sign, points for a call.

It is the same whatever the person introduced does, also after they took a yes back: a page that ended would tell so. A
mail of three ends where client or practice ended the introduction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core import clock
from passalong.introductions import own_pages, papers, ways_words
from passalong.introductions.answer_pages import ENDED, open_address
from passalong.introductions.models import Way, WayKind
from passalong.introductions.selectors import ways as read
from passalong.introductions.services import ways as services
from passalong.introductions.views.ways import taken_away
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

TEMPLATE = "portal/way.html"


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Finds the way of this secret; answers are not kept, not listed, and tell nobody where their reader goes on."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: str) -> HttpResponse:
        found = own_pages.way_of(token)
        if found is None:
            answer = _unknown(request)
        elif _is_over(found):
            answer = notice(410, _("This page has ended"), _("Whoever gave you this address can tell you more."))
        else:
            answer = view(request, token, found, **more)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return wrapped


def _is_over(way: Way) -> bool:
    if way.ends_on is None or way.ends_on < clock.today():
        return True
    return way.kind == WayKind.MAIL and way.introduction.outcome in ENDED


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def way(request: HttpRequest, token: str, found: Way) -> HttpResponse:
    """The page; a POST says that it is done."""
    if request.method != "POST":
        return HttpResponse(_drawn(token, found, done=request.GET.get("done") == "used"))
    if refused := refusal(request, f"way {found.pk}") or of_the_desk(request, found.practice_id):
        return refused
    if request.POST.get("act") != "used":
        return HttpResponse(_drawn(token, found, wrong=_("Please choose again. Nothing was changed.")), status=422)
    services.used_by_client(way=found)
    return HttpResponse(status=303, headers={"Location": f"{request.path}?done=used"})


@require_safe
@_private
def paper(request: HttpRequest, token: str, found: Way, *, form: str) -> HttpResponse:
    """The letter as pdf or docx, the mail as eml."""
    try:
        return taken_away(found, form)
    except Http404:
        return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


def _drawn(token: str, found: Way, *, done: bool = False, wrong: str = "") -> str:
    titles = {
        WayKind.MAIL: _("A mail for you to send"),
        WayKind.LETTER: _("A letter for you to sign"),
        WayKind.CALL: _("Points for your call"),
    }
    context = {
        "way": found,
        "practice": found.practice,
        "heading": titles[WayKind(found.kind)],
        "base": f"/way/{token}",
        "points": ways_words.points(found.words) if found.kind == WayKind.CALL else [],
        "answer": open_address(found.introduction) if found.kind == WayKind.CALL else "",
        "done": _("Noted. Thank you.") if done else "",
        "wrong": wrong,
    }
    if found.kind == WayKind.MAIL:
        mail = read.mail(found)
        context |= {"mail": mail, "mailto": papers.mailto(**mail)}
    return render_to_string(TEMPLATE, context)
