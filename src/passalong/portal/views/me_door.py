"""The door of a referrer's own page: an address is typed, a link is mailed, the link is opened by a chosen answer.

Opening a link uses nothing up: programs that look at mail open every link, and press every lone button. Known and
unknown addresses are answered with the same words after the same work; a task looks them up afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.accounts.models import Practice
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.introductions.forms_own import WhoForm
from passalong.introductions.models import PortalKey
from passalong.introductions.selectors import portal_keys as selectors
from passalong.introductions.services import portal_keys as services
from passalong.introductions.tasks import look_up_referrer
from passalong.portal import asking, limits, visits
from passalong.portal.views import me
from passalong.portal.views.notices import later, notice, of_the_desk, refusal, unknown
from passalong.privacy.selectors.requests import practice_at, practices

MOST_PRACTICES = 200  # of one server that one question goes to
ASKED_OF_ADDRESS = limits.AddressLimiter(10, 600)
ASKED_FOR = limits.Limiter(4, 3600)  # more often nothing is looked up, and nothing else is said
ASKED_ALTOGETHER = limits.Limiter(600, 3600)


@csrf_exempt  # no cookie is at stake in asking for a link; notices.refusal looks where the POST comes from
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """The page of whoever has signed in; for everybody else the question for an address, which goes to every practice
    here."""
    if request.method != "POST" and (key := visits.visit_of(request)):
        return visits.quiet(me.home(request, key))
    found = list(practices()[: MOST_PRACTICES + 1])
    return visits.quiet(_ask(request, found if len(found) <= MOST_PRACTICES else []))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def door_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same question to one practice."""
    try:
        practice = practice_at(public_id)
    except Practice.DoesNotExist:
        return visits.quiet(unknown())
    return visits.quiet(_ask(request, [practice]))


def _ask(request: HttpRequest, of: Sequence[Practice]) -> HttpResponse:
    """One practice is named; several are not, for it is nobody's business who else is here."""
    context = {"practice": of[0] if len(of) == 1 else "", "is_asked": False, "address": "", "wrong": ""}
    if request.method != "POST":
        return render(request, "portal/me_ask.html", context)
    if refused := refusal(request, "me"):
        return refused
    if not (ASKED_OF_ADDRESS.allows(asking.client_address(request.META)) and ASKED_ALTOGETHER.allows("")):
        return later()
    address = request.POST.get("address", "").strip()[:330]
    try:
        _note(of, address)
    except Refused as wrong:
        said = context | {"address": address, "wrong": wrong.message}
        return render(request, "portal/me_ask.html", said, status=422)
    return render(request, "portal/me_ask.html", context | {"is_asked": True})


def _note(of: Sequence[Practice], address: str) -> None:
    """The same rows and tasks whether anybody is known or not."""
    if not ASKED_FOR.allows(keyed_hash(0, address.casefold())):
        return
    for practice in of:
        look_up_referrer.enqueue(services.ask(practice=practice, address=address).pk)


@csrf_exempt  # the secret in the address is the only credential so far
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A mailed link. Only the chosen answer uses it up."""
    return visits.quiet(_enter(request, token))


def _enter(request: HttpRequest, token: str) -> HttpResponse:
    key = selectors.of_link(token)
    if key is None:
        too_many = not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META))
        return later() if too_many else _ended()
    context = {"practice": key.practice, "token": token}
    if request.method != "POST":
        return render(request, "portal/me_enter.html", context | {"form": WhoForm()})
    if refused := refusal(request, f"me link {key.pk}") or of_the_desk(request, key.practice_id):
        return refused
    return _decide(request, key, context)


def _decide(request: HttpRequest, key: PortalKey, context: dict[str, object]) -> HttpResponse:
    form = WhoForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/me_enter.html", context | {"form": form}, status=422)
    if form.cleaned_data["who"] == "other":
        services.not_mine(key=key)
        words = _("The link opens nothing any more, and nothing was shown to anybody.")
        return notice(200, _("Thank you for telling us"), words)
    secret = services.open_visit(key=key)
    if secret is None:
        return _ended()
    answer = HttpResponseRedirect(reverse("portal:me"))
    answer.status_code = 303
    return visits.begin(answer, secret)


def _ended() -> HttpResponse:
    """Used, ended, taken back, or never given out: nobody can tell which."""
    words = _("It works once, and for an hour. You can ask for a new one.")
    return notice(404, _("This link has ended"), words, onward=(reverse("portal:me"), _("Ask for a new link")))
