"""Pages that one voice of an interview opens by its own link: whose they are, and what every answer says of itself.

The secret in the address is the only credential: no session, no cookie. Opening changes nothing. Addresses that never
were and those that ended get the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from passalong.interviews.models import Voice, VoiceRole
from passalong.interviews.services.voices import voice_of
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

Page = Callable[..., HttpResponseBase]


def voiced(view: Page) -> Page:
    """For the voice this link belongs to; the view takes (request, token, voice, ...). Sound may be played and
    recorded on these pages, nothing else is allowed beyond what every page of ours may do."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: object) -> HttpResponseBase:
        voice = voice_of(token)
        answer = view(request, token, voice, **more) if voice is not None else _unknown(request)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return cast("Page", csp_update({"media-src": ["blob:"]})(cast("Any", wrapped)))


def refused(request: HttpRequest, voice: Voice) -> HttpResponse | None:
    """Why this POST is not read; None when it may be. Nobody of the practice answers for a guest; a host may be one."""
    return refusal(request, f"talk {voice.pk}") or not_theirs(request, voice)


def not_theirs(request: HttpRequest, voice: Voice) -> HttpResponse | None:
    """A member of the practice on the page of somebody who is none."""
    return None if voice.role == VoiceRole.HOST else of_the_desk(request, voice.practice_id)


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))
