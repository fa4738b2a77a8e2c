"""A practice that may write, its mail server, and guests on file; interviews brought to a stage by their real acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests import make
from tests.mailhost import Sink
from tests.rooms.mail.outgoing import sink_of, writer

from passalong.accounts.models import Member, Practice
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.interviews.models import Interview, Stage
from passalong.interviews.services import inviting, moving
from passalong.interviews.stages import Who

PUBLIC = "https://refer.practice.example"
# From the idea on: the act that leads to each stage, and by whom.
WAY: tuple[tuple[str, str, Who], ...] = (
    (Stage.INVITED, "invite", Who.MEMBER),
    (Stage.AGREED, "accept", Who.GUEST),
    (Stage.SCHEDULED, "schedule", Who.GUEST),
    (Stage.RECORDED, "record", Who.GUEST),
    (Stage.EDITED, "edit", Who.MEMBER),
    (Stage.APPROVED, "approve", Who.GUEST),
    (Stage.PUBLISHED, "publish", Who.MEMBER),
    (Stage.SHARED, "share", Who.GUEST),
    (Stage.RETURN_ASKED, "ask for the return", Who.MEMBER),
    (Stage.RETURNED, "return", Who.MEMBER),
)


@dataclass
class Desk:
    """by: an owner; sink: the mail server of the practice; pat: a partner with a mail address."""

    by: Member
    sink: Sink
    pat: Contact

    @property
    def practice(self) -> Practice:
        return self.by.practice


@contextmanager
def desk_with_mail() -> Iterator[Desk]:
    """The practice with an address of its own outside."""
    with Sink() as sink, sink_of(sink):
        PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
        by = writer()
        yield Desk(by, sink, partner(by, "Pat Ledger", "pat@ledger.example"))


def partner(by: Member, name: str, email: str = "") -> Contact:
    """A referral partner on file."""
    return make.contact(by, name, email=email, standing=StandingKind.PARTNER)


def in_days(days: int) -> datetime:
    """So many days from now, on the minute."""
    return (clock.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def at(stage: str, by: Member, guest: Contact | None = None, **more: Any) -> Interview:
    """An interview at this stage, by the acts that lead there."""
    found = inviting.plan(by=by, guest=guest or partner(by, ""), kind=more.pop("kind", "partner"), **more)
    if stage == Stage.CLOSED:
        return moving.move(interview=found, act="drop", who=Who.MEMBER, by=by)
    for to, act, who in WAY:
        if found.stage == stage:
            break
        go(found, act, who, by)
        assert found.stage == to
    return found


def go(found: Interview, act: str, who: Who, by: Member | None = None) -> Interview:
    """One move."""
    when = {"scheduled_at": in_days(5)} if act == "schedule" else {}
    return moving.move(interview=found, act=act, who=who, by=by if who is Who.MEMBER else None, **when)
