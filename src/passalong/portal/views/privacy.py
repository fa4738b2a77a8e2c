"""The privacy page: who is responsible, what is kept, and for anybody on file a page of their own by a mailed link.

Opening changes and shows nothing: programs that look at mail open every link. What is kept is shown by a POST only, and
each further act needs the secret that stands in the page shown last. No cookies. Known and unknown addresses are
answered with the same words after the same work; a task looks them up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.accounts.models import Practice
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal, unknown
from passalong.privacy.models import PrivacyLink
from passalong.privacy.selectors import requests as selectors
from passalong.privacy.services import asking as asked
from passalong.privacy.services import requests as services
from passalong.privacy.tasks import look_up

MOST_PRACTICES = 200  # of one server that one question goes to
ASKED_OF_ADDRESS = limits.AddressLimiter(10, 600)
ASKED_ABOUT = limits.Limiter(3, 3600)  # more often nothing is looked up, and nothing else is said
ASKED_ALTOGETHER = limits.Limiter(600, 3600)
Act = Callable[[HttpRequest, PrivacyLink, str], HttpResponse]


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Not kept, not listed, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@csrf_exempt  # no cookie is at stake; notices.refusal looks where the POST comes from
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """The page of the one practice here; where there are several, a question to each of them at once."""
    practices = list(selectors.practices()[: MOST_PRACTICES + 1])
    if len(practices) > MOST_PRACTICES:
        practices = []
    return _quiet(_about(request, practices))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def about_practice(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page of one practice."""
    try:
        practice = selectors.practice_at(public_id)
    except Practice.DoesNotExist:
        return _quiet(unknown())
    return _quiet(_about(request, [practice]))


def _about(request: HttpRequest, practices: Sequence[Practice]) -> HttpResponse:
    """One practice is named with its imprint; several are not, for it is nobody's business who else is here."""
    context = {"practice": practices[0] if len(practices) == 1 else "", "is_asked": False, "address": "", "wrong": ""}
    if request.method != "POST":
        return render(request, "portal/privacy.html", context)
    if refused := _refused_asking(request):
        return refused
    address = request.POST.get("address", "").strip()[:330]
    try:
        _ask(practices, address)
    except Refused as wrong:
        said = context | {"address": address, "wrong": wrong.message}
        return render(request, "portal/privacy.html", said, status=422)
    return render(request, "portal/privacy.html", context | {"is_asked": True})


def _refused_asking(request: HttpRequest) -> HttpResponse | None:
    if refused := refusal(request, "privacy"):
        return refused
    address = asking.client_address(request.META)
    return None if ASKED_OF_ADDRESS.allows(address) and ASKED_ALTOGETHER.allows("") else later()


def _ask(practices: Sequence[Practice], address: str) -> None:
    """The same rows and tasks whether anybody is known or not."""
    if not ASKED_ABOUT.allows(keyed_hash(0, address.casefold())):
        return
    for practice in practices:
        link = asked.ask(practice=practice, address=address)
        look_up.enqueue(link.pk)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one link."""
    link = selectors.link_of(token)
    if link is None:
        too_many = not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META))
        return _quiet(later() if too_many else _ended())
    if request.method != "POST":
        return _quiet(render(request, "portal/privacy_door.html", {"practice": link.practice, "token": token}))
    refused = refusal(request, f"privacy {link.pk}") or of_the_desk(request, link.practice_id)
    return _quiet(refused or _act(request, link, token))


def _ended() -> HttpResponse:
    words = _("It works for a day, and not after you were forgotten. You can ask for a new one.")
    return notice(404, _("This link has ended"), words, onward=(reverse("portal:privacy"), _("Ask for a new link")))


def _act(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "show":
        return _show(request, link, token, services.open_page(link=link))
    if not selectors.is_page_open(link, request.POST.get("page", "")):
        said = {"practice": link.practice, "token": token, "has_rested": True}
        return render(request, "portal/privacy_door.html", said, status=409)
    acts: dict[str, Act] = {
        "correct": _correct, "object": _object, "copy": _copy, "forget": _ask_to_forget, "forget_now": _forget,
    }  # fmt: skip
    if act not in acts:
        return notice(400, _("Please choose again"), _("This page does not offer that."))
    try:
        return acts[act](request, link, token)
    except Refused as refused:
        return _show(request, link, token, request.POST["page"], status=422, wrong=refused)


def _show(
    request: HttpRequest,
    link: PrivacyLink,
    token: str,
    page: str,
    *,
    status: int = 200,
    done: str = "",
    wrong: Refused | None = None,
) -> HttpResponse:
    person = selectors.person_behind(link)
    held = selectors.held_by(person) if person else []
    context: dict[str, Any] = {
        "practice": link.practice,
        "token": token,
        "page": page,
        "held": held,
        "is_shared": person is None,
        "done": done,
        "wrong": wrong.message if wrong else "",
        "wrong_field": wrong.field if wrong else "",
        "sent": request.POST if wrong else {},
    }
    return render(request, "portal/privacy_own.html", context, status=status)


def _correct(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("field", "value", "words")}
    services.correct(link=link, **sent)
    done = _("Your wish is on the practice's list. You have an answer by mail within a month.")
    return _show(request, link, token, request.POST["page"], done=done)


def _object(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    services.object_to_use(link=link)
    done = _("Done. From now on nothing is sent to you, and nobody is asked about you.")
    return _show(request, link, token, request.POST["page"], done=done)


def _copy(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    answer = HttpResponse(services.take_copy(link=link), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="what-is-kept.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _ask_to_forget(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    said = {"practice": link.practice, "token": token, "page": request.POST["page"]}
    held = services.held_whole(link=link)
    said |= {"held": held, "kept": [] if held else services.would_stay(link=link)}
    return render(request, "portal/privacy_forget.html", said)


def _forget(request: HttpRequest, link: PrivacyLink, token: str) -> HttpResponse:
    practice = link.practice
    kept, is_mailed = services.forget(link=link)
    said = {"practice": practice, "kept": kept, "is_mailed": is_mailed, "is_over": True}
    return render(request, "portal/privacy_forget.html", said)
