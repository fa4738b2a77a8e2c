"""The page of a client who is asked by a casting call: would you like to be featured? Three questions, yes or no.

GET shows, only POST answers; a later answer takes the place of the one before. Addresses that never were and those of
calls that ended get the same words.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.core.errors import Refused
from passalong.interviews.models import CastingAsk
from passalong.interviews.services import casting
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

TEMPLATE = "portal/cast.html"
SAID = {"yes": True, "no": False}


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
def cast(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST answers."""
    said = _answer(request, token)
    said["Referrer-Policy"] = "no-referrer"
    said["Cache-Control"] = "no-store"
    said["X-Robots-Tag"] = "noindex, nofollow"
    return said


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    ask = casting.ask_of(token)
    if ask is None:
        if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
            return later()
        return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))
    if request.method != "POST":
        return _show(ask)
    if refused := refusal(request, f"cast {ask.pk}") or of_the_desk(request, ask.practice_id):
        return refused
    would = SAID.get(request.POST.get("would", ""))
    keys = [one["key"] for one in ask.call.questions]
    answers = {key: SAID[said] for key in keys if (said := request.POST.get(f"q-{key}", "")) in SAID}
    try:
        if would is None:
            raise Refused(_("Please choose again. Nothing was changed."))
        casting.answer(ask=ask, would=would, answers=answers)
    except Refused as why:
        return _show(ask, wrong=why.message, answers=answers, status=422)
    return HttpResponse(status=303, headers={"Location": request.path})


def _show(
    ask: CastingAsk, *, wrong: str = "", answers: dict[str, bool] | None = None, status: int = 200
) -> HttpResponse:
    given = ask.answers if answers is None else answers
    asked = [(one["key"], one["text"], given.get(one["key"])) for one in ask.call.questions]
    context = {"ask": ask, "call": ask.call, "practice": ask.practice, "asked": asked, "wrong": wrong}
    return HttpResponse(render_to_string(TEMPLATE, context), status=status)
