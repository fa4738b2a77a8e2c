"""How a referrer wants to hear: what they chose, or what holds for whoever has chosen nothing."""

from __future__ import annotations

from collections.abc import Iterable

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Channel, Hearing, Rhythm

CHOICES = {"channel": Channel, "rhythm": Rhythm}


def of(referrer: Contact) -> Hearing:
    """What this referrer chose; a row that is not saved, with what holds unless they choose, where there is none."""
    return Hearing.objects.filter(referrer=referrer).first() or _unchosen(referrer)


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
