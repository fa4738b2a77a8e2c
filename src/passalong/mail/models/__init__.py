"""Messages out and in, and who must not be written to."""

from passalong.mail.models.inbound import (
    OPEN,
    Decision,
    DomainCheck,
    Doubt,
    Inbound,
    MailboxMark,
    Trouble,
    TroubleKind,
    Verdict,
)
from passalong.mail.models.message import PENDING, MailPurpose, MailState, Message, MessagePerson
from passalong.mail.models.suppression import Suppression, SuppressionReason, SuppressionScope

__all__ = [
    "OPEN",
    "PENDING",
    "Decision",
    "DomainCheck",
    "Doubt",
    "Inbound",
    "MailPurpose",
    "MailState",
    "MailboxMark",
    "Message",
    "MessagePerson",
    "Suppression",
    "SuppressionReason",
    "SuppressionScope",
    "Trouble",
    "TroubleKind",
    "Verdict",
]
