"""An issue as it will look in a mailbox, before anybody gets it."""

from __future__ import annotations

from passalong.audience import letter
from passalong.audience.models import Issue
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import layout


def looks(issue: Issue) -> layout.Sides:
    """Text and HTML with what stands below; the link to leave belongs to nobody."""
    shown = letter.letter(issue)
    unsent = Message(
        practice=issue.practice,
        purpose=MailPurpose.NEWS,
        subject=shown.subject,
        text=shown.text,
        html=layout.clean(shown.html),
        list_scope="news",
    )
    return layout.sides(unsent)
