"""How a referrer wants to hear: what they chose, or what holds for whoever has chosen nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Channel, Hearing, Rhythm
from passalong.introductions.selectors import portal_keys

CHOICES = {"channel": Channel, "rhythm": Rhythm}


def of(referrer: Contact) -> Hearing:
    """What this referrer chose; a row that is not saved, with what holds unless they choose, where there is none."""
    return Hearing.objects.filter(referrer=referrer).first() or _unchosen(referrer)


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What the desk sees of how somebody hears. has_page: a page of their own is theirs; opened_at: when they last
    looked at it."""

    hearing: Hearing
    is_quiet: bool
    has_page: bool
    opened_at: datetime | None


def at_desk(person: Contact) -> AtDesk:
    """What they chose, and of their own page: one query."""
    found = Contact.objects.annotate(has_page=portal_keys.has_page(), opened_at=portal_keys.opened_at())
    row = found.select_related("hearing").get(pk=person.pk)
    chosen = getattr(row, "hearing", None) or _unchosen(person)
    return AtDesk(chosen, is_quiet(chosen), row.has_page, row.opened_at)


def of_many(referrers: Iterable[Contact]) -> dict[int, Hearing]:
    """The same for many, by primary key of the contact: one query."""
    wanted = {one.pk: one for one in referrers}
    chosen = {one.referrer_id: one for one in Hearing.objects.filter(referrer__in=wanted)}
    return {pk: chosen.get(pk) or _unchosen(one) for pk, one in wanted.items()}


def is_quiet(hearing: Hearing) -> bool:
    """Whether nothing is to reach them just now: neither news nor asks."""
    is_resting = hearing.quiet_until is not None and hearing.quiet_until > clock.today()
    return hearing.left_at is not None or is_resting


def _unchosen(referrer: Contact) -> Hearing:
    return Hearing(practice_id=referrer.practice_id, referrer=referrer, chosen_at=clock.now())
