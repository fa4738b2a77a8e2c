"""What prospecting does by the clock: reading calendars."""

from __future__ import annotations

import logging

from django_tasks import task

from passalong.prospecting.models import CalendarFeed
from passalong.prospecting.services.calendar import read_feed

logger = logging.getLogger("passalong.prospecting")


@task(queue_name="slow")
def read_calendars() -> None:
    """Every practice's calendar, one after the other."""
    for feed in CalendarFeed.objects.select_related("practice").order_by("pk"):
        found = read_feed(feed)
        if found.problem:
            logger.info("The calendar of practice %s was not read: %s", feed.practice.public_id, found.problem)


@task(queue_name="slow")
def read_calendar(feed_id: int) -> None:
    """One calendar, now."""
    feed = CalendarFeed.objects.select_related("practice").filter(pk=feed_id).first()
    if feed is not None:
        read_feed(feed, anew=True)
