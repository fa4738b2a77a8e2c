"""Verbs on messages that are written: send, take back, decide about one whose way is not known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.mail.models import PENDING, MailPurpose, MailState, Message
from passalong.mail.services import composing, delivering, restored
from passalong.mail.services.composing import Recipient
from passalong.mail.services.gate import Gate, judge

MOST_AT_ONCE = 500  # let go with one press
SENDABLE = (MailState.DRAFT, MailState.HELD, MailState.FAILED)


@transaction.atomic
def send(*, by: Member | None, message: Message, not_before: datetime | None = None) -> Message:
    """Queue a draft, or one that was held or failed, unless the gate says no: then it is HELD, with the reason.

    not_before: the earliest moment it goes. What a member sends can be taken back for a short while. Sending what is
    queued or sent already changes nothing.
    """
    locked = _locked(by, message)
    if locked.state not in SENDABLE:
        return _told(message, locked)
    gate = judge(locked)
    if gate.may and by is None and (why := restored.doubt(locked)):
        gate = Gate(False, restored.RULE, why)
    now = clock.now()
    if not gate.may:
        locked.state, locked.reason, locked.rule, locked.ended_at = MailState.HELD, gate.why, gate.rule, now
        locked.save(update_fields=["state", "reason", "rule", "ended_at"])
        _record("mail:held", by, locked, rule=gate.rule)
        return _told(message, locked)
    due = not_before or (now + timedelta(seconds=settings.MAIL_UNDO_SECONDS) if by else now)
    _queue(locked, now, due)
    _record("mail:queued", by, locked, due=due.isoformat())
    return _told(message, locked)


def send_now(
    *,
    practice: Practice,
    purpose: str,
    to: Recipient,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    by: Member | None = None,
    **more: Any,
) -> Message:
    """Draft and queue at once, for mail nobody previews. Takes the further arguments of `draft`."""
    message = composing.draft(
        by=by, practice=practice, purpose=purpose, to=to, subject=subject, text=text, html=html, key=key, **more
    )
    return send(by=by, message=message)


@transaction.atomic
def cancel(*, by: Member, message: Message) -> Message:
    """Take a message back that has not begun to go; leave one at that of which it is not known. Raises Refused else."""
    demand(by, "mail.write")
    _demand_own(by, message)
    may = (MailState.DRAFT, MailState.QUEUED, MailState.HELD, MailState.UNKNOWN)
    taken = Message.objects.filter(pk=message.pk, state__in=may).update(
        state=MailState.CANCELLED, ended_at=clock.now(), next_at=None
    )
    message.refresh_from_db()
    if not taken:
        raise Refused(_("It has gone already, or is going just now."))
    _record("mail:cancelled", by, message)
    delivering.note_unsent(message)
    return message


@transaction.atomic
def settle(*, by: Member, message: Message, went: bool) -> Message:
    """A person says what became of a message whose hand-over was cut off: it went out, or it is to be sent again."""
    locked = _locked(by, message)
    if locked.state != MailState.UNKNOWN:
        raise Refused(_("This is settled already."))
    now = clock.now()
    if went:
        locked.state, locked.reason, locked.ended_at = MailState.SENT, _("A person said that it went out."), now
        locked.save(update_fields=["state", "reason", "ended_at"])
        _record("mail:said_sent", by, locked)
        delivering.note_told(locked, locked.mime)
    else:
        locked.state = MailState.DRAFT
        locked.save(update_fields=["state"])
        _record("mail:sent_again", by, locked)
        send(by=by, message=locked)
    return _told(message, Message.objects.get(pk=locked.pk))


@transaction.atomic
def call_off(practice_id: int, about: str, why: str) -> int:
    """Take back at once all that has not begun to go of what is about this: an issue of the news. Returns how many."""
    waiting = Message.objects.filter(practice=practice_id, about=about, state__in=(MailState.DRAFT, MailState.QUEUED))
    count = waiting.update(state=MailState.CANCELLED, ended_at=clock.now(), next_at=None, reason=why[:500])
    if count:
        events.record(practice_id, "mail:called_off", subject=about, many=count)
    return count


def let_go(*, by: Member) -> int:
    """Somebody looked: what a restored backup stopped goes after all, as far as the gate lets it. Returns how many."""
    demand(by, "mail.write")
    gone = 0
    for message in restored.waiting(by.practice)[:MOST_AT_ONCE]:
        is_unknown = message.state == MailState.UNKNOWN
        sent = settle(by=by, message=message, went=False) if is_unknown else send(by=by, message=message)
        gone += sent.state in PENDING
    return gone


def forget_private(before: datetime) -> int:
    """Forget the words of answers to privacy requests, ways to sign in and questions to confirm that ended before this
    moment: their links open a person's own page. What has not gone by then does not go any more. Returns how many."""
    gone = 0
    secret = (MailPurpose.PRIVACY, MailPurpose.ACCOUNT, MailPurpose.SUBSCRIBE)
    rows = Message.objects.filter(purpose__in=secret, ended_at__lt=before).exclude(state__in=PENDING)
    for pk in rows.exclude(text="", html="", mime=None).values_list("pk", flat=True):
        with transaction.atomic():
            found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if found is None:
                continue
            held = found.mime_id
            found.text, found.html, found.mime = "", "", None
            if found.state != MailState.SENT:
                found.state = MailState.CANCELLED
            found.save(update_fields=["text", "html", "mime", "state"])
            blobs.release([held] if held else [])
            gone += 1
    return gone


@transaction.atomic
def rejudge(practice_id: int) -> int:
    """Ask the gate again about everything that waits, after rules changed. Returns how many are held back now."""
    held = 0
    waiting = Message.objects.filter(practice=practice_id, state=MailState.QUEUED).select_related("practice", "contact")
    for message in waiting.order_by("pk"):
        gate = judge(message)
        if not gate.may and _hold(message, gate.rule, gate.why):
            held += 1
    return held


def _hold(message: Message, rule: str, why: str) -> bool:
    """Hold a queued message back, unless it went meanwhile."""
    held = Message.objects.filter(pk=message.pk, state=MailState.QUEUED).update(
        state=MailState.HELD, rule=rule, reason=why, ended_at=clock.now()
    )
    if held:
        _record("mail:held", None, message, rule=rule)
        delivering.note_unsent(message)
    return bool(held)


def _queue(message: Message, now: datetime, due: datetime) -> None:
    message.state, message.queued_at, message.due_at, message.next_at = MailState.QUEUED, now, due, due
    message.tries, message.ended_at, message.reason, message.rule = 0, None, "", ""
    message.claim, message.claimed_at, message.answer = "", None, ""
    message.save()


def _locked(by: Member | None, message: Message) -> Message:
    if by is not None:
        demand(by, "mail.write")
        _demand_own(by, message)
    found = Message.objects.select_for_update(of=("self",)).select_related("practice", "contact")
    return found.get(pk=message.pk)


def _demand_own(by: Member, message: Message) -> None:
    if message.practice_id != by.practice_id:
        raise Refused(_("This belongs to another practice."))


def _told(message: Message, locked: Message) -> Message:
    """The caller's object shows what was decided, too."""
    message.refresh_from_db()
    return locked


def _record(kind: str, by: Member | None, message: Message, **data: Any) -> None:
    people = [message.contact.public_id] if message.contact else []
    events.record(
        message.practice_id,
        kind,
        actor=by.public_id if by else "",
        subject=message.public_id,
        people=[*people, *message.people.values_list("person", flat=True)],
        purpose=MailPurpose(message.purpose).value,
        **data,
    )
