"""Calm pages that name nobody, in two manners, and the checks every page for outsiders begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from passalong.kits.content import Frozen
from passalong.kits.rendering.page import Answers, headers, render_notice
from passalong.portal import asking, limits
from passalong.portal.pages import cut

MOST_BYTES = 20_000  # of a form on a kit page or a referrer's page
Say = Callable[..., HttpResponse]  # `notice`, or `of_kit` for the addresses of kits


def notice(status: int, title: str, *paragraphs: str, onward: tuple[str, str] | None = None) -> HttpResponse:
    """A short page in the manner of the pages beside it. `onward`: an address of ours and the words of the link."""
    context = {"title": title, "said": paragraphs, "onward": onward, "practice": ""}
    return HttpResponse(render_to_string("portal/notice.html", context), status=status)


def of_kit(
    status: int,
    title: str,
    *paragraphs: str,
    frozen: Frozen | None = None,
    answers: Answers | None = None,
    onward: tuple[str, str] | None = None,
    back: str = "",
    view: str = "",
) -> HttpResponse:
    """The same in the manner of the kit; `view` goes on from the page the form was sent from."""
    page = render_notice(frozen, title, paragraphs, answers=answers, onward=onward, back=back)
    body = cut(page).body(view, zipped=False)
    return HttpResponse(body, status=status, headers=headers(page))


def unknown(say: Say = notice) -> HttpResponse:
    """Nothing was ever given out under this address."""
    return say(404, _("Nothing is here"), _("Please check the address: a letter may be missing."), _ask_again())


def over() -> HttpResponse:
    """A kit withdrawn, archived or ended: the same words for each."""
    return of_kit(410, _("This page has been taken down"), _("It is not shown any more."), _ask_again())


def _ask_again() -> str:
    return _("Whoever passed it to you can tell you more.")


def refusal(request: HttpRequest, link_key: str, say: Say = notice, *, most: int = MOST_BYTES) -> HttpResponse | None:
    """Why this POST is not read: from another site, too long, too often. None when it may be. most: bytes of a form."""
    if not asking.is_from_our_page(request.META):
        return say(403, _("This did not come from our page"), _("Nothing was sent. Please open the page again."))
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdecimal()) or len(length) > 9 or int(length) > most:
        return say(413, _("That is more than fits"), _("Nothing was sent. Please go back and say it shorter."))
    address = asking.client_address(request.META)
    if limits.POSTS_OF_ADDRESS.allows(address) and limits.POSTS_OF_LINK.allows(link_key):
        return None
    return later(say)


def of_the_desk(request: HttpRequest, practice_id: int) -> HttpResponse | None:
    """Nobody of the practice acts for the person, also not by the link in a mail that goes out."""
    member = getattr(request, "member", None)
    if member is None or member.practice_id != practice_id:
        return None
    words = _("You are signed in as a member of this practice. Nothing was changed.")
    return notice(403, _("Only the person meant can answer here"), words)


def later(say: Say = notice) -> HttpResponse:
    """Too many in a short time."""
    words: Sequence[str] = (_("Many answers came at once from where you are."), _("Please try again in a minute."))
    answer = say(429, _("One moment, please"), *words)
    answer["Retry-After"] = "60"
    return answer
