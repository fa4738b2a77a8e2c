"""Named reads on what arrived, what came back, and how the mailbox was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.mail.models import (
    OPEN,
    Decision,
    DomainCheck,
    Inbound,
    MailboxMark,
    Message,
    Trouble,
    TroubleKind,
    Verdict,
)

SOON = 7  # days before its words are forgotten that an answer nobody looked at says so
SOFT_MOST, SOFT_DAYS = 3, 14  # so many in so many days put an address on hold; older ones stop counting


def inbound(practice: Practice, public_id: str) -> Inbound:
    """One message that arrived; raises Inbound.DoesNotExist for another practice's."""
    rows = Inbound.objects.select_related(
        "message", "message__contact", "contact", "member__user", "raw", "decided_by__user"
    )
    return rows.get(practice=practice, public_id=public_id)


def arrived(practice: Practice, which: str = "look") -> QuerySet[Inbound]:
    """What arrived, newest first. which: look (somebody has to say what it is), answers, stopped (came back, reported,
    asked to stop), rest."""
    rows = Inbound.objects.filter(practice=practice).select_related("message", "contact")
    counts = Q(verdict__in=(Verdict.MATCHED, Verdict.FORWARDED)) | Q(decision=Decision.ACCEPTED)
    stopped = Q(verdict__in=(Verdict.BOUNCE, Verdict.COMPLAINT, Verdict.LEAVING))
    wanted = {
        "look": Q(verdict__in=OPEN, decision=""),
        "answers": counts,
        "stopped": stopped,
        "rest": ~counts & ~stopped & ~Q(verdict__in=OPEN, decision=""),
    }
    return rows.filter(wanted.get(which, wanted["look"])).defer("raw", "text")


def days_left(found: Inbound) -> int | None:
    """Days until an answer nobody looked at is forgotten, 0 for its last day; None while there is time."""
    left = (found.keep_until - clock.today()).days
    return max(left, 0) if found.is_open and left < SOON else None


def waiting(practice: Practice) -> int:
    """How many messages somebody has to look at."""
    return Inbound.objects.filter(practice=practice, verdict__in=OPEN, decision="").count()


def of_person(contact: Contact) -> QuerySet[Inbound]:
    """What counts as this person's words or was passed on about them, newest first."""
    counts = Q(verdict__in=(Verdict.MATCHED, Verdict.FORWARDED)) | Q(decision=Decision.ACCEPTED)
    return Inbound.objects.filter(counts, practice=contact.practice_id, contact=contact).select_related(
        "message", "member__user"
    )


def wrote_from(contact: Contact, keys: Iterable[str]) -> bool:
    """Whether this person has answered from an address of these keyed hashes."""
    own = Inbound.objects.filter(practice=contact.practice_id, contact=contact, verdict=Verdict.MATCHED)
    return own.filter(sender_key__in=list(keys)).exists()


def is_on_hold(practice_id: int, key: str) -> bool:
    """Whether mail to this address (by keyed hash) could not be delivered so often lately that it waits."""
    since = clock.now() - timedelta(days=SOFT_DAYS)
    rows = Trouble.objects.filter(practice_id=practice_id, key=key, kind=TroubleKind.SOFT, at__gt=since)
    return rows.count() >= SOFT_MOST


def troubles(message: Message) -> QuerySet[Trouble]:
    """What happened to this message after it went."""
    return Trouble.objects.filter(message=message).order_by("at")


def domain_check(domain: str) -> DomainCheck | None:
    """What the last look at this domain's records found."""
    return DomainCheck.objects.filter(domain=domain).first()


def mailbox_mark(name: str) -> MailboxMark | None:
    """How the mailbox was read."""
    return MailboxMark.objects.filter(name=name).first()
