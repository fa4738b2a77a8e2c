"""What a referrer can pass along, and whom each kit is for: the brief of their own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import mark_safe

from passalong.contacts.models import Contact
from passalong.introductions.models import Promise
from passalong.kits.content import Frozen
from passalong.kits.models import Channel, Edition, EditionState, Link
from passalong.kits.rendering import markdown

MOST_KITS = 8
MOST_PROMISES = 8


@dataclass(frozen=True, slots=True)
class Brief:
    """One kit of the referrer: the public id of their link, its title, and whom it may be of use to."""

    public_id: str
    title: str
    for_whom: str


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to think of: whom the kit is for, and its first part, what such people live with. As published, cleaned."""

    for_whom: str
    problems: str
    involves: str


def brief_of(frozen: Frozen) -> Whom:
    """The brief of one kit, from what is published for everybody."""
    said = frozen.content
    problems = mark_safe(markdown.to_html(markdown.tree(said.problems), {}))  # noqa: S308 - cleaned by an allow-list
    return Whom(markdown.line(said.for_whom, 400), problems, markdown.clean(said.involves))


def kits_of(referrer: Contact) -> list[Brief]:
    """Their open links to kits that are out, the newest first: two queries."""
    found = links_of(referrer).order_by("-created_at", "-pk")[:MOST_KITS]
    links = list(found)
    live = Edition.objects.filter(kit__in=[one.kit_id for one in links], state=EditionState.LIVE)
    said = {one.kit_id: Frozen.from_json(one.frozen).content for one in live}
    return [
        Brief(one.public_id, said[one.kit_id].title, said[one.kit_id].for_whom) for one in links if one.kit_id in said
    ]


def links_of(referrer: Contact) -> QuerySet[Link]:
    """Their links that work: open, of kits that are not archived."""
    own = Link.objects.filter(practice=referrer.practice_id, referrer=referrer, ended_at=None, channel=Channel.ANY)
    return own.filter(kit__archived_at=None).select_related("kit", "practice", "referrer")


def promises_to(referrer: Contact) -> list[Promise]:
    """What the practice promised them for themselves, open or kept. A promise about an introduction may speak of a
    friend: it does not stand here."""
    own = Promise.objects.filter(practice=referrer.practice_id, to=referrer, introduction=None, dropped_on=None)
    return list(own.order_by("-due_on", "-pk")[:MOST_PROMISES])
