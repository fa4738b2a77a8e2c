"""How states look on pages, and what of a message's words is for its recipient alone."""

from __future__ import annotations

import re

from passalong.core.wiping import GAP
from passalong.mail.models import MailPurpose, MailState, Message

_PRIVATE_LINK = re.compile(r"(/(?:privacy|consent|me/in|news/confirm)/)[\w-]{20,}")
PRIVATE = (MailPurpose.PRIVACY, MailPurpose.CONSENT_ASK, MailPurpose.ACCOUNT, MailPurpose.SUBSCRIBE)

TONES = {
    MailState.SENT: "good",
    MailState.UNKNOWN: "due",
    MailState.HELD: "stop",
    MailState.FAILED: "stop",
    MailState.CANCELLED: "quiet",
    MailState.DRAFT: "quiet",
}


def tone_of(message: Message) -> str:
    """The colour of its state."""
    return TONES.get(MailState(message.state), "accent")


def without_secrets(message: Message, text: str) -> str:
    """The words of a message as others than its recipient may read them. Whoever has the link of an answer to a privacy
    request, of a question of consent or of a way to sign in acts as that person: it is on no page and in no copy."""
    return _PRIVATE_LINK.sub(rf"\1{GAP}", text) if message.purpose in PRIVATE else text
