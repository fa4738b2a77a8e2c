"""A calendar's bytes as entries to come: who is invited and when. Foreign bytes: bounded in size, number and time.

Only entries that begin in the window are kept, series are expanded within it alone. Whole days are no meetings. What an
entry says beyond its title, time and people is never looked at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.contacts.keys import email_key
from passalong.core.errors import Refused

MOST_EVENTS = 20_000
MOST_ENTRIES = 3_000
MOST_PEOPLE = 100  # of one entry
SECONDS = 20.0
OLDEST = dt.timedelta(days=366 * 30)  # a series that began before is not followed
# What a series may go by. A rule that can never be met is followed by the library to the year 9999, so nothing else.
PARTS: dict[str, set[str]] = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FAR = 5_000  # repetitions a series may count up to; beyond that the window bounds it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, or one time of a series. key: digest of its id in the calendar, and of which time it is."""

    key: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    title: str
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    is_cancelled: bool


@dataclass(slots=True)
class Read:
    """What was read. skipped: reason -> how many."""

    entries: list[Entry] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    is_whole: bool = True


def read(data: bytes, *, begin: dt.datetime, end: dt.datetime) -> Read:
    """The entries that begin in [begin, end). Raises Refused when this is no calendar."""
    found, until = Read(), time.monotonic() + SECONDS
    for count, series in enumerate(_series(_events(data), found)):
        if len(found.entries) >= MOST_ENTRIES or time.monotonic() > until or count >= MOST_EVENTS:
            found.is_whole = False
            break
        try:
            for event in _times(series, begin, end, found):
                _keep(event, begin, end, found)
        except Exception:  # the libraries raise many kinds on foreign words; each series stands for itself
            found.skipped["unreadable"] += 1
    found.entries.sort(key=lambda one: one.starts_at)
    return found


def _events(data: bytes) -> list[Any]:
    from icalendar import Calendar

    if b"BEGIN:VCALENDAR" not in data[:4096].upper():
        raise Refused(_("What stands at this address is no calendar."))
    try:
        calendars = Calendar.from_ical(data, multiple=True)
        return [event for one in calendars for event in one.walk("VEVENT")][: MOST_EVENTS + 1]
    except Exception as error:
        raise Refused(_("This calendar cannot be read.")) from error


def _series(events: Iterable[Any], found: Read) -> Iterator[list[Any]]:
    """Events by their id: a series with the times that were moved."""
    by_uid: dict[str, list[Any]] = defaultdict(list)
    for number, event in enumerate(events):
        if "DTSTART" not in event:
            found.skipped["unreadable"] += 1
            continue
        by_uid[str(event.get("UID", "")) or f"without {number}"].append(event)
    yield from by_uid.values()


def _times(series: list[Any], begin: dt.datetime, end: dt.datetime, found: Read) -> Iterable[Any]:
    """Each time of it that may lie in the window."""
    if not any("RRULE" in event or "RDATE" in event or "RECURRENCE-ID" in event for event in series):
        return series[:1]
    from icalendar import Calendar
    from recurring_ical_events import of

    calendar = Calendar()
    for event in series[:1000]:
        _tame(event, end, found)
        calendar.add_component(event)
    times: list[Any] = of(calendar, skip_bad_series=True).between(begin, end)
    return times[:MOST_ENTRIES]


def _tame(event: Any, end: dt.datetime, found: Read) -> None:
    """Take from a rule what would make it endless or tiny."""
    event.pop("EXRULE", None)
    rules = event.get("RRULE")
    if rules is None:
        return
    rule = rules[0] if isinstance(rules, list) else rules
    start = event["DTSTART"].dt
    day = start.date() if isinstance(start, dt.datetime) else start
    if not _can_be_met(rule) or day < end.date() - OLDEST:
        found.skipped["series"] += 1
        event.pop("RRULE")
        return
    event["RRULE"] = rule
    if (rule.get("COUNT") or [_FAR + 1])[0] > _FAR:
        rule.pop("COUNT", None)
        if "UNTIL" not in rule:
            rule["UNTIL"] = [_like(start, end)]


def _can_be_met(rule: Any) -> bool:
    """Whether the rule is of a usual kind and falls on some day."""
    often = str((rule.get("FREQ") or [""])[0]).upper()
    if not {str(name).upper() for name in rule} <= _ALWAYS | PARTS.get(often, set()):
        return False
    if often not in PARTS or (rule.get("INTERVAL") or [1])[0] < 1:
        return False
    ordinals = [abs(getattr(one, "relative", None) or 1) for one in rule.get("BYDAY") or []]
    if any(one > (53 if often == "YEARLY" else 5) for one in ordinals):
        return False
    days = [abs(one) for one in rule.get("BYMONTHDAY") or [1]]
    months = [int(one) for one in rule.get("BYMONTH") or range(1, 13)]
    if not all(1 <= month <= 12 for month in months) or any(abs(one) > 5 for one in rule.get("BYSETPOS") or []):
        return False
    return any(day <= _DAYS[month - 1] for day in days for month in months)


def _like(start: dt.date | dt.datetime, end: dt.datetime) -> dt.date | dt.datetime:
    """The end of the window in the kind of time the series begins with."""
    if not isinstance(start, dt.datetime):
        return end.date()
    return end.astimezone(dt.UTC) if start.tzinfo else timezone.make_naive(end)


def _keep(event: Any, begin: dt.datetime, end: dt.datetime, found: Read) -> None:
    start, finish = event["DTSTART"].dt, _finish(event)
    if not isinstance(start, dt.datetime):
        found.skipped["whole days"] += 1
        return
    starts_at = _aware(start)
    if not begin <= starts_at < end:
        return
    which = event.get("RECURRENCE-ID")
    moment = which.dt.isoformat() if which is not None and hasattr(which, "dt") else ""
    uid = str(event.get("UID", "")) or f"{start.isoformat()} {event.get('SUMMARY', '')}"
    people = list(_people(event))[:MOST_PEOPLE]
    found.entries.append(
        Entry(
            key=hashlib.sha256(f"{uid}\0{moment}".encode()).hexdigest(),
            starts_at=starts_at,
            ends_at=_aware(finish) if isinstance(finish, dt.datetime) else None,
            title=" ".join(str(event.get("SUMMARY", "")).split())[:200],
            addresses=tuple(dict.fromkeys(address for address, _name in people if address)),
            names=tuple(dict.fromkeys(name for _address, name in people if name)),
            is_cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        )
    )


def _finish(event: Any) -> Any:
    if "DTEND" in event:
        return event["DTEND"].dt
    return event["DTSTART"].dt + event["DURATION"].dt if "DURATION" in event else None


def _aware(moment: dt.datetime) -> dt.datetime:
    """A time without a zone is meant where the server is."""
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _people(event: Any) -> Iterator[tuple[str, str]]:
    """Mail address and name of everybody invited, and of who invites."""
    for kind in ("ORGANIZER", "ATTENDEE"):
        found = event.get(kind, [])
        for one in found if isinstance(found, list) else [found]:
            address = str(one).strip().removeprefix("mailto:").removeprefix("MAILTO:")
            name = str(getattr(one, "params", {}).get("CN", ""))
            yield email_key(address), " ".join(name.strip("\"' ").split())[:200]
