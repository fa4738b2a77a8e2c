"""How states look on pages."""

from __future__ import annotations

from passalong.mail.models import MailState, Message

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
