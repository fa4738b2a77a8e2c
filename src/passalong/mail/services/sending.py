"""The outbox goes out: each message once, nothing lost, and what cannot be known is told.

A worker claims a message by a conditional UPDATE, so that of several one has it. The connection stands before; the
recipient was accepted before; then HANDING is committed, and only then do the bytes go. Whoever dies before that leaves
a message that is claimed anew; whoever dies after it leaves one that is UNKNOWN, which no machine sends again.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, OperationalError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from passalong.core import clock
from passalong.mail import transport
from passalong.mail.models import PENDING, MailState, Message
from passalong.mail.services import delivering
from passalong.mail.services.gate import judge
from passalong.mail.transport import Envelope, Never, NotNow, Transport, Unclear

logger = logging.getLogger("passalong.mail")

TASK = "passalong.mail.tasks.deliver"
BATCH = 20  # candidates looked at together
RUN_FOR = 60.0  # seconds of one task; the next goes on
LEASE = timedelta(minutes=15)  # longer than any hand-over; afterwards the worker counts as gone
FIRST_WAIT, LONGEST_WAIT = 60, 6 * 3600  # seconds
GIVE_UP_AFTER = timedelta(days=3)
_at_work: set[str] = set()  # claims of this process's own threads


class Lost(Exception):
    """Somebody else took the message over meanwhile."""


def due() -> QuerySet[Message]:
    """What may go now, oldest first: nothing overtakes an earlier message to the same address."""
    now = clock.now()
    earlier = Message.objects.filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk")),
        practice=OuterRef("practice"),
        address_key=OuterRef("address_key"),
        state__in=PENDING,
    )
    waiting = Message.objects.filter(state=MailState.QUEUED, next_at__lte=now)
    return waiting.exclude(Exists(earlier)).order_by("due_at", "pk")


def wake() -> bool:
    """What the clock calls often: let a worker deliver if something is due and none was asked to. Whether it was."""
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    if not (due().exists() or _left_behind().exists()):
        return False
    if DBTaskResult.objects.filter(task_path=TASK, status__in=unfinished).exists():
        return False
    import_string(TASK).enqueue()
    return True


def deliver(*, run_for: float = RUN_FOR, way: Transport | None = None) -> int:
    """Send what is due until nothing is, the way is shut, or the time is up. Returns how many went."""
    claim = f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(6)}"
    way = way or transport.make()
    until = time.monotonic() + run_for
    sent = 0
    _at_work.add(claim)
    try:
        with _durable():
            take_back()
            while time.monotonic() < until and (message := _claim_one(claim)) is not None:
                went, is_shut = _safely(message, claim, way)
                sent += went
                if is_shut:
                    break
    finally:
        _at_work.discard(claim)
        way.close()
    return sent


def _claim_one(claim: str) -> Message | None:
    """The next message, ours alone."""
    while candidates := list(due().values_list("pk", flat=True)[:BATCH]):
        for pk in candidates:
            took = Message.objects.filter(pk=pk, state=MailState.QUEUED, next_at__lte=clock.now()).update(
                state=MailState.CLAIMED, claim=claim, claimed_at=clock.now()
            )
            whole = Message.objects.select_related("practice", "contact", "mime", "written_by")
            if took and (message := whole.filter(pk=pk).first()) is not None:  # None: forgotten in this very moment
                return message
    return None


def _safely(message: Message, claim: str, way: Transport) -> tuple[bool, bool]:
    """As _deliver_one. What nobody foresaw about one message holds up no other: it waits longer each time, and is given
    up like one that nobody takes."""
    try:
        return _deliver_one(message, claim, way)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("Message %s could not be sent.", message.public_id)
        told = _("The program could not send this (%s). The log of the server says more.") % type(error).__name__
        handing = Message.objects.filter(pk=message.pk, claim=claim, state=MailState.HANDING)
        if handing.exists():
            _end(message, claim, MailState.UNKNOWN, reason=told)
        else:
            _again(message, claim, told)
        return False, False


def _deliver_one(message: Message, claim: str, way: Transport) -> tuple[bool, bool]:
    """One message on its way: whether it went, and whether the way is shut to everybody. The way is opened first, so
    that nothing slow stands between the gate's last word and the hand-over."""
    try:
        way.open()
    except NotNow as shut:
        _again(message, claim, shut.reason)
        return False, True
    if trouble := delivering.dkim_trouble():  # may ask the name service, so before the gate
        _end(message, claim, MailState.HELD, reason=trouble, rule="EM-1.dkim")
        return False, False
    gate = judge(message)
    if not gate.may:
        _end(message, claim, MailState.HELD, reason=gate.why, rule=gate.rule)
        return False, False
    if message.mime is None:
        gone = _("Its words are gone: they named somebody who has been forgotten. Write it anew.")
        _end(message, claim, MailState.FAILED, reason=gone)
        return False, False
    content = delivering.final_bytes(message)
    envelope = Envelope(delivering.envelope_sender(message), message.address, content, message.message_id)
    try:
        answer = way.hand_over(envelope, lambda: _begin(message, claim))
    except NotNow as later:
        _again(message, claim, later.reason)
        return False, later.is_everybody
    except Never as never:
        _end(message, claim, MailState.FAILED, reason=never.reason)
        return False, False
    except Unclear as unclear:
        _end(message, claim, MailState.UNKNOWN, reason=unclear.reason)
        return False, False
    except Lost:
        return False, False
    _patiently_sent(message, claim, answer, content)
    return True, False


