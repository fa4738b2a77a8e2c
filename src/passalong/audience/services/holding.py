"""What the gate asks about an issue of the news as it is about to leave."""

from __future__ import annotations

from passalong.audience.models import Issue, IssueState, Subscriber, SubscriberState
from passalong.mail.models import Message

ABOUT_ISSUE = "issue "  # how the key of a message that carries an issue begins
GOING = (IssueState.SENDING, IssueState.SENT)


def holds(message: Message) -> bool | None:
    """Whether this issue may go to this address now; None for a message that carries no issue.

    It may while the issue goes out, nothing in it was taken back, and the address is on the list by its own act.
    """
    if not message.key.startswith(ABOUT_ISSUE):
        return None
    issue = Issue.objects.filter(practice=message.practice_id, public_id=message.about).first()
    if issue is None or issue.state not in GOING or issue.items.exclude(withdrawn_at=None).exists():
        return False
    on_list = Subscriber.objects.filter(practice=message.practice_id, state=SubscriberState.ACTIVE)
    return on_list.filter(address_key=message.address_key).exists()
