"""A lunch for three: ask each which days suit, fix one, change it, call it off.

The practice proposes and fixes; each of the three answers on a page of their own. Nothing of what one answers is shown
to another. A day is fixed only after the person introduced said yes and the client may know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, new_public_id
from passalong.introductions import knowing, own_pages
from passalong.introductions.models import (
    Introduction,
    Lunch,
    LunchChoice,
    LunchGuest,
    LunchSlot,
    LunchState,
    Seat,
    Stage,
)
from passalong.introductions.services import lunch_mail
from passalong.introductions.services.moving import MAY, move
from passalong.introductions.stages import Who

MOST_SLOTS = 8
FURTHEST = timedelta(days=180)
MINUTES = (15, 240)


@transaction.atomic
def open_lunch(
    *,
    by: Member,
    introduction: Introduction,
    slots: Sequence[datetime],
    place: str = "",
    words: str = "",
    minutes: int = 60,
) -> Lunch:
    """Propose times for one introduction; one lunch each. The practice can at every time it proposes.

    slots: aware moments to come. Raises Refused before the client agreed and after the end. What the client may hear of
    it is asked with each message (lunch_mail).
    """
    _demand(by, introduction)
    row = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if row.referrer is None or not (knowing.is_before_yes(row) or knowing.has_said_yes(row)):
        raise Refused(_("A lunch for three comes after the client has agreed, and before it is over."))
    if Lunch.objects.filter(introduction=row).exists():
        raise Refused(_("There is a lunch for this introduction already."))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    lunch = Lunch(practice=by.practice, introduction=row, uid=f"{new_public_id()}{new_public_id()}@{host}"[:80])
    _describe(lunch, place, words, minutes)
    lunch.save()
    _seat_all(by, lunch)
    _propose(lunch, slots)
    _record(lunch, "lunch_opened", by)
    return lunch


def _seat_all(by: Member, lunch: Lunch) -> None:
    introduction = lunch.introduction
    seats = {
        Seat.CLIENT: (introduction.referrer.full_name if introduction.referrer else "", ""),
        Seat.FRIEND: (introduction.prospect.full_name if introduction.prospect else "", ""),
        Seat.PRACTICE: (by.user.name or str(by.practice), by.user.email),
    }
    for seat, (name, address) in seats.items():
        guest = LunchGuest(practice=by.practice, lunch=lunch, seat=seat, name=name[:200], address=address)
        guest.token_digest = digest(own_pages.token_of(guest))
        guest.save()


@transaction.atomic
def propose(*, by: Member, lunch: Lunch, slots: Sequence[datetime]) -> Lunch:
    """Further times. Whoever answered before may answer again."""
    row = _held(by, lunch)
    if row.state != LunchState.ASKING:
        raise Refused(_("The day is fixed, or the lunch is called off."))
    _propose(row, slots)
    _record(row, "lunch_proposed", by)
    return row


def _propose(lunch: Lunch, slots: Iterable[datetime]) -> None:
    known = set(lunch.slots.values_list("starts_at", flat=True))
    wanted = sorted(set(slots) - known)
    if not known and not wanted:
        raise Refused(_("Propose at least one time."), field="slot1")
    if len(known) + len(wanted) > MOST_SLOTS:
        raise Refused(_("Propose %(most)d times at most.") % {"most": MOST_SLOTS}, field="slot1")
    host = lunch.guests.get(seat=Seat.PRACTICE)
    for at in wanted:
        _demand_future(at, field="slot1")
        slot = LunchSlot.objects.create(practice_id=lunch.practice_id, lunch=lunch, starts_at=at)
        LunchChoice.objects.create(practice_id=lunch.practice_id, guest=host, slot=slot, can=True)


@transaction.atomic
def said(*, by: Member, lunch: Lunch, seat: str, can: Iterable[int], knows: bool = False) -> LunchGuest:
    """What one of the three told the practice, in a call or a talk. can: primary keys of the slots that suit.

    Of the friend only after a yes, and only where they know that the client gets the same invitation.
    """
    row = _held(by, lunch)
    guest = row.guests.select_for_update().get(seat=seat)
    if guest.seat == Seat.FRIEND:
        if not knowing.has_said_yes(row.introduction):
            raise Refused(_("They have not said yes yet. Put on record first what they answered."))
        if not knows:
            raise Refused(_("Tell them first that the client gets the same invitation, and tick that."), field="knows")
    keep_answer(guest, can)
    _record(row, "lunch_said", by, seat=str(guest.seat))
    return guest


def keep_answer(guest: LunchGuest, can: Iterable[int]) -> int:
    """Keep one guest's whole answer; how many times suit."""
    if guest.lunch.state != LunchState.ASKING:
        raise Refused(_("The day is fixed, or the lunch is called off."))
    chosen, suits = set(can), 0
    for slot in guest.lunch.slots.all():
        LunchChoice.objects.update_or_create(
            guest=guest, slot=slot, defaults={"practice_id": guest.practice_id, "can": slot.pk in chosen}
        )
        suits += slot.pk in chosen
    guest.answered_at = clock.now()
    guest.save(update_fields=["answered_at"])
    return suits


