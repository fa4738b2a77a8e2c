"""What is due by a day: as a line for Today, by the end of a working day, put off within a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.core.errors import Refused

DAY_ENDS = time(18)
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Due:
    """One line for Today. line: a sentence; url: where it is done; due: by which day."""

    line: str
    url: str
    due: date

    @property
    def is_overdue(self) -> bool:
        return self.due < clock.today()


def evening(day: date) -> datetime:
    """The end of the working day, in the server's time zone."""
    return timezone.make_aware(datetime.combine(day, DAY_ENDS))


def put_off_until(day: date) -> datetime:
    """When something put off to this day is due; raises Refused for a day that is past or more than a year away."""
    if not clock.today() <= day <= clock.today() + FARTHEST:
        raise Refused(_("Choose a day within the coming year."), field="until")
    return evening(day)
