"""What lies on the demo practice's desk: mail, gifts, a question to a second person, wishes about one's own data.

Nothing of it can leave: messages are drafts or held, the one that counts as sent was never queued, and whoever asked on
the privacy page was not mailed a link.
"""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from passalong.accounts.models import Member, Practice
from passalong.compliance.giving import Thing
from passalong.compliance.models import ValueEntry
from passalong.compliance.services import ledger
from passalong.contacts.models import Contact, PointKind, StandingKind
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.demo import office_text as text
from passalong.mail.models import MailPurpose, MailState, Message, SuppressionReason
from passalong.mail.services import composing, delivering, outbox, receiving
from passalong.mail.services.suppression import suppress
from passalong.privacy.models import PrivacyLink
from passalong.privacy.services import asking, requests

CLAIM = "demo"


def load(owner: Member, assistant: Member) -> None:
    """Everything, as if the two had worked here lately."""
    if _can_write():
        _mail(owner)
    _gifts(owner)
    _second_person(assistant)
    _privacy(owner.practice)


def _client(practice: Practice, name: str) -> Contact:
    return Contact.objects.get(practice=practice, full_name=name, standings__kind=StandingKind.CLIENT)


def _address(contact: Contact) -> str:
    return str(contact.points.filter(kind=PointKind.EMAIL).order_by("pk").values_list("value", flat=True)[0])


def _can_write() -> bool:
    """Whether the installation has an address to write from: the demo must come in where it has none, too."""
    try:
        composing.own_address()
    except Refused:
        return False
    return True


def _mail(owner: Member) -> None:
    _drafted(owner, text.DRAFTED, text.DRAFT)
    held = _drafted(owner, text.HELD, text.TO_WHO_LEFT)
    suppress(owner.practice_id, held.address, reason=SuppressionReason.UNSUBSCRIBED)
    outbox.send(by=owner, message=held)
    told = _drafted(owner, text.ANSWERED, text.SENT)
    _as_if_sent(told)
    receiving.receive(owner.practice, _answer_to(told), via=CLAIM)


def _drafted(owner: Member, name: str, words: tuple[str, str]) -> Message:
    contact = _client(owner.practice, name)
    subject, body = words
    return composing.draft(
        by=owner,
        practice=owner.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(_address(contact), contact.full_name, contact),
        subject=subject,
        text=body,
        key=f"demo {contact.public_id}",
    )


def _as_if_sent(message: Message) -> None:
    """Noted as sent without a way out ever being opened. It is at no moment in the queue: no worker can take it."""
    Message.objects.filter(pk=message.pk).update(state=MailState.HANDING, claim=CLAIM, claimed_at=clock.now())
    assert message.mime is not None  # noqa: S101  # drafted a moment ago
    dated = f"Date: {format_datetime(clock.now())}\r\n".encode() + blobs.read(message.mime)
    delivering.note_sent(message, CLAIM, text.NEVER_LEFT, dated)


def _answer_to(message: Message) -> bytes:
    """Unsigned, so that somebody must look at it."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = f"{message.name} <{message.address}>", message.sender
    made["Subject"], made["Date"] = f"Re: {message.subject}", clock.now()
    made["Message-ID"] = f"<{message.public_id}@{message.address.rpartition('@')[2]}>"
    made["In-Reply-To"] = message.message_id
    made.set_content(text.ANSWER)
    return bytes(made)


def _gifts(owner: Member) -> None:
    today = clock.today()
    bottle = Thing(**text.BOTTLE, given_on=today - timedelta(days=16))
    ledger.give(by=owner, contact=_client(owner.practice, text.GIVEN), thing=bottle)
    voucher = Thing(**text.VOUCHER, given_on=today - timedelta(days=9))
    entry = ledger.give(by=owner, contact=_client(owner.practice, text.DECLINED), thing=voucher)
    ledger.void(by=owner, entry=entry, why=text.VOUCHER_DECLINED)


def _second_person(assistant: Member) -> None:
    """A gift that the rules leave to a second person: the same client got something in another currency before.

    No service writes another currency than the practice's own, so that entry is put there as the past is elsewhere.
    """
    client = _client(assistant.practice, text.ASKED)
    ValueEntry.objects.create(
        practice=assistant.practice,
        contact_id=client.pk,
        currency="CAD",
        given_on=clock.today() - timedelta(days=120),
        recorded_by=assistant.public_id,
        **text.ABROAD,
    )
    hamper = Thing(**text.HAMPER, given_on=clock.today() + timedelta(days=6))
    ledger.give(by=assistant, contact=client, thing=hamper, ask_why=text.HAMPER_ASKED)


def _privacy(practice: Practice) -> None:
    corrects, copies = (_asked(practice, name) for name in (text.CORRECTS, text.COPIES))
    requests.correct(link=corrects, field="other", words=text.CORRECTION)
    requests.take_copy(link=copies)
    for link in (corrects, copies):
        link.delete()  # never looked up, so nothing was mailed; a real one is forgotten after a day


def _asked(practice: Practice, name: str) -> PrivacyLink:
    return asking.ask(practice=practice, address=_address(_client(practice, name)))
