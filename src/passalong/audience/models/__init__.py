"""Those who asked for news of the practice, and the issues they get."""

from passalong.audience.models.issues import Issue, IssueItem, IssueState, ItemHit, ItemKind, Sending
from passalong.audience.models.subscribers import SubscribedBy, Subscriber, SubscriberKey, SubscriberState

__all__ = [
    "Issue",
    "IssueItem",
    "IssueState",
    "ItemHit",
    "ItemKind",
    "Sending",
    "SubscribedBy",
    "Subscriber",
    "SubscriberKey",
    "SubscriberState",
]
