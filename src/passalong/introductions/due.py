"""By when the next act of an introduction is due: days after a stage was reached, working days for the first answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from passalong.accounts.models import Practice
from passalong.core.due import evening
from passalong.introductions.models import Stage, Terms
from passalong.introductions.stages import NEXT


def terms_of(practice: Practice) -> Terms:
    """What the practice promises; the shipped terms where it has set none (not saved)."""
    return Terms.objects.filter(practice=practice).first() or Terms(practice=practice)


def due_at(practice: Practice, stage: str, reached: datetime, terms: Terms | None = None) -> datetime | None:
    """The moment the next act at this stage is due; None where nothing is."""
    if stage in (Stage.ANSWERED, Stage.INTRODUCED):
        days = (terms or terms_of(practice)).first_answer_days
        return evening(after_working_days(practice, timezone.localdate(reached), days))
    following = NEXT.get(stage)
    if following is None or following.days is None:
        return None
    return evening(timezone.localdate(reached) + timedelta(days=following.days))


def after_working_days(practice: Practice, day: date, many: int) -> date:
    """The day so many working days later, by the week and the public holidays of the practice's country."""
    free = _holidays(practice.country, practice.region)
    while many > 0:
        day += timedelta(days=1)
        many -= day.weekday() < 5 and day not in free
    return day


@lru_cache(maxsize=64)
def _holidays(country: str, region: str) -> holidays.HolidayBase | dict[date, str]:
    """Public holidays of a place, reckoned year by year as they are asked for; none where the place is not known."""
    for subdivision in (region or None, None):
        try:
            return holidays.country_holidays(country, subdiv=subdivision)
        except NotImplementedError:
            continue
    return {}
