"""Which message of ours a letter is about: by the signed tag of the address it came to, else by the ids it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db.models import Q

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.mail import addresses, forwarding, grammar
from passalong.mail.models import Doubt, Message
from passalong.mail.reading.letter import Letter
from passalong.mail.reading.people import ids, mailboxes
from passalong.mail.reading.reports import Report
from passalong.mail.services.dkim_verify import Proof, names_of

Kind = Literal["reply", "bounce", "unsubscribe", "forward", "named", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Route:
    """How a letter came here. kind: by which purpose of tag; named: by an id alone; bad: by a tag that is not ours, not
    any more or was altered; none: nothing in it concerns us. tag: the tag as it stood there."""

    kind: Kind
    message: Message | None = None
    practice: Practice | None = None
    tag: str = ""


def own_tags(letter: Letter) -> list[str]:
    """The tags of our own addresses a letter was sent to."""
    return [addresses.tag_of(one.address) for one in letter.for_whom if _is_ours(one.address)]


def _is_ours(address: str) -> bool:
    """Whether this is one of our addresses with a tag."""
    local, _at, domain = address.partition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    ours = {one.lower() for one in (settings.MAIL_INBOX, settings.MAIL_BOUNCE_ADDRESS) if one}
    return "+" in local and plain in ours


def route(letter: Letter, report: Report | None) -> Route:
    """How this letter came here, and about which message of ours."""
    tags = own_tags(letter)
    for tag in tags:
        practice = forwarding.practice_of(tag)
        if practice is not None:
            return Route("forward", practice=practice, tag=tag)
        token = addresses.read(tag)
        message = _message(Q(public_id=token.message)) if token else None
        if token and message:
            return Route(token.purpose, message, message.practice, tag)
    named = report.messages if report else letter.answers
    message = message_named(named)
    if message is not None:
        return Route("bad" if tags else "named", message, message.practice, tags[0] if tags else "")
    return Route("bad", tag=tags[0]) if tags else Route("none")


def _message(which: Q) -> Message | None:
    return Message.objects.select_related("practice", "contact").filter(which).first()


def message_named(found: list[str]) -> Message | None:
    """The message of ours with one of these Message-IDs (without brackets), the nearest first."""
    wanted = [f"<{one}>" for one in found]
    known = {
        row.message_id: row
        for row in Message.objects.select_related("practice", "contact").filter(message_id__in=wanted)
    }
    return next((known[one] for one in wanted if one in known), None)


def is_own(letter: Letter) -> bool:
    """Whether this is a message of ours, come back as a copy."""
    return bool(letter.message_id) and Message.objects.filter(message_id=f"<{letter.message_id}>").exists()


def doubt_about(letter: Letter, found: Route, proof: Proof) -> Doubt:
    """Why a letter is not simply taken for the recipient's answer; NONE when it is."""
    if letter.sender is None:
        return Doubt.UNCLEAR_SENDER
    if found.kind == "bad":
        return Doubt.BAD_TOKEN
    message = found.message
    if message is None:
        return Doubt.NO_TOKEN
    if not set(grammar.forms(letter.sender.address)) & set(grammar.forms(message.address)):
        return Doubt.OTHER_SENDER
    if proof.state != "proven":
        return {"not_checked": Doubt.NOT_CHECKED, "false": Doubt.FALSE}.get(proof.state, Doubt.UNPROVEN)
    return Doubt.NONE if _names(letter, message, proof) else Doubt.UNPROVEN


def _names(letter: Letter, message: Message, proof: Proof) -> bool:
    """Whether a signed header names the message: a signed letter sent on by somebody else to our address does not."""
    for value in names_of(letter.top, proof.signed):
        if message.message_id.strip("<>") in ids(value):
            return True
        for one in mailboxes(value):
            token = addresses.read(addresses.tag_of(one.address)) if _is_ours(one.address) else None
            if token and token.message == message.public_id:
                return True
    return False


def contact_with(practice: Practice, address: str) -> Contact | None:
    """The one contact of the practice with this address; None for nobody, and for more than one."""
    key = email_key(address)
    if not key:
        return None
    points = ContactPoint.objects.filter(practice=practice, kind=PointKind.EMAIL, key__in=grammar.forms(key))
    found = list(Contact.objects.filter(pk__in=points.values("contact_id"))[:2])
    return found[0] if len(found) == 1 else None
