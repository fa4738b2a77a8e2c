"""Named reads on messages that go out, and on who must not be written to; the practice comes first, always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db.models import Count, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, PointKind
from passalong.core import blobs, clock
from passalong.mail.models import PENDING, MailPurpose, MailState, Message, Suppression
from passalong.mail.words import without_secrets

STUCK_AFTER = timedelta(hours=1)
OPEN_TO_DECIDE = (MailState.UNKNOWN, MailState.HELD, MailState.FAILED)
GROUPS: dict[str, tuple[str, ...]] = {
    "decide": OPEN_TO_DECIDE,
    "waiting": PENDING,
    "drafts": (MailState.DRAFT,),
    "sent": (MailState.SENT,),
}


def messages(practice: Practice, *, group: str = "", query: str = "") -> QuerySet[Message]:
    """Messages of the practice, the latest first; of one group; whose subject or recipient holds the words."""
    found = Message.objects.filter(practice=practice).select_related("contact", "written_by__user")
    if group in GROUPS:
        found = found.filter(state__in=GROUPS[group])
    for word in query.split()[:8]:
        found = found.filter(Q(subject__icontains=word) | Q(address__icontains=word) | Q(name__icontains=word))
    return found.defer("text", "html").order_by("-created_at", "-pk")


def message(practice: Practice, public_id: str) -> Message:
    """One message; raises Message.DoesNotExist for another practice's."""
    found = Message.objects.select_related("contact", "mime", "written_by__user", "practice", "in_reply_to")
    return found.get(practice=practice, public_id=public_id)


def group_counts(practice: Practice) -> dict[str, int]:
    """How many messages are in each group."""
    states = Message.objects.filter(practice=practice).values_list("state").annotate(Count("pk")).order_by()
    by_state = dict(states)
    return {name: sum(by_state.get(state, 0) for state in of) for name, of in GROUPS.items()}


def messages_to(contact: Contact) -> QuerySet[Message]:
    """What was written to a person, the latest first; drafts as well."""
    found = Message.objects.filter(practice=contact.practice_id, contact=contact)
    return found.exclude(state=MailState.CANCELLED).order_by("-created_at", "-pk")


def addresses_of(contact: Contact) -> list[str]:
    """The mail addresses of a person, the first one first."""
    return list(contact.points.filter(kind=PointKind.EMAIL).order_by("pk").values_list("value", flat=True))


def addresses_ever(contact: Contact) -> list[str]:
    """The same, with keyed hashes of those they were written to before: a wish outlives the address it came by."""
    before = Message.objects.filter(practice=contact.practice_id, contact=contact).order_by()
    return [*addresses_of(contact), *before.values_list("address_key", flat=True).distinct()]


def referred_before(message: Message) -> bool:
    """Whether somebody was written to for a client before, at this address or by another one of theirs."""
    same = Q(address_key=message.address_key)
    if message.contact_id:
        same |= Q(contact=message.contact_id)
    gone = Message.objects.filter(same, practice=message.practice_id, purpose=MailPurpose.REFERRAL)
    return gone.filter(state__in=(*PENDING, MailState.SENT, MailState.UNKNOWN)).exclude(pk=message.pk).exists()


@dataclass(frozen=True, slots=True)
class Look:
    """A message as it goes: its headers and its text, read from the very bytes."""

    headers: list[tuple[str, str]]
    text: str
    html: str


def look(message: Message) -> Look | None:
    """What stands in the bytes, without the secret of a privacy link; None when they were erased."""
    if message.mime is None:
        return None
    read: EmailMessage = message_from_bytes(blobs.read(message.mime), _class=EmailMessage, policy=policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    return Look(
        [(name, str(value)) for name, value in read.items()],
        without_secrets(message, str(text.get_content())) if text else "",
        without_secrets(message, str(html.get_content())) if html else "",
    )


def stuck() -> int:
    """How many messages of all practices should have gone more than an hour ago and were not even tried since."""
    late = clock.now() - STUCK_AFTER
    return Message.objects.filter(state__in=PENDING, next_at__lt=late).count()


def suppressions(practice: Practice) -> QuerySet[Suppression]:
    """Who is not written to, the latest first: reasons and dates, never addresses."""
    return Suppression.objects.filter(practice=practice).order_by("-at", "-pk")


def suppression_counts(practice: Practice) -> list[tuple[str, int]]:
    """(reason in words, how many), the most frequent first."""
    rows = Suppression.objects.filter(practice=practice).values_list("reason").annotate(many=Count("pk"))
    names = dict(Suppression._meta.get_field("reason").flatchoices)
    return [(str(names.get(reason, reason)), many) for reason, many in rows.order_by("-many", "reason")]
