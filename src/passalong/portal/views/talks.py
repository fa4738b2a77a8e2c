"""A practice's own show: its page, its feed, and each episode's page.

Nothing is remembered: what was taken down is gone with the next request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.conf import settings
from django.core.paginator import Page as Pager
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from passalong.core import blobs
from passalong.interviews import addresses, cards, feed, player
from passalong.interviews.contents import Content
from passalong.interviews.models import EpisodeLink, EpisodeVersion, Show
from passalong.interviews.selectors import episodes as selectors
from passalong.portal import asking, door, journaling, limits, state
from passalong.portal.pages import new_view
from passalong.portal.views.notices import later, notice

Page = Callable[..., HttpResponseBase]
A_PAGE = 50  # conversations on one page of the show
IN_FEED = 100  # in one page of its feed; most apps read the first alone


@dataclass(frozen=True, slots=True)
class There:
    """What stands behind an episode's public address now."""

    link: EpisodeLink
    version: EpisodeVersion
    content: Content

    @property
    def at(self) -> str:
        return addresses.page_path(self.link.token)

    @property
    def state(self) -> state.State:
        """As the journal of visits takes it."""
        return state_of(self.link, is_over=False)


def state_of(link: EpisodeLink, *, is_over: bool) -> state.State:
    """A link as the door and the journal know one."""
    return state.State(link.pk, link.practice_id, is_over, None, None, link.token, "episode")


def quiet(answer: HttpResponseBase, kept: str = "no-store") -> HttpResponseBase:
    """Not listed, kept nowhere without asking anew, and it does not tell where its reader goes on."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = kept
    return answer


def of_episode(view: Page) -> Page:
    """Finds what stands behind the address; 410 for what was taken down, 404 for what never was."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: object) -> HttpResponseBase:
        known = state.normalised(token)
        link = selectors.link(known) if known else None
        if link is None:
            return quiet(_unknown(request))
        version = None if link.ended_at else selectors.live_version(link.episode)
        if version is None:
            return quiet(_over())
        return view(request, There(link, version, Content.from_json(version.content)), **more)

    return wrapped


def of_show(view: Page) -> Page:
    """Finds the show of this address."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: object) -> HttpResponseBase:
        known = state.normalised(token)
        show = selectors.show(known) if known else None
        return quiet(_unknown(request)) if show is None else view(request, show, **more)

    return wrapped


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return notice(404, _("Nothing is here"), _("Please check the address: a letter may be missing."))


def _over() -> HttpResponse:
    return notice(410, _("This conversation has been taken down"), _("It is not published any more."))


def _page(request: HttpRequest, show: Show, by: str, most: int) -> Pager[EpisodeVersion]:
    """One page of what is out; beyond the last page the last."""
    return Paginator(selectors.listing(show.practice, by), most).get_page(request.GET.get("page"))


@require_safe
@of_show
def show(request: HttpRequest, show: Show) -> HttpResponseBase:
    """All conversations, last first."""
    pager = _page(request, show, EpisodeLink.By.OWN, A_PAGE)
    rows = [
        {
            "at": addresses.page_path(one.token),
            "content": one.content,
            "day": one.episode.published_at,
            "length": player.clock_of(one.content.seconds),
        }
        for one in selectors.listed(pager)
    ]
    context = {"show": show, "rows": rows, "show_at": addresses.show_path(show), "practice": show.practice}
    context |= {"page": pager, "imprint": show.practice.imprint_below_name}
    return quiet(render(request, "portal/talks_show.html", context))


@require_safe
@of_show
def feed_xml(request: HttpRequest, show: Show) -> HttpResponseBase:
    """The feed, in pages (RFC 5005). Podcast apps ask often: one that has it already is told so."""
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    pager = _page(request, show, EpisodeLink.By.FEED, IN_FEED)
    where = feed.Where(pager.number, pager.paginator.num_pages)
    made = feed.write(show, selectors.listed(pager), base, where)
    return kept_by_mark(request, made, feed.MEDIA_TYPE)


@require_safe
@of_show
def cover(request: HttpRequest, show: Show) -> HttpResponseBase:
    """The show's picture; drawn from its words where it has none."""
    if show.picture:
        return kept_by_mark(request, blobs.read(show.picture), show.picture.media_type)
    drawn = cards.cover(show.title, show.practice.name, show.practice.colour, show.language)
    return kept_by_mark(request, drawn, "image/png")


def kept_by_mark(request: HttpRequest, made: bytes, media_type: str) -> HttpResponseBase:
    etag = quote_etag(hashlib.sha256(made).hexdigest()[:32])
    same = etag in parse_etags(request.headers.get("If-None-Match", ""))
    answer = HttpResponse(status=304) if same else HttpResponse(made, content_type=media_type)
    answer["ETag"] = etag
    return quiet(answer, "no-cache")


@require_safe
@of_episode
def page(request: HttpRequest, there: There) -> HttpResponseBase:
    """One conversation. The visit is noted before it is answered."""
    view = new_view()
    journaling.note(request.META, there.state, "hit", view=view)
    show = selectors.show_of(there.link.practice)
    context = {
        "content": there.content,
        "page": player.page_of(there.content),
        "at": there.at,
        "show_at": addresses.show_path(show),
        "day": _day(there.content.published_on),
        "practice": there.link.practice,
        "about": there.link.episode.public_id,
        "imprint": there.link.practice.imprint_below_name,
        "view": view,
    }
    return quiet(render(request, "portal/talks_page.html", context))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@csrf_exempt  # no cookie is at stake; the door looks where it comes from
@require_POST
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A sign of reading or listening, as from a kit's page."""
    known = state.normalised(token)
    link = selectors.link(known) if known else None
    there = None
    if link is not None:
        is_over = link.ended_at is not None or selectors.live_version(link.episode) is None
        there = state_of(link, is_over=is_over)
    status = int(door.seen(request.META, there).split(" ", 1)[0])
    return HttpResponse(status=status, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
