"""Reads on one person as a guest: the interviews there were with them, and whether one more may be planned."""

from __future__ import annotations

from passalong.contacts.models import Contact, StandingKind
from passalong.core.staged import Card
from passalong.interviews.models import Interview
from passalong.interviews.selectors.board import card

KNOWS_US = (StandingKind.CLIENT, StandingKind.PARTNER, StandingKind.FORMER_CLIENT)


def talks_with(person: Contact, limit: int) -> list[Card]:
    """Their interviews, the latest first: one query."""
    rows = Interview.objects.filter(practice=person.practice_id, guest=person)
    return [card(one) for one in rows.select_related("guest").order_by("-stage_at", "-pk")[:limit]]


def may_be_guest(person: Contact, talks: list[Card]) -> bool:
    """Whether the person's page offers to plan one: to who knows the practice, while none is open. A stranger is not
    drawn nearer by an interview; an author is found under New interview. No query: standings are at hand."""
    if person.objected_at or person.do_not_ask or any(talk.row.is_open for talk in talks):
        return False
    return any(one.kind in KNOWS_US for one in person.standings.all())
