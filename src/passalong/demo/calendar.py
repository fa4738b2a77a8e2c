"""The demo's meetings to come: the next one tomorrow, another later in the week, with clients who were met before."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from passalong.accounts.models import Member
from passalong.contacts import selectors as contacts
from passalong.core import clock
from passalong.prospecting import services
from passalong.prospecting.models import Meeting

WHEN = ((1, time(10)), (3, time(15, 30)))  # days from today, at what time
LASTS = timedelta(hours=1)


def load(owner: Member) -> None:
    """As many meetings as there are clients who were met before, two at most."""
    met = Meeting.objects.filter(practice=owner.practice).order_by()
    found = contacts.clients(owner.practice).filter(pk__in=met.values("client"), do_not_ask=False)
    for client, (days, at) in zip(found[: len(WHEN)], WHEN, strict=False):
        starts_at = timezone.make_aware(datetime.combine(clock.today() + timedelta(days=days), at))
        services.book(by=owner, client=client, starts_at=starts_at, ends_at=starts_at + LASTS)
