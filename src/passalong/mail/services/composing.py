"""Drafting: a message whose bytes are fixed before anybody looks at it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.accounts import selectors as accounts
from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.core import blobs, events
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.mail import addresses, grammar
from passalong.mail.models import MailPurpose, MailState, Message, MessagePerson
from passalong.mail.services import layout, mime

AUTOMATIC = frozenset(set(MailPurpose) - {MailPurpose.PERSONAL})
# Said word for word to whom it is about, or in a client's own words with sentences the law asks for.
FIXED = (MailPurpose.UPDATE, MailPurpose.CONSENT_ASK, MailPurpose.THANKS, MailPurpose.REFERRAL)
# Questions of consent and notices are written anew where they come from: a link or a clock hangs on each.
AGAIN = (MailPurpose.PERSONAL, MailPurpose.THANKS, MailPurpose.UPDATE, MailPurpose.NEWS)
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Recipient:
    """Exactly one person at one address."""

    address: str
    name: str = ""
    contact: Contact | None = None


def draft(
    *,
    by: Member | None,
    practice: Practice,
    purpose: str,
    to: Recipient,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    about: str = "",
    people: Iterable[str] = (),
    in_reply_to: Message | None = None,
    references: Sequence[str] = (),
    list_scope: str = "",
    calendar: mime.Calendar | None = None,
) -> Message:
    """A message in state DRAFT. The same key gives the same message as before, unchanged.

    html: body only, sanitised here; empty: made from the text. people: public ids of those it speaks of. references:
    Message-IDs of mail that came in and that this answers. calendar: an entry that goes beside the words; it stays with
    the message through changes of its words. Raises Refused, naming the field, for anything unsafe.
    """
    _demand(by, practice, to)
    known = Message.objects.filter(practice=practice, key=key).first()
    if known is not None:
        return known
    message = Message(practice=practice, written_by=by, key=key, purpose=MailPurpose(purpose).value, about=about)
    message.list_scope = list_scope or ("news" if purpose == MailPurpose.NEWS else "")
    message.contact, message.in_reply_to = to.contact, in_reply_to
    _fill(message, to, subject, text, html)
    try:
        with transaction.atomic():
            _fix(message, _thread(message, references), calendar)
            message.save()
            MessagePerson.objects.bulk_create(
                MessagePerson(practice=practice, message=message, person=one) for one in dict.fromkeys(people)
            )
    except IntegrityError:  # drafted at the same moment by somebody else
        return Message.objects.get(practice=practice, key=key)
    return message


@transaction.atomic
def redraft(*, by: Member, message: Message, subject: str, text: str) -> Message:
    """Write a draft anew; its bytes are fixed anew. Raises Refused when it is no draft any more."""
    _demand(by, message.practice, Recipient(message.address, message.name, message.contact))
    locked = Message.objects.select_for_update().get(pk=message.pk)
    if locked.state != MailState.DRAFT:
        raise Refused(_("This message is no draft any more."))
    if locked.purpose in FIXED:
        raise Refused(_("These words were agreed to as they stand. They are not changed here."))
    _fix_anew(locked, subject, text, "")
    return locked


@transaction.atomic
def write_again(*, by: Member, message: Message) -> Message:
    """A message that was taken back becomes a draft again, with the same words and its bytes fixed anew.

    It stays the same message: under its key nothing else can go. Raises Refused for one that is not taken back, whose
    words are gone, or which is written anew elsewhere because a link or a clock hangs on it.
    """
    _demand(by, message.practice, Recipient(message.address, message.name, message.contact))
    locked = Message.objects.select_for_update(of=("self",)).select_related("practice", "contact").get(pk=message.pk)
    if not may_be_written_again(locked):
        raise Refused(_("This message cannot be taken up again. Write a new one."))
    _fix_anew(locked, locked.subject, locked.text, locked.html)
    locked.state, locked.ended_at, locked.reason, locked.rule = MailState.DRAFT, None, "", ""
    locked.save(update_fields=["state", "ended_at", "reason", "rule"])
    people = [locked.contact.public_id] if locked.contact else []
    people += locked.people.values_list("person", flat=True)
    events.record(by.practice_id, "mail:drafted_again", actor=by.public_id, subject=locked.public_id, people=people)
    return locked


def may_be_written_again(message: Message) -> bool:
    """Whether a message that was taken back can become a draft again."""
    return message.state == MailState.CANCELLED and message.purpose in AGAIN and message.mime_id is not None


def _fix_anew(locked: Message, subject: str, text: str, html: str) -> None:
    old, calendar = locked.mime_id, mime.calendar_of(blobs.read(locked.mime)) if locked.mime else None
    _fill(locked, Recipient(locked.address, locked.name, locked.contact), subject, text, html)
    _fix(locked, _thread(locked, ()), calendar)
    locked.save()
    if old and old != locked.mime_id:
        blobs.release([old])


def _demand(by: Member | None, practice: Practice, to: Recipient) -> None:
    """Nobody writes in another practice's name, or to another practice's people."""
    if by is not None:
        demand(by, "mail.write")
        if by.practice_id != practice.pk:
            raise Refused(_("This belongs to another practice."))
    if to.contact is not None and to.contact.practice_id != practice.pk:
        raise Refused(_("This belongs to another practice."))


def _fill(message: Message, to: Recipient, subject: str, text: str, html: str) -> None:
    message.address = grammar.address(to.address)
    message.address_key = keyed_hash(message.practice_id, grammar.forms(message.address)[0])
    message.name = grammar.name(to.name)
    message.sender = own_address()
    message.subject = grammar.subject(subject)
    message.text = grammar.body(text)
    message.html = layout.clean(grammar.body(html, field="html")) if html else ""
    domain = message.sender.rpartition("@")[2]
    message.message_id = message.message_id or f"<{message.public_id}.{secrets.token_hex(8)}@{domain}>"


def own_address() -> str:
    """The installation's address, which stands in every From. Raises Refused when MAIL_FROM is none."""
    return grammar.address(settings.DEFAULT_FROM_EMAIL, field="from", single_label=True)


