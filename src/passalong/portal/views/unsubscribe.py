"""Leaving: GET shows a page with a button, POST acts at once. Every token gets the same calm words.

RFC 8058: the mail program of the recipient may POST for its owner, from anywhere, with no cookie; it gets 200, never a
redirect. So nothing is asked about where this POST comes from: whoever holds the link may leave by it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.mail import addresses
from passalong.mail.services.unsubscribing import unsubscribe as leave
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice

MOST_BYTES = 20_000


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Not kept, not listed, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@csrf_exempt  # the link is the only credential; mail programs POST it from anywhere
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one link. The same for links that are not ours, so that nothing can be learned by trying."""
    return _quiet(_answer(request, token))


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/unsubscribe.html", {"done": False})
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length[:9]) > MOST_BYTES:
        return notice(413, _("That is more than fits"), _("Please open the page again and use its button."))
    if not limits.POSTS_OF_LINK.allows(f"leave {token[:100]}"):
        return later()
    if addresses.read(token) is None and not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    leave(token, scope="all" if request.POST.get("scope") == "all" else "")
    return render(request, "portal/unsubscribe.html", {"done": True})
