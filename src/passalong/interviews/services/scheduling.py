"""Verbs on the day of an interview: days offered to the guest, the one that is agreed on, its entry in calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import calendars, clock, events
from passalong.core.errors import Refused
from passalong.interviews import letters
from passalong.interviews.models import Interview, Outcome, Stage, Voice, VoiceRole
from passalong.interviews.selectors.one import entry_of
from passalong.interviews.services.inviting import draft, page_of, recipient_of
from passalong.interviews.services.moving import MAY, move
from passalong.interviews.stages import Who
from passalong.mail.models import Message
from passalong.mail.services.mime import Calendar

MOST = 6  # days offered
FURTHEST = timedelta(days=400)
AGREES = (Stage.AGREED, Stage.SCHEDULED)


@transaction.atomic
def propose(*, by: Member, interview: Interview, days: Sequence[datetime], place: str = "", minutes: int = 45) -> None:
    """Offer the guest these days, in place of those before; they choose on their own page."""
    row = _own(by, interview)
    if row.stage not in (Stage.INVITED, *AGREES):
        raise Refused(_("Days are offered to a guest who is invited, and before it is recorded."))
    wanted = sorted(set(days))
    if not 1 <= len(wanted) <= MOST:
        raise Refused(_("Offer between one and %(most)d days.") % {"most": MOST}, field="day1")
    for one in wanted:
        _demand_to_come(one, "day1")
    row.proposed, row.minutes = [one.isoformat() for one in wanted], minutes
    if row.stage != Stage.SCHEDULED:
        row.place = place[:200]
    row.save(update_fields=["proposed", "minutes", "place"])
    events.record(
        row.practice_id, "interviews:days_offered", actor=by.public_id, subject=row.public_id, days=row.proposed
    )
    interview.refresh_from_db()


@transaction.atomic
def fix(*, by: Member, interview: Interview, at: datetime, place: str = "", minutes: int = 45) -> Interview:
    """The day as agreed with the guest; also another one than before."""
    row = _own(by, interview)
    _demand_to_come(at, "at")
    if row.minutes != minutes:
        row.minutes = minutes
        row.save(update_fields=["minutes"])
    return move(interview=row, act="schedule", who=Who.MEMBER, by=by, scheduled_at=at, place=place)


@transaction.atomic
def choose(*, voice: Voice, day: str) -> Interview:
    """The guest picks one of the days that were offered. day: as it stands in `proposed`. Raises Refused for any other,
    and for one that is past."""
    if voice.role != VoiceRole.GUEST:
        raise Refused(_("Only the guest answers this."))
    row = Interview.objects.select_for_update().get(pk=voice.interview_id)
    if day not in row.proposed:
        raise Refused(_("Please choose one of the days."))
    at = datetime.fromisoformat(day)
    _demand_to_come(at, "day")
    return move(interview=row, act="schedule", who=Who.GUEST, scheduled_at=at, place=row.place)


@transaction.atomic
def draft_entry(*, by: Member, interview: Interview) -> Message:
    """A mail to the guest with the day for their calendar, or that it is called off; shown before it goes."""
    row = _own(by, interview)
    if row.scheduled_at is None:
        raise Refused(_("No day is agreed on yet."))
    if row.stage == Stage.SCHEDULED:
        written = letters.day(row, sender=by.user.name, page=page_of(row))
    elif row.stage == Stage.CLOSED and row.outcome == Outcome.DROPPED:
        written = letters.called_off(row, sender=by.user.name)
    else:
        raise Refused(_("The day is past, or the interview has ended."))
    to = recipient_of(row)
    entry = entry_of(row, attendee=(to.name, to.address))
    calendar = Calendar(entry.method, calendars.write(entry))
    return draft(by=by, interview=row, kind="day", written=written, calendar=calendar)


def _own(by: Member, interview: Interview) -> Interview:
    demand(by, MAY)
    demand_own(by, interview)
    return Interview.objects.select_for_update(of=("self",)).select_related("practice", "guest").get(pk=interview.pk)


def _demand_to_come(at: datetime, field: str) -> None:
    if not clock.now() < at < clock.now() + FURTHEST:
        raise Refused(_("Choose a time that is still to come, within a year."), field=field)