def _fix(message: Message, references: Sequence[str], calendar: mime.Calendar | None = None) -> None:
    """Fix the bytes."""
    sides = layout.sides(message)
    letter = mime.Letter(
        sender=(sender_name(message), message.sender),
        to=(message.name, message.address),
        subject=message.subject,
        message_id=message.message_id,
        text=sides.text,
        html=sides.html,
        reply_to=_reply_to(message),
        references=references,
        more=_more(message),
        calendar=calendar,
    )
    message.mime = blobs.keep(message.practice_id, mime.compose(letter), "message/rfc822")


def sender_name(message: Message) -> str:
    """The practice; before it the member who writes. Never a client, and never anything that looks like an address."""
    practice = _quiet_name(message.practice.name)
    if message.written_by is None or message.purpose != MailPurpose.PERSONAL:
        return practice
    own = _quiet_name(message.written_by.user.name)
    return f"{own} via {practice}"[: 2 * grammar.LONGEST_NAME] if own and own != practice else practice


def _quiet_name(text: str) -> str:
    try:
        return grammar.name(text[: grammar.LONGEST_NAME], field="from")
    except Refused:
        return ""


def _reply_to(message: Message) -> str:
    """Where answers go: the inbox if one is read, else the member who writes, else an owner."""
    if inbox := addresses.reply_address(message):
        return inbox
    member = message.written_by or accounts.owner(message.practice)
    try:
        return grammar.address(member.user.email) if member else ""
    except Refused:
        return ""


def _thread(message: Message, references: Sequence[str]) -> list[str]:
    """Message-IDs of the thread, oldest first, the answered one last."""
    found, seen = [], 0
    one = message.in_reply_to
    while one is not None and seen < MOST_REFERENCES:
        found.append(one.message_id)
        one, seen = one.in_reply_to, seen + 1
    foreign = [known for text in references if (known := grammar.message_id(text))]
    return list(dict.fromkeys([*reversed(found), *foreign]))[-MOST_REFERENCES:]


def _more(message: Message) -> list[tuple[str, str]]:
    """Headers for machines: that nobody typed this, and how to leave."""
    if message.purpose == MailPurpose.PERSONAL:
        return []
    more = [("Auto-Submitted", "auto-generated")]
    if leave := layout.leave_url(message):
        ways = [f"<{leave}>"]
        if mailbox := addresses.unsubscribe_address(message):
            ways.append(f"<mailto:{mailbox}?subject=unsubscribe>")
        more.append(("List-Unsubscribe", ", ".join(ways)))
        if leave.startswith("https://"):
            more.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return more
