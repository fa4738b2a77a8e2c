"""Named reads on who wants the news; the practice comes first."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.audience.models import Subscriber, SubscriberKey, SubscriberState
from passalong.audience.tokens import digest_of
from passalong.core import clock


def subscribers(practice: Practice, *, state: str = "", query: str = "") -> QuerySet[Subscriber]:
    """The list, the latest first; of one state; whose address or name holds every word."""
    found = Subscriber.objects.filter(practice=practice)
    if state in SubscriberState.values:
        found = found.filter(state=state)
    for word in query.split()[:8]:
        found = found.filter(Q(address__icontains=word) | Q(name__icontains=word))
    return found.order_by("-asked_at", "-pk")


def subscriber(practice: Practice, public_id: str) -> Subscriber:
    """One of them; raises Subscriber.DoesNotExist for another practice's."""
    return Subscriber.objects.select_related("evidence", "practice").get(practice=practice, public_id=public_id)


def counts(practice: Practice) -> dict[str, int]:
    """How many are in each state."""
    rows = Subscriber.objects.filter(practice=practice).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(SubscriberState.values, 0) | dict(rows)


def to_confirm(token: str) -> SubscriberKey | None:
    """The question to confirm behind this link, while it works."""
    found = SubscriberKey.objects.filter(token_digest=digest_of(token), until__gt=clock.now())
    found = found.exclude(subscriber__state=SubscriberState.LEFT)
    return found.select_related("subscriber", "practice").first()
