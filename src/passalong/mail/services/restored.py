"""After a backup was brought back: what may have gone since it was made waits for a person, and nothing goes twice.

Nobody can know from an old database what the lost one sent. So what waited to go is told as not known, and what the
clock drafts anew in the first day, because the backup holds no trace of it, is held back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.core import clock, events
from passalong.core.models import Event
from passalong.mail.models import PENDING, MailPurpose, MailState, Message

RULE = "restored"
KIND = "mail:restored"
CATCHES_UP = timedelta(days=1)  # until the clock has drafted anew whatever fell due since the backup
ASKED_FOR = (MailPurpose.PRIVACY, MailPurpose.ACCOUNT, MailPurpose.SUBSCRIBE)  # somebody asks for these just now


def stop(made_at: datetime) -> int:
    """What `passalong restore` calls on the restored database: nothing goes before somebody looked. Returns how many
    messages that waited are stopped. made_at: when the backup was made."""
    waiting = Message.objects.filter(state__in=PENDING)
    count = waiting.update(
        state=MailState.UNKNOWN, claim="", next_at=None, ended_at=clock.now(), rule=RULE, reason=_why(made_at)
    )
    for practice in Practice.objects.all():
        events.record(practice.pk, KIND, made_at=made_at.isoformat())
    return count


def _why(made_at: datetime) -> str:
    day = date_format(timezone.localtime(made_at), "DATETIME_FORMAT")
    return _("Restored from a backup of %(day)s. This may have gone since: check before sending.") % {"day": day}


def doubt(message: Message) -> str:
    """Why a message that the clock sends, and nobody, waits for a look; empty when it need not."""
    if message.purpose in ASKED_FOR:
        return ""
    last = Event.objects.filter(practice=message.practice_id, kind=KIND, at__gt=clock.now() - CATCHES_UP).last()
    if last is None:
        return ""
    return _why(datetime.fromisoformat(last.payload.data["made_at"]))


def waiting(practice: Practice) -> QuerySet[Message]:
    """What a restore stopped and nobody has decided about, in the order it was to go. Not what somebody had asked for:
    its links have ended by now."""
    stopped = Message.objects.filter(practice=practice, rule=RULE, state__in=(MailState.UNKNOWN, MailState.HELD))
    return stopped.exclude(purpose__in=ASKED_FOR).order_by("due_at", "pk")
