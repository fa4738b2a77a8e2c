"""The only clock. It can be moved by PASSALONG_CLOCK_OFFSET in the demo and in tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, with time zone."""
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET)


def today() -> date:
    """The date where the practice is."""
    return timezone.localdate(now())
