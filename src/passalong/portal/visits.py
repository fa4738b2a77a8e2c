"""The visit of a referrer who signed in by a mailed link: a cookie of its own, for their pages alone, for half an hour.

It is no session of Django and says nothing about anybody: a random secret whose digest is kept. It comes with the POST
that used the link up, and is sent back to these pages only, and never by a page of somebody else (SameSite=Strict).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.introductions.models import PortalKey
from passalong.introductions.selectors import portal_keys as selectors
from passalong.introductions.services.portal_keys import VISIT_LASTS
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

COOKIE, PATH = "passalong_me", "/me/"
Page = Callable[..., HttpResponse]


def visit_of(request: HttpRequest) -> PortalKey | None:
    """The visit that is going on in this browser."""
    return selectors.of_visit(request.COOKIES.get(COOKIE, ""))


def begin(answer: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the secret of its visit."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=VISIT_LASTS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


def end(answer: HttpResponse) -> HttpResponse:
    """Take it away again."""
    answer.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return answer


def quiet(answer: HttpResponse) -> HttpResponse:
    """Not kept, not listed, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def visited(view: Page) -> Page:
    """For whoever has signed in; the view takes the key of the visit. A POST must come from a page of ours, not too
    often, and not from a member of the practice."""

    @wraps(view)
    def wrapped(request: HttpRequest, **more: object) -> HttpResponse:
        key = visit_of(request)
        if key is None:
            return quiet(_rested(request))
        if request.method == "POST":
            refused = refusal(request, f"me {key.pk}") or of_the_desk(request, key.practice_id)
            if refused is not None:
                return quiet(refused)
        return quiet(view(request, key, **more))

    return wrapped


def _rested(request: HttpRequest) -> HttpResponse:
    sent = request.COOKIES.get(COOKIE)
    if sent and not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    words = _("A visit lasts half an hour. Nothing was changed. You can have another link by mail.")
    onward = (reverse("portal:me"), _("Ask for a link"))
    answer = notice(403, _("Your visit has ended"), words, onward=onward)
    return end(answer) if sent else answer
