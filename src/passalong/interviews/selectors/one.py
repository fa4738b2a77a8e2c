"""One interview with what its page shows, and what its guest sees of the invitation: fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.accounts.selectors import members, owner
from passalong.core import calendars, clock
from passalong.core.errors import Refused
from passalong.core.models import StagedStep
from passalong.core.staged import Card, Choice, Told, story
from passalong.interviews import letters
from passalong.interviews.acts import ACTS, ENDS, PRESSED
from passalong.interviews.models import Interview, Outcome, Stage, Voice
from passalong.interviews.selectors.board import card
from passalong.interviews.stages import TABLE, Who
from passalong.mail.models import MailState, Message
from passalong.mail.services.composing import own_address


@dataclass(frozen=True, slots=True)
class One:
    """All of the page's own part. onward, ends: moves by a press. letters: what was written to the guest, the latest
    first. when: the agreed day, while it is to come. reminders: how often the guest
    was reminded. may_remind: whether one more may go now."""

    interview: Interview
    card: Card
    when: str
    story: tuple[Told, ...]
    onward: tuple[Choice, ...]
    ends: tuple[Choice, ...]
    letters: tuple[Message, ...]
    reminders: int
    may_remind: bool


def interview(practice: Practice, public_id: str) -> Interview:
    """One interview with its guest; raises Interview.DoesNotExist for another practice's."""
    found = Interview.objects.select_related("practice", "guest", "partner__contact", "slot__series")
    return found.prefetch_related("steps", "questions").get(practice=practice, public_id=public_id)


def one(found: Interview) -> One:
    """The page of this interview, as `interview` fetched it."""
    names = {member.public_id: member.user.name for member in members(found.practice)}
    choices = [Choice(act, ACTS[act]) for act in TABLE.acts_at(found.stage, Who.MEMBER) if act in PRESSED]
    written = tuple(mail_of(found)[:10])
    reminded = reminders(found)
    waits = found.stage in (Stage.INVITED, Stage.AGREED, Stage.SCHEDULED, Stage.EDITED)
    return One(
        interview=found,
        card=card(found),
        when=letters.when(found) if found.stage == Stage.SCHEDULED else "",
        story=story(found.steps.all(), ACTS, lambda step: _who(step, found, names)),
        onward=tuple(one for one in choices if one.act not in ENDS),
        ends=tuple(one for one in choices if one.act in ENDS),
        letters=written,
        reminders=reminded,
        may_remind=waits and found.guest is not None and reminded < letters.MOST_REMINDERS,
    )


def _who(step: StagedStep, found: Interview, names: dict[str, str]) -> str:
    if step.who == Who.MEMBER:
        return names.get(step.member, "")
    return str(found.guest or "")


def mail_of(found: Interview, kind: str = "") -> QuerySet[Message]:
    """Mail about this interview to its guest, the latest first. kind: such as remind; empty: all."""
    key = f"interview:{found.public_id}:{kind}"
    return Message.objects.filter(practice=found.practice_id, key__startswith=key).order_by("-created_at", "-pk")


def reminders(found: Interview) -> int:
    """How often the guest was reminded, drafts counted: those taken back are not."""
    return mail_of(found, "remind:").exclude(state__in=(MailState.CANCELLED, MailState.HELD)).count()


def invited(voice: Voice) -> dict[str, Any]:
    """What a guest's own page shows of the invitation, for portal/_talk_invited.html: how it stands, what is in it for
    them, the days to choose from, whether they may still answer."""
    found = voice.interview
    stage = found.stage
    return {
        "interview": found,
        "gain": found.gain,
        "may_accept": stage == Stage.INVITED,
        "may_decline": stage in (Stage.INVITED, Stage.AGREED, Stage.SCHEDULED),
        "days": days_to_come(found) if stage in (Stage.AGREED, Stage.SCHEDULED) else [],
        "chosen": found.scheduled_at if stage == Stage.SCHEDULED else None,
        "when": letters.when(found) if stage == Stage.SCHEDULED else "",
        "has_declined": stage == Stage.CLOSED and found.outcome == Outcome.DECLINED,
    }


def days_to_come(found: Interview) -> list[tuple[str, datetime]]:
    """Days that were offered and are still to come: as kept, and as a moment."""
    days = [(text, datetime.fromisoformat(text)) for text in found.proposed]
    return [(text, at) for text, at in days if at > clock.now()]


def entry_of(found: Interview, *, for_guest: bool = True, attendee: tuple[str, str] | None = None) -> calendars.Entry:
    """The interview's entry in a calendar. for_guest: says with whom from the guest's side, else from the desk's.
    attendee: name and address of the guest it is sent to; None: a file to take along. Each change of the day is one
    step up. Raises Refused while no day is agreed on."""
    if found.scheduled_at is None:
        raise Refused(_("No day is agreed on yet."))
    times = sum(step.act == "schedule" for step in found.steps.all())
    is_over = found.stage == Stage.CLOSED
    return calendars.Entry(
        occasion="Interview",
        uid=f"{found.public_id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('<> ') or 'localhost'}",
        sequence=max(0, times - 1) + is_over,
        starts_at=found.scheduled_at,
        minutes=found.minutes,
        summary=letters.summary(found, for_guest=for_guest),
        place=found.place,
        words="",
        organizer=_organizer(found),
        sender=own_address(),
        attendee=attendee,
        stamped=clock.now(),
        is_cancelled=is_over,
    )


def _organizer(found: Interview) -> tuple[str, str]:
    """Whoever of the practice dealt with it last, else an owner."""
    last = next((step.member for step in reversed(list(found.steps.all())) if step.member), "")
    member = next((one for one in members(found.practice) if one.public_id == last), None) or owner(found.practice)
    return (member.user.name or found.practice.name, member.user.email) if member else (found.practice.name, "")
