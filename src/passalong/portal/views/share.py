"""A referrer's private page: own link, code, words and message. Opening it changes nothing; only its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core.errors import Refused
from passalong.introductions.models import Because
from passalong.introductions.selectors import words
from passalong.introductions.services.thanking import thank
from passalong.kits import desk_links, sharing
from passalong.kits.codes import file_answer
from passalong.kits.forms_passing import PassedForm
from passalong.kits.models import Link, SharePage
from passalong.kits.selectors import passing as selectors
from passalong.kits.services import passing as services
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, refusal


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Finds the page of this secret; answers are not kept, not listed, and do not tell where their reader goes on."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: object) -> HttpResponse:
        page = selectors.share_page(services.share_digest(token)) if len(token) < 100 else None
        if page is None:
            answer = _unknown(request)
        elif not (links := selectors.links_of_page(page)) or page.kit.archived_at:
            answer = _ended()
        else:
            answer = view(request, token, page, links[0], **more)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return wrapped


def _ended() -> HttpResponse:
    return notice(410, _("This link has ended"), _("Whoever gave you this address can make a new one."))


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@private
def share(request: HttpRequest, token: str, page: SharePage, link: Link) -> HttpResponse:
    """The page; a POST notes that the kit was passed along. Words are written in views/words.py."""
    if request.method != "POST":
        return _show(request, token, page, link)
    if refused := refusal(request, f"page {page.pk}"):
        return refused
    if request.POST.get("act") != "passed":
        return _show(request, token, page, link)
    form = PassedForm(request.POST)
    channel = form.cleaned_data["channel"] if form.is_valid() else ""
    try:
        services.note_own_passing(page=page, link=link, channel=channel)
        thank(referrer=page.referrer, because=Because.PASSED, about=link)
    except Refused:  # ended since we looked
        return _ended()
    return _back(token, "passed")


def _back(token: str, done: str) -> HttpResponse:
    answer = redirect("portal:share", token)
    answer["Location"] += f"?done={done}"
    answer.status_code = 303
    return answer


def _show(request: HttpRequest, token: str, page: SharePage, link: Link) -> HttpResponse:
    shown, base = desk_links.shown(link), f"/pass/{token}"
    context = {
        "token": token,
        "shown": shown,
        "share": sharing.share(shown.address, shown.title),
        "standing": words.standing(link.practice),
        "messages_of_page": words.of_link(link),
        "caution": sharing.caution(link.practice.profession),
        "passed_form": PassedForm(initial={"channel": link.channel}),
        "passed": selectors.times_passed(link),
        "practice": link.practice,
        "done": _("Noted. Thank you.") if request.GET.get("done") == "passed" else "",
        "passed_action": base,
        "code_url": f"{base}/code.svg",
        "card_url": f"{base}/card.pdf",
    }
    return render(request, "portal/share.html", context)


@require_safe
@private
def code(request: HttpRequest, token: str, page: SharePage, link: Link, *, kind: str) -> HttpResponse:
    """The QR code or the card of the referrer's link."""
    shown = desk_links.shown(link)
    if not shown.is_ready:
        raise Http404
    return file_answer(kind, shown.address, shown.frozen)
