"""The bytes that go, and what is written down of how it went."""

from __future__ import annotations

from email.utils import format_datetime

from django.db import transaction
from django.utils.module_loading import import_string

from passalong.compliance.services import consent
from passalong.core import blobs, clock, events
from passalong.core.models import Blob
from passalong.mail import addresses, words
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import dkim_sign, layout

# Rooms above this one that count on a message, by name: it does not go, or not now; it is out.
UNSENT: dict[str, str] = {
    MailPurpose.NOTICE: "passalong.privacy.services.notices.reopen",
    MailPurpose.PERSONAL: "passalong.interviews.services.unsent.stayed",
    MailPurpose.REFERRAL: "passalong.introductions.services.sending_for.stayed",
}
OUT: dict[str, tuple[str, ...]] = {
    MailPurpose.PERSONAL: ("passalong.privacy.services.first_words.went", "passalong.interviews.services.unsent.went"),
    MailPurpose.NOTICE: ("passalong.privacy.services.notices.went",),
    MailPurpose.UPDATE: ("passalong.introductions.services.digesting.went",),
    MailPurpose.REFERRAL: ("passalong.introductions.services.sending_for.went",),
}


def dkim_trouble() -> str:
    """Why nothing may be signed now, one sentence; empty when all is well or nothing is signed."""
    return dkim_sign.trouble()


def final_bytes(message: Message) -> bytes:
    """What goes: the drafted bytes with the date of this moment and, where a key is set, its signature in front."""
    if message.mime is None:
        raise ValueError(f"Message {message.public_id} has no bytes.")
    drafted = blobs.read(message.mime)
    dated = f"Date: {format_datetime(clock.now())}\r\n".encode() + drafted
    return dkim_sign.sign(dated, message.sender.rpartition("@")[2])


def envelope_sender(message: Message) -> str:
    """Where it comes back to: a signed address if one is set, else the sender."""
    return addresses.bounce_address(message) or message.sender


@transaction.atomic
def note_sent(message: Message, claim: str, answer: str, content: bytes) -> bool:
    """It is out: the bytes that went take the draft's place, and the record has them too. Once, whoever notes it.

    Where somebody named in it was forgotten during the hand-over, its bytes are gone and these are not kept either.
    """
    going = Message.objects.select_for_update().filter(
        pk=message.pk, claim=claim, state__in=(MailState.HANDING, MailState.UNKNOWN)
    )
    now_there = going.first()
    if now_there is None:
        return False
    old = now_there.mime_id
    blob = blobs.keep(message.practice_id, content, "message/rfc822") if old else None
    now_there.state, now_there.ended_at, now_there.answer = MailState.SENT, clock.now(), answer[:500]
    now_there.reason, now_there.mime = "", blob
    now_there.save(update_fields=["state", "ended_at", "answer", "reason", "mime"])
    if old and blob and old != blob.pk:
        blobs.release([old])
    is_private = message.purpose == MailPurpose.PRIVACY
    events.record(
        message.practice_id,
        "mail:sent",
        actor=message.written_by.public_id if message.written_by else "",
        subject=message.public_id,
        people=people_of(message),
        texts=_for_the_record(message, blob),
        purpose=message.purpose,
        to="" if is_private else message.address,
        about=now_there.about,
        message_id=message.message_id,
        answer=answer[:500],
    )
    note_told(message, blob)
    return True


def _for_the_record(message: Message, blob: Blob | None) -> dict[str, Blob]:
    """What the record keeps of the letter: the bytes that went. Whoever has the link of a privacy letter acts as the
    person, and it is theirs alone; of a question of consent the words are kept without that link."""
    if blob is None or message.purpose == MailPurpose.PRIVACY:
        return {}
    if message.purpose not in words.PRIVATE:
        return {"mail": blob}
    head = f"From: {message.sender}\nTo: {message.address}\nSubject: {message.subject}\n\n"
    text = words.without_secrets(message, head + layout.sides(message).text)
    return {"mail": blobs.keep(message.practice_id, text.encode(), "text/plain; charset=utf-8")}


def note_told(message: Message, blob: Blob | None) -> None:
    """News that went counts as a use of the consent it rests on; whoever else counted on a message is told."""
    for counting in OUT.get(message.purpose, ()) if blob is not None else ():
        import_string(counting)(message)
    if message.purpose == MailPurpose.UPDATE and message.contact is not None and blob is not None:
        field = message.key.rpartition(":")[2]  # introductions.services.updating: update:GRANT:FIELD
        consent.told(
            practice=message.practice,
            grant=message.about,
            field=field,
            text=blob,
            recipient=message.contact,
            message=message.public_id,
        )


def note_unsent(message: Message) -> None:
    """It does not go, or not now: whoever counted on it is told."""
    if message.purpose in UNSENT:
        import_string(UNSENT[message.purpose])(message)


@transaction.atomic
def note_ended(message: Message, claim: str, state: MailState, *, reason: str, rule: str = "") -> bool:
    """Held, failed or unknown, with the reason; in the record as well."""
    mine = Message.objects.filter(pk=message.pk, claim=claim, state__in=(MailState.CLAIMED, MailState.HANDING))
    if not mine.update(state=state, ended_at=clock.now(), reason=reason, rule=rule):
        return False
    events.record(
        message.practice_id,
        f"mail:{state.value}",
        subject=message.public_id,
        people=people_of(message),
        purpose=message.purpose,
        reason=reason,
        rule=rule,
    )
    if state != MailState.UNKNOWN:
        note_unsent(message)
    return True


def people_of(message: Message) -> list[str]:
    """Public ids of everybody a message is to or about."""
    own = [message.contact.public_id] if message.contact else []
    return [*own, *message.people.values_list("person", flat=True)]
