"""The one place that moves an interview: asks the table, writes the row, its step and the record."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.moves import NONE, Move, reached_before, record_move, write_step
from passalong.interviews.models import Interview, Partner, Stage
from passalong.interviews.services import slots
from passalong.interviews.stages import MOVES, NEXT, TABLE, Who, may, move_of

MAY = "interviews.edit"
AT_ONCE = timedelta(minutes=1)  # a letter is let go and the interview moved in one transaction


@transaction.atomic
def open_interview(
    *,
    guest: Contact,
    kind: str,
    who: Who = Who.MEMBER,
    by: Member | None = None,
    partner: Partner | None = None,
    title: str = "",
    gain: str = "",
) -> Interview:
    """An idea for an interview with this guest: of the practice (`who` MEMBER, with `by`), or of the guest's own, by
    their answer to a casting call (GUEST). One that is open already is returned as it is.

    Raises Refused for a guest of another practice, or one who wants nothing from it any more.
    """
    if who is Who.MEMBER:
        _demand(by, guest, partner)
    if guest.objected_at:
        raise Refused(_("%(name)s wants nothing from you any more.") % {"name": guest}, field="guest")
    found = Interview.objects.filter(practice=guest.practice_id, guest=guest, is_open=True).first()
    if found is not None:
        return found
    row = Interview(practice_id=guest.practice_id, guest=guest, kind=kind, partner=partner, title=title, gain=gain)
    try:
        with transaction.atomic():
            _write(row, move_of("plan" if who is Who.MEMBER else "volunteer", NONE, who), who, by, "")
    except IntegrityError:  # planned at the same moment by somebody else
        return Interview.objects.get(practice=guest.practice_id, guest=guest, is_open=True)
    return row


@transaction.atomic
def move(
    *,
    interview: Interview,
    act: str,
    who: Who,
    by: Member | None = None,
    note: str = "",
    scheduled_at: datetime | None = None,
    place: str = "",
) -> Interview:
    """Move one interview by one act, now. scheduled_at, place: of "schedule" alone.

    Raises Refused for what the table does not hold. Done again it changes nothing: the row is locked, and an interview
    that has reached the stage by this act already is left as it is, unless another day is agreed on.
    """
    if who is Who.MEMBER:
        _demand(by, interview)
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if act == "schedule" and scheduled_at is None:
        raise Refused(_("Say when it is to be."), field="scheduled_at")
    last = row.steps.order_by("-pk").first()
    again = last is not None and last.act == act and last.to == row.stage
    if not again or (act == "schedule" and (row.scheduled_at, row.place) != (scheduled_at, place)):
        if act == "schedule":
            row.scheduled_at, row.place = scheduled_at, place[:200]
        _write(row, move_of(act, row.stage, who), who, by, note)
    interview.refresh_from_db()
    return interview


@transaction.atomic
def not_sent(*, interview: Interview, act: str, queued: datetime, note: str) -> bool:
    """The letter that went with this act, let go at this moment, does not go after all: the interview stands where it
    stood. Whether it was moved; once anything else has followed, it is left as it is."""
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    last = row.steps.order_by("-pk").first()
    if last is None or last.act != act or last.to != row.stage or not queued <= last.at <= queued + AT_ONCE:
        return False
    made = next(
        (one for one in MOVES if one.act == "not sent" and row.stage in one.before and one.to == last.before), None
    )
    if made is None:
        return False
    _write(row, made, Who.MEMBER, None, note, reached_before(row, last))
    return True


@transaction.atomic
def sent_after_all(*, interview: Interview, act: str, by: Member | None) -> None:
    """A letter that had not gone went later: what it was to move is moved now, where the table still holds that."""
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if may(act, row.stage, Who.MEMBER):
        _write(row, move_of(act, row.stage, Who.MEMBER), Who.MEMBER, by, "")


def _demand(by: Member | None, *rows: Contact | Interview | Partner | None) -> None:
    if by is None:
        raise ValueError("a member does it: say which")
    demand(by, MAY)
    demand_own(by, *rows)


def _write(row: Interview, made: Move, who: Who, by: Member | None, note: str, reached: datetime | None = None) -> None:
    """Write what a move changes. The caller holds the row, or is making it with its first stage. reached: when the
    stage was reached before, where a move leads back."""
    before, at = (row.stage if row.pk else NONE), clock.now()
    row.stage, row.stage_at, row.outcome = made.to, reached or at, made.outcome or ""
    row.is_open = made.to not in TABLE.ends
    row.due_at = due_at(row)
    row.save()
    member = by.public_id if by else ""
    write_step(row, before, made, who=who, member=member, note=note, at=at)
    slots.follow(row, made.act, who, at)
    people = [row.guest.public_id] if row.guest else []
    record_move(row, made, room="interviews", who=who, member=member, people=people)


def due_at(row: Interview) -> datetime | None:
    """By when the next act is due: the agreed day where there is one, else so many days after the stage was reached;
    None where nothing is due."""
    if row.stage == Stage.SCHEDULED:
        return row.scheduled_at
    following = NEXT.get(row.stage)
    return row.stage_at + timedelta(days=following.days) if following and following.days else None
