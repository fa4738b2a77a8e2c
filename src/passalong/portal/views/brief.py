"""A partner's brief by private link: the newest version, on screen and on paper. Nothing is asked, nothing counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passalong.interviews import brief_paper
from passalong.interviews.models import Brief
from passalong.interviews.selectors import briefs
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice


@require_safe
def brief(request: HttpRequest, token: str) -> HttpResponse:
    """The page. A link that ended and one that never was get the same words."""
    found = briefs.by_token(token)
    return _quiet(_unknown(request) if found is None else _page(request, token, found))


@require_safe
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The same as PDF."""
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return _quiet(later())  # typesetting costs more than a page
    found = briefs.by_token(token)
    return _quiet(_gone() if found is None else brief_paper.answer(found))


def _page(request: HttpRequest, token: str, found: Brief) -> HttpResponse:
    context = {
        "practice": found.practice,
        "brief": found,
        "parts": brief_paper.parts(found),
        "pdf": f"/brief/{token}/brief.pdf",
    }
    return render(request, "portal/brief.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return _gone()


def _gone() -> HttpResponse:
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Not kept, not listed, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
