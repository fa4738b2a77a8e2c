"""Reading the mailbox: from where the last look ended, a bounded number at a time. It changes nothing there, unless a
folder is named to which what was used is moved. A server that is down is told on the page, and tried again."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from imap_tools import BaseMailBox

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core import clock
from passalong.mail import imap
from passalong.mail.models import MailboxMark
from passalong.mail.services import receiving

logger = logging.getLogger("passalong.mail")
BATCH = 200  # messages a look
BACK_DAYS = 30  # how far the first look goes back
HELD = timedelta(minutes=10)  # as long as one worker may take
WORK = timedelta(minutes=4)  # as long as one goes on taking up messages


@dataclass(slots=True)
class Look:
    """What one look found: skipped by reason."""

    read: int = 0
    used: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def look() -> Look | None:
    """Read what is new. None when no mailbox is set, somebody else reads it now, or it cannot be read."""
    mark: MailboxMark | None = None
    try:
        account = imap.account()
        if account is None:
            return None
        mark, _made = MailboxMark.objects.get_or_create(name=account.name)
        if not _hold(mark):
            return None
        found = _read(account, mark)
    except imap.Unreadable as error:
        _note(mark, error=str(error))
        logger.warning("The mailbox was not read: %s", error)
        return None
    _note(mark, found=found)
    return found


def test(*, by: Member) -> int:
    """Sign in and open the folder, no more; how many messages are there. Raises imap.Unreadable."""
    demand(by, "accounts.change_practice")
    account = imap.account()
    if account is None:
        return 0
    with imap.opened(account) as box:
        return len(imap.numbers(box, "ALL"))


def _hold(mark: MailboxMark) -> bool:
    """Whether this worker may read now."""
    now = clock.now()
    free = MailboxMark.objects.filter(Q(held_until=None) | Q(held_until__lt=now), pk=mark.pk)
    return bool(free.update(held_until=now + HELD))


def _read(account: imap.Account, mark: MailboxMark) -> Look:
    found = Look()
    until = clock.now() + WORK
    mark.refresh_from_db()
    with imap.opened(account, to_move=bool(settings.IMAP_DONE_FOLDER)) as box:
        for uid in _new(box, mark):
            if clock.now() > until:
                break
            _take(box, uid, found)
            mark.last_uid = uid
            mark.save(update_fields=["last_uid"])
    return found


def _new(box: BaseMailBox, mark: MailboxMark) -> list[int]:
    """Numbers not looked at yet. Where the server counts anew, the last weeks are read again: what is known is known by
    its content."""
    validity = imap.validity(box)
    if validity != mark.validity or not validity:
        mark.validity, mark.last_uid = validity, 0
        mark.save(update_fields=["validity", "last_uid"])
    if not mark.last_uid:
        since = (clock.now() - timedelta(days=BACK_DAYS)).strftime("%d-%b-%Y")
        return imap.numbers(box, f"SINCE {since}")[:BATCH]
    later = imap.numbers(box, f"UID {mark.last_uid + 1}:*")
    return [uid for uid in later if uid > mark.last_uid][:BATCH]


def _take(box: BaseMailBox, uid: int, found: Look) -> None:
    raw = imap.message(box, uid)
    if raw is None:
        return
    found.read += 1
    try:
        taken = receiving.take(None, raw, via="imap")
    except (OperationalError, InterfaceError):
        raise  # the database is not there now: the same message is taken up again
    except Exception:  # one message must not keep all others out
        logger.exception("A message could not be read and was left where it is.")
        found.skipped["broken"] += 1
        return
    if taken.inbound is None:
        found.skipped[taken.skipped] += 1
        return
    found.used += 1
    if settings.IMAP_DONE_FOLDER:
        box.move([str(uid)], settings.IMAP_DONE_FOLDER)


def _note(mark: MailboxMark | None, *, found: Look | None = None, error: str = "") -> None:
    """How the look went, for the page."""
    now = clock.now()
    if mark is None:
        mark, _made = MailboxMark.objects.get_or_create(name="settings")
    told: dict[str, object] = {"looked_at": now, "error": error[:300], "held_until": None}
    if found is not None:
        told["well_at"] = now
        if found.read:
            told |= {"read": found.read, "used": found.used, "skipped": dict(found.skipped)}
    MailboxMark.objects.filter(pk=mark.pk).update(**told)
