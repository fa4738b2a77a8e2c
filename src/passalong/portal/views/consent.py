"""The page of somebody who is asked whether the one who passed a kit along may hear about it.

GET shows, only POST decides; the address is not used up by either, so that the same page takes it back later. An
address that never was and one that has ended get the same answer.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.compliance.selectors import consent as selectors
from passalong.compliance.services import consent as services
from passalong.compliance.updates import Stage
from passalong.core.errors import Refused
from passalong.introductions.consent_page import ConsentPage, consent_page
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

TEMPLATE = "portal/consent.html"


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST allows, declines or takes back."""
    answer = _answer(request, token)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    grant = selectors.of_token(token)
    page = consent_page(grant) if grant else None
    if page is None:
        if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
            return later()
        return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))
    if request.method != "POST":
        return _show(page)
    if refused := refusal(request, f"consent {page.grant.pk}") or of_the_desk(request, page.practice.pk):
        return refused
    return _decide(request, page)


def _decide(request: HttpRequest, page: ConsentPage) -> HttpResponse:
    shown, chosen = _bytes(page), request.POST.getlist("tell")[:20]
    choice: dict[str, Any]
    if request.POST.get("answer") == "nothing":
        choice = {"answer": "nothing"}
        if page.stage is Stage.ASKED:
            return _done(request, lambda: services.decline(grant=page.grant, page=shown, choice=choice))
        return _done(request, lambda: services.revoke(grant=page.grant))
    if request.POST.get("answer") != "tell":
        return _show(page, wrong=_("Please choose again. Nothing was changed."), status=422)
    if request.POST.get("shown") != _digest(shown):
        return _show(page, wrong=_("This page has changed since you opened it. Please look once more."), status=409)
    choice = {"answer": "tell", "scope": sorted(set(chosen))}
    try:
        return _done(request, lambda: services.grant(grant=page.grant, scope=set(chosen), page=shown, choice=choice))
    except Refused as refused:
        return _show(page, wrong=refused.message, status=422)


def _done(request: HttpRequest, act: Any) -> HttpResponse:
    """After the act the page shows how it stands: reading it again sends nothing twice."""
    act()
    return HttpResponse(status=303, headers={"Location": request.path})


def _show(page: ConsentPage, *, wrong: str = "", status: int = 200) -> HttpResponse:
    digest = _digest(_bytes(page))
    return HttpResponse(_drawn(page, digest=digest, wrong=wrong), status=status)


def _bytes(page: ConsentPage) -> bytes:
    """The page as the person sees it: what is kept as evidence. It names no address of itself and no moment."""
    return _drawn(page).encode()


def _drawn(page: ConsentPage, **more: str) -> str:
    return render_to_string(TEMPLATE, {"page": page, "practice": page.practice, **more})


def _digest(shown: bytes) -> str:
    return hashlib.sha256(shown).hexdigest()
