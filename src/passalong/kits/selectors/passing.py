"""Named reads on passing along; the practice comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact
from passalong.core import reach
from passalong.kits.models import Channel, EditionState, Hit, Kit, Link, Passing, SharePage, Verdict


def path_of(link: Link) -> str:
    """Where the link leads on whatever server this is."""
    return f"/k/{link.token}"


def url_of(link: Link) -> str:
    """The link as it is passed along; empty while the server has no public address."""
    return f"{settings.PUBLIC_URL}{path_of(link)}" if settings.PUBLIC_URL else ""


def link(kit: Kit, public_id: str) -> Link:
    """One link of this kit; raises Link.DoesNotExist."""
    return Link.objects.select_related("referrer", "kit", "practice").get(kit=kit, public_id=public_id)


def links(practice: Practice, kit: Kit, *, query: str = "", ended: bool = False) -> QuerySet[Link]:
    """Links of a kit, latest first; `query` words must all occur in the referrer's name or what is on file of them."""
    found = Link.objects.filter(practice=practice, kit=kit, ended_at__isnull=not ended).select_related("referrer")
    for word in fold(query).split():
        found = found.filter(referrer__search__contains=word)
    return found.order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as the list shows it. people: different page answers that a person read."""

    link: Link
    path: str
    url: str
    passed: int
    people: int


def link_rows(found: Iterable[Link]) -> list[LinkRow]:
    """The links with their counts, in two queries whatever their number."""
    shown = list(found)
    keys = [one.pk for one in shown]
    passed = dict(Passing.objects.filter(link__in=keys).values_list("link").annotate(Count("pk")))
    read = Hit.objects.filter(link__in=keys, verdict=Verdict.PERSON).exclude(view="")
    people = dict(read.order_by().values_list("link").annotate(Count("view", distinct=True)))
    return [LinkRow(one, path_of(one), url_of(one), passed.get(one.pk, 0), people.get(one.pk, 0)) for one in shown]


@dataclass(frozen=True, slots=True)
class Offered:
    """A published kit and one client's link to it, if there is one yet."""

    kit: Kit
    row: LinkRow | None


def offered_to(referrer: Contact, most: int = 5) -> list[Offered]:
    """Kits this client could pass along, the latest first, with what came of it so far: four queries."""
    published = Kit.objects.filter(
        practice=referrer.practice_id, archived_at=None, editions__state=EditionState.LIVE
    ).distinct()[:most]
    kits = list(published)
    own = Link.objects.filter(kit__in=kits, referrer=referrer, channel=Channel.ANY, ended_at=None)
    rows = {row.link.kit_id: row for row in link_rows(own)}
    return [Offered(kit, rows.get(kit.pk)) for kit in kits]


def times_passed(link: Link) -> int:
    """How often the referrer or the desk said that this kit was passed along by this link."""
    return Passing.objects.filter(link=link).count()


def share_page(token_digest: str) -> SharePage | None:
    """The private page of this address, unless it has ended."""
    found = SharePage.objects.select_related("kit", "referrer", "practice")
    return found.filter(token_digest=token_digest, ended_at=None).first()


def has_share_page(link: Link) -> bool:
    """Whether the referrer of this link has a private page for its kit."""
    open_ones = SharePage.objects.filter(kit=link.kit_id, referrer=link.referrer_id, ended_at=None)
    return link.referrer_id is not None and open_ones.exists()


def links_of_page(page: SharePage) -> list[Link]:
    """The referrer's open links to this kit, the one for any way first."""
    mine = Link.objects.filter(kit=page.kit_id, referrer=page.referrer_id, ended_at=None)
    return list(mine.select_related("kit", "practice").order_by("channel", "pk"))


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether links may be handed out yet, and if not, why."""

    is_on: bool
    why: str = ""


def sharing() -> Sharing:
    """Links work for others only where this very server was seen to answer."""
    if not settings.PUBLIC_URL:
        return Sharing(False, _("Nobody outside can open this server yet: PUBLIC_URL is not set."))
    if not reach.is_seen():
        named = {"url": settings.PUBLIC_URL}
        say = _("This server has not been seen to answer at %(url)s yet. Run `passalong doctor` on it.")
        return Sharing(False, say % named)
    return Sharing(True)


def share_address(secret: str, here: str) -> str:
    """Where a referrer's private page is, public or, while there is no public address, on this machine."""
    return f"{settings.PUBLIC_URL or here.rstrip('/')}/pass/{secret}"
