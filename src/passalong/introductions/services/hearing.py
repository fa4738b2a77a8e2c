"""Verbs on how a referrer wants to hear: choose, leave, come back; on their own page, or by the desk for them.

Leaving is at once and for all asks: those that wait end as if the client would rather not. What they passed along stays
passed along.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Channel, Hearing, Introduction, Rhythm, Stage
from passalong.introductions.selectors import own
from passalong.introductions.services import own_acts
from passalong.introductions.services.moving import MAY, move
from passalong.introductions.stages import Who

LONGEST_QUIET = timedelta(days=366)


@transaction.atomic
def choose(
    *, referrer: Contact, channel: str, rhythm: str, quiet_until: date | None, by: Member | None = None
) -> Hearing:
    """How and how often, and until when nothing at all. by: None where the referrer chose on their own page.

    Raises Refused, naming the field, for what is not offered and for a day that is past or more than a year away.
    """
    _demand(by, referrer)
    if channel not in Channel.values:
        raise Refused(_("Please choose how you want to hear."), field="channel")
    if rhythm not in Rhythm.values:
        raise Refused(_("Please choose how often you want to hear."), field="rhythm")
    if quiet_until is not None and not clock.today() < quiet_until <= clock.today() + LONGEST_QUIET:
        raise Refused(_("Please choose a day from tomorrow on, within a year."), field="quiet_until")
    row = _row(referrer, by)
    row.channel, row.rhythm, row.quiet_until = channel, rhythm, quiet_until
    row.save()
    said = {"channel": channel, "rhythm": rhythm, "quiet_until": quiet_until}
    _record("hearing_chosen", referrer, by, **said)
    return row


@transaction.atomic
def leave(*, referrer: Contact, by: Member | None = None) -> Hearing:
    """They do not want to refer or to be asked any more. Asks that wait end; nothing is sent to them. Twice is once."""
    _demand(by, referrer)
    row = _row(referrer, by)
    if row.left_at is None:
        row.left_at = clock.now()
        row.save()
        _record("referrer_left", referrer, by)
        _end_asks(referrer, by)
    return row


@transaction.atomic
def return_(*, referrer: Contact, by: Member | None = None) -> Hearing:
    """They may be asked again. What they had chosen holds again."""
    _demand(by, referrer)
    row = _row(referrer, by)
    if row.left_at is not None:
        row.left_at = None
        row.save()
        _record("referrer_returned", referrer, by)
    return row


def _demand(by: Member | None, referrer: Contact) -> None:
    if by is not None:
        demand(by, MAY)
        demand_own(by, referrer)


def _row(referrer: Contact, by: Member | None) -> Hearing:
    """The referrer's row, held until the end of the transaction, with who chose and when."""
    now = clock.now()
    fresh = {"practice_id": referrer.practice_id, "chosen_at": now, "chosen_by": "referrer"}
    row, _made = Hearing.objects.select_for_update().get_or_create(referrer=referrer, defaults=fresh)
    row.chosen_at, row.chosen_by = now, "desk" if by else "referrer"
    return row


def _end_asks(referrer: Contact, by: Member | None) -> None:
    for one in own.unanswered(referrer):
        own_acts.told(referrer=referrer, introduction=one, act="rather not")
    who = Who.MEMBER if by else Who.REFERRER
    waiting = Introduction.objects.filter(referrer=referrer, stage__in=(Stage.IDEA, Stage.ASKED), is_open=True)
    for one in waiting.order_by("pk"):
        move(introduction=one, act="rather not", who=who, by=by)


def _record(kind: str, referrer: Contact, by: Member | None, **said: Any) -> None:
    actor = by.public_id if by else ""
    events.record(referrer.practice_id, f"introductions:{kind}", actor=actor, subject=referrer.public_id, **said)
