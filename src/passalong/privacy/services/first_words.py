"""Somebody in Europe who does not know yet that they are on file learns it in the first message written to them."""

from __future__ import annotations

from passalong.contacts.models import Contact
from passalong.contacts.resting import owed_notice
from passalong.mail.models import Message
from passalong.mail.selectors.outbox import look
from passalong.privacy.models import NoticeWay
from passalong.privacy.notice import Words, in_first_message
from passalong.privacy.services.notices import end_clock


def words_for(message: Message) -> str:
    """What stands below this message because of it; empty where nobody owes its reader anything."""
    contact = message.contact
    return in_first_message(contact) if contact is not None and _is_owed(contact) else ""


def went(message: Message) -> None:
    """It is out: its reader has been told, if the words stand in the very bytes. They were fixed when it was drafted;
    where nobody owed anything then, or something else, the clock runs on."""
    contact, seen = message.contact, look(message)
    if contact is None or seen is None or not _is_owed(contact):
        return
    said = in_first_message(contact)
    if " ".join(said.split()) in " ".join(seen.text.split()):
        words = Words(message.subject, said)
        end_clock(contact, NoticeWay.FIRST_MESSAGE, by=message.written_by, words=words, message=message.public_id)


def _is_owed(contact: Contact) -> bool:
    return Contact.objects.filter(owed_notice(), pk=contact.pk).exists()
