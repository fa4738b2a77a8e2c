"""What follows for interviews and briefs from a letter that does not go, or goes after all.

Asked by the mail room about every personal letter, by its key. An interview that was moved because a letter was let go
stands where it stood before; the link to a brief that was not sent shows nothing.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.interviews.models import BriefKey, Interview, Return, Stage
from passalong.interviews.services import moving
from passalong.mail.models import MailState, Message

ACTS = {"interview:invite": "invite", "return": "ask for the return"}  # what was moved as such a letter was let go
STAYS = (MailState.DRAFT, MailState.HELD, MailState.FAILED, MailState.CANCELLED)


def stayed(message: Message) -> None:
    """It was taken back, held back or refused by the other server."""
    kind, about = _of(message)
    if kind in ACTS:
        _not_moved(message, ACTS[kind], about)
    elif kind == "brief":
        _key_of(message).filter(ended_at=None).update(ended_at=clock.now())


def went(message: Message) -> None:
    """It is out. One that had not gone at first moves its interview now; never is a letter that went held up by it."""
    kind, about = _of(message)
    if kind == "brief":
        _key_of(message).update(ended_at=None)
    found = _interview(message, about) if kind in ACTS else None
    if found is None or (kind == "interview:invite") != (found.stage == Stage.IDEA):
        return
    with suppress(Refused), transaction.atomic():
        if kind == "return":
            Return.objects.filter(interview=found, asked_on=None).update(asked_on=clock.today())
        moving.sent_after_all(interview=found, act=ACTS[kind], by=message.written_by)


def _not_moved(message: Message, act: str, about: str) -> None:
    found, now = _interview(message, about), Message.objects.get(pk=message.pk)
    if found is None or now.queued_at is None or _another_goes(now):
        return
    note = now.reason or _("The letter was taken back before it went.")
    if moving.not_sent(interview=found, act=act, queued=now.queued_at, note=note) and act != "invite":
        Return.objects.filter(interview=found).update(asked_on=None)


def _another_goes(message: Message) -> bool:
    """Whether another letter of the same kind about the same interview is out or on its way."""
    kind = message.key.rpartition(":")[0] + ":"
    same = Message.objects.filter(practice=message.practice_id, key__startswith=kind).exclude(pk=message.pk)
    return same.exclude(state__in=STAYS).exists()


def _key_of(message: Message) -> QuerySet[BriefKey]:
    return BriefKey.objects.filter(practice=message.practice_id, message=message.public_id)


def _interview(message: Message, public_id: str) -> Interview | None:
    return Interview.objects.filter(practice=message.practice_id, public_id=public_id).first()


def _of(message: Message) -> tuple[str, str]:
    """What kind of letter it is, and the public id of what it is about: ("", "") for one of another room."""
    parts = message.key.split(":")
    if len(parts) >= 3 and (parts[0], parts[2]) == ("interview", "invite"):
        return "interview:invite", parts[1]
    if len(parts) >= 2 and parts[0] in ("return", "brief"):
        return parts[0], parts[1]
    return "", ""
