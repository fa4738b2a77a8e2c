"""Named reads on meetings to come; the practice comes first."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.prospecting.models import Appointment, CalendarFeed

STILL = timedelta(hours=2)  # a meeting that began is "next" for so long


def to_come(practice: Practice) -> QuerySet[Appointment]:
    """Meetings to come and what has just begun, the next first; without those that are held already."""
    found = Appointment.objects.filter(practice=practice, cancelled_at=None, starts_at__gt=clock.now() - STILL)
    found = found.exclude(meeting__closed_at__isnull=False)
    return found.select_related("client", "meeting").order_by("starts_at", "pk")


def upcoming(practice: Practice, limit: int = 5) -> list[Appointment]:
    """The next meetings with a client: one query."""
    return list(to_come(practice).filter(client__isnull=False)[:limit])


def next_with(client: Contact) -> Appointment | None:
    """The next meeting with this client."""
    return to_come(client.practice).filter(client=client).first()


def appointment(practice: Practice, public_id: str) -> Appointment:
    """One appointment; raises Appointment.DoesNotExist for another practice's."""
    return Appointment.objects.select_related("client").get(practice=practice, public_id=public_id)


def feed(practice: Practice) -> CalendarFeed | None:
    """The calendar that is read, if there is one."""
    return CalendarFeed.objects.filter(practice=practice).first()