def _begin(message: Message, claim: str) -> None:
    """Commit that the hand-over begins. Raises Lost when the claim has run out."""
    mine = Message.objects.filter(pk=message.pk, state=MailState.CLAIMED, claim=claim)
    if not mine.update(state=MailState.HANDING, claimed_at=clock.now()):
        raise Lost


def _patiently_sent(message: Message, claim: str, answer: str, content: bytes) -> None:
    """It is out: this must get into the database, also where it is locked for a moment."""
    for wait in (0.2, 1.0, 5.0, None):
        try:
            delivering.note_sent(message, claim, answer, content)
        except OperationalError:
            if wait is None:
                raise
            time.sleep(wait)
        else:
            return


def _again(message: Message, claim: str, reason: str) -> None:
    """Later, after a growing wait; given up after three days."""
    now = clock.now()
    if message.due_at is not None and now - message.due_at > GIVE_UP_AFTER:
        _end(message, claim, MailState.FAILED, reason=_("Given up after three days. The last answer: %s") % reason)
        return
    mine = Message.objects.filter(pk=message.pk, claim=claim, state__in=(MailState.CLAIMED, MailState.HANDING))
    mine.update(
        state=MailState.QUEUED,
        claim="",
        claimed_at=None,
        tries=message.tries + 1,
        next_at=now + wait_after(message.tries),
        reason=reason[:500],
    )


def wait_after(tries: int) -> timedelta:
    """How long until the next try: a minute, doubled each time up to six hours, a quarter more or less."""
    seconds = min(FIRST_WAIT * 2 ** min(tries, 20), LONGEST_WAIT)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  # spreads load, guards nothing


def _end(message: Message, claim: str, state: MailState, *, reason: str, rule: str = "") -> None:
    delivering.note_ended(message, claim, state, reason=reason[:500], rule=rule)


def in_hand() -> QuerySet[Message]:
    """What some worker, dead or alive, has taken up and not ended."""
    return Message.objects.filter(state__in=(MailState.CLAIMED, MailState.HANDING))


def _left_behind() -> QuerySet[Message]:
    """In hand for longer than any hand-over takes."""
    return in_hand().filter(claimed_at__lt=clock.now() - LEASE)


def take_back() -> int:
    """What dead workers left: claimed goes back to the queue, being handed over becomes UNKNOWN. Returns how many."""
    count = 0
    for message in in_hand().select_related("practice", "contact"):
        if not _is_gone(message.claim, message.claimed_at):
            continue
        if message.state == MailState.HANDING:
            why = _("The program ended while this was being handed over. It may have gone out, or not.")
            _end(message, message.claim, MailState.UNKNOWN, reason=why)
        else:
            Message.objects.filter(pk=message.pk, claim=message.claim, state=MailState.CLAIMED).update(
                state=MailState.QUEUED, claim="", claimed_at=None
            )
        count += 1
    return count


def _is_gone(claim: str, since: datetime | None) -> bool:
    """Whether the worker of this claim is dead, or has had it for too long."""
    if since is None or clock.now() - since > LEASE:
        return True
    host, _slash, rest = claim.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:40]:
        return False
    if int(pid) == os.getpid():
        return claim not in _at_work
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def _durable() -> Iterator[None]:
    """On SQLite each commit reaches the disk meanwhile: HANDING must outlive a power cut as well."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