@transaction.atomic
def fix(*, by: Member, lunch: Lunch, slot: LunchSlot) -> Lunch:
    """Fix a time that suits all three, and draft the invitations. An answered introduction is introduced by it."""
    row = _held(by, lunch)
    if row.state != LunchState.ASKING:
        raise Refused(_("The day is fixed, or the lunch is called off."))
    _demand_yes(row)
    if slot.lunch_id != row.pk:
        raise Refused(_("This time was not proposed."))
    _demand_future(slot.starts_at, field="slot")
    can = set(LunchChoice.objects.filter(slot=slot, can=True).values_list("guest__seat", flat=True))
    for guest in row.guests.order_by("pk"):
        if guest.seat not in can:
            said_by = {"who": guest.name or guest.get_seat_display()}
            raise Refused(_("%(who)s has not said that this time suits.") % said_by, field="slot")
    row.state, row.starts_at = LunchState.FIXED, slot.starts_at
    row.save(update_fields=["state", "starts_at"])
    lunch_mail.draft_invitations(by=by, lunch=row)
    if row.introduction.stage == Stage.ANSWERED:
        move(introduction=row.introduction, act="introduce", who=Who.MEMBER, by=by, note=_("lunch for three"))
    _record(row, "lunch_fixed", by, at=slot.starts_at.isoformat())
    return row


@transaction.atomic
def change(*, by: Member, lunch: Lunch, starts_at: datetime, place: str, words: str, minutes: int) -> Lunch:
    """Another time or place for a lunch that is fixed: the same entry in everybody's calendar, one step up.

    Drafts the invitations anew. With another time everybody answers anew.
    """
    row = _held(by, lunch)
    if row.state != LunchState.FIXED:
        raise Refused(_("Only a lunch that is fixed can be changed."))
    _demand_yes(row)
    _demand_future(starts_at, field="starts_at")
    before = (row.starts_at, row.place, row.words, row.minutes)
    _describe(row, place, words, minutes)
    is_moved, row.starts_at = starts_at != row.starts_at, starts_at
    if before == (row.starts_at, row.place, row.words, row.minutes):
        return row
    row.sequence += 1
    row.save()
    if is_moved:
        row.guests.update(comes=None)
    lunch_mail.draft_invitations(by=by, lunch=row)
    _record(row, "lunch_changed", by, at=starts_at.isoformat(), sequence=row.sequence)
    return row


@transaction.atomic
def cancel(*, by: Member, lunch: Lunch) -> Lunch:
    """Call it off, and draft a message to whoever heard of it. Done again it changes nothing."""
    row = _held(by, lunch)
    if row.state == LunchState.CANCELLED:
        return row
    row.state = LunchState.CANCELLED
    row.sequence += 1
    row.save(update_fields=["state", "sequence"])
    lunch_mail.draft_cancellations(by=by, lunch=row)
    _record(row, "lunch_cancelled", by, sequence=row.sequence)
    return row


@transaction.atomic
def again(*, by: Member, lunch: Lunch) -> None:
    """Forget a lunch that was called off, so that another can be arranged; its entry and its pages end with it."""
    row = _held(by, lunch)
    if row.state != LunchState.CANCELLED:
        raise Refused(_("Call it off first."))
    lunch_mail.drop_unsent(by=by, lunch=row)
    _record(row, "lunch_forgotten", by)
    row.delete()


def _describe(lunch: Lunch, place: str, words: str, minutes: int) -> None:
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Refused(_("Between a quarter of an hour and four hours."), field="minutes")
    lunch.place, lunch.words, lunch.minutes = place.strip()[:200], words.strip()[:500], minutes


def _demand_yes(lunch: Lunch) -> None:
    """Nobody is invited to a day who has not said yes; the client hears of no yes they may not hear of."""
    if not knowing.has_said_yes(lunch.introduction):
        raise Refused(_("No day is fixed before they have said yes: on their page, or as the client tells."))
    knowing.demand_client_may_know(lunch.introduction)


def _demand_future(at: datetime, *, field: str) -> None:
    if not clock.now() < at < clock.now() + FURTHEST:
        raise Refused(_("Choose a time to come, within half a year."), field=field)


def _demand(by: Member, introduction: Introduction) -> None:
    demand(by, MAY)
    demand_own(by, introduction)


def _held(by: Member, lunch: Lunch) -> Lunch:
    """The row, ours alone until the end of the transaction."""
    demand(by, MAY)
    demand_own(by, lunch)
    rows = Lunch.objects.select_for_update(of=("self",))
    return rows.select_related("practice", "introduction__practice").get(pk=lunch.pk)


def _record(lunch: Lunch, kind: str, by: Member, **data: Any) -> None:
    ends = (lunch.introduction.referrer, lunch.introduction.prospect)
    people = [one.public_id for one in ends if one]
    events.record(
        lunch.practice_id,
        f"introductions:{kind}",
        actor=by.public_id,
        subject=lunch.introduction.public_id,
        people=people,
        **data,
    )
