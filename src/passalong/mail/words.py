"""How states look on pages, and what of a message's words is for its recipient alone."""

from __future__ import annotations

import re

from passalong.core.wiping import GAP
from passalong.mail.models import MailPurpose, MailState, Message

_PRIVATE_LINK = re.compile(r"(/privacy/)[\w-]{20,}")

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
    request acts as that person, so it is shown on no page and in no copy."""
    return _PRIVATE_LINK.sub(rf"\1{GAP}", text) if message.purpose == MailPurpose.PRIVACY else text
