"""iCalendar: who met whom and when.

Only the lines that tell this are kept of each event; they go to the icalendar library one event at a time, so that a
broken rule, alarm or time zone elsewhere in the file spoils nothing and a broken event costs itself alone. Series are
never expanded. Zones are resolved by their names; a zone the file defines for itself leaves local times without offset.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from passalong.exchange.readers import encoding, limits, lines, values
from passalong.exchange.readers.records import Attendee, MeetingRecord, Notes, Reading, Refused
from passalong.exchange.readers.source import Source

KEPT = values.words("UID SUMMARY DTSTART DTEND DURATION ORGANIZER ATTENDEE RECURRENCE-ID STATUS RRULE")
BOUNDARY = re.compile(r"\s*(BEGIN|END)\s*:\s*([\w-]+)\s*$", re.IGNORECASE)
MAILTO = re.compile(r"mailto:", re.IGNORECASE)
Block = list[tuple[int, str]]
Progress = Callable[[int, int], None]


def read(source: Source, *, on_progress: Progress | None = None) -> Reading:
    """Read every event of a calendar. Refuses a file without any; a broken event becomes a row error."""
    data = source.load()
    decoded = encoding.decode(data)
    warnings, errors = Notes(), Notes()
    if decoded.remark:
        warnings.add(0, decoded.remark)
    records, seen = [], 0
    for row, block in _events(decoded.text, source.name, warnings):
        seen += 1
        try:
            records.append(_record(row, block, warnings))
        except Exception as error:  # the library raises many kinds; each event stands for itself
            errors.add(row, f"This event cannot be read ({type(error).__name__}).")
        if on_progress and not seen % 200:
            on_progress(seen, 0)
    _refuse_empty(source.name, decoded.text, seen, records)
    return Reading(
        source.name, "ics", "meetings", records, warnings.close(), errors.close(), total_rows=seen,
        size_bytes=source.size, encoding=decoded.encoding,
    )  # fmt: skip


def _refuse_empty(name: str, text: str, seen: int, records: list[MeetingRecord]) -> None:
    if records:
        return
    if seen:
        raise Refused(f"No event in {name} can be read; export the calendar again.")
    if not re.search(r"(?i)BEGIN[ \t]*:[ \t]*VCALENDAR", text):
        raise Refused(f"{name} is not a calendar (no BEGIN:VCALENDAR); export it as iCalendar (.ics) again.")


def _events(text: str, name: str, warnings: Notes) -> Iterator[tuple[int, Block]]:
    """Yield the kept lines of each event, leaving out what is nested in it (alarms)."""
    open_: list[str] = []
    start, block, count = 0, [], 0  # type: int, Block, int
    for row, content in lines.unfold(text):
        boundary = BOUNDARY.match(content)
        if not boundary:
            if open_ and open_[-1] == "VEVENT":
                _keep(block, row, content)
            continue
        kind = boundary[2].upper()
        if boundary[1].upper() == "BEGIN":
            open_ = [*open_[-8:], kind]
            if kind == "VEVENT":
                start, block, count = row, [], count + 1
                _check_count(count, name)
        elif kind in open_:
            del open_[len(open_) - 1 - open_[::-1].index(kind) :]
            if kind == "VEVENT":
                yield start, block
    if "VEVENT" in open_:
        warnings.add(start, "The last event has no END:VEVENT; what is there was read.")
        yield start, block


def _check_count(count: int, name: str) -> None:
    if count > limits.MAX_EVENTS:
        raise Refused(f"{name} holds more than {limits.MAX_EVENTS:,} events; export a shorter time and import that.")


def _keep(block: Block, row: int, content: str) -> None:
    name = re.match(r"[\w-]+", content)
    if name and name[0].upper() in KEPT and len(block) < limits.MAX_ADDRESSES:
        block.append((row, content[: limits.MAX_CELL]))


def _record(row: int, block: Block, warnings: Notes) -> MeetingRecord:
    event = _parse(block, warnings)
    start = _when(event.get("DTSTART"))
    end = _when(event.get("DTEND")) or _after(event)
    if not start:
        warnings.add(row, "This event has no date that can be read.")
    return MeetingRecord(
        row=row, uid=_text(event.get("UID")), summary=_text(event.get("SUMMARY")), start=start, end=end,
        people=tuple(_people(event)), occurrence=_when(event.get("RECURRENCE-ID")),
        status=_text(event.get("STATUS")).upper(), repeats=any(line[:5].upper() == "RRULE" for _, line in block),
    )  # fmt: skip


def _parse(block: Block, warnings: Notes) -> Any:
    """Hand the lines to the library; where it gives up, once more without the lines it cannot read."""
    from icalendar import Event

    kept = [(row, line) for row, line in block if line[:5].upper() != "RRULE"]
    try:
        event = Event.from_ical(_wrap(line for _, line in kept))
        if not getattr(event, "errors", None):
            return event
    except ValueError:
        pass
    good = []
    for row, line in kept:
        try:
            single = Event.from_ical(_wrap([line]))
            if getattr(single, "errors", None):
                raise ValueError(line)
        except ValueError:
            warnings.add(row, f"The line {line.partition(':')[0][:40]} cannot be read and was left out.")
        else:
            good.append(line)
    return Event.from_ical(_wrap(good))


def _wrap(content: Any) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *content, "END:VEVENT", ""])


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any) -> str:
    found = _first(value)
    return values.line(str(found)) if found is not None and not isinstance(found, list) else ""


def _when(value: Any) -> str:
    moment = getattr(_first(value), "dt", None)
    return moment.isoformat() if isinstance(moment, dt.date) else ""


def _after(event: Any) -> str:
    start, length = (getattr(_first(event.get(key)), "dt", None) for key in ("DTSTART", "DURATION"))
    if not isinstance(start, dt.date) or not isinstance(length, dt.timedelta):
        return ""
    try:
        return (start + length).isoformat()
    except OverflowError:
        return ""


def _people(event: Any) -> Iterator[Attendee]:
    for key, part in (("ORGANIZER", "organizer"), ("ATTENDEE", "attendee")):
        found = event.get(key, [])
        for value in found if isinstance(found, list) else [found]:
            address = "".join(MAILTO.sub("", str(value)).strip("\"' ").split()).lower()
            parameters = getattr(value, "params", {})
            name, answer = (values.line(str(_first(parameters.get(key)) or "")) for key in ("CN", "PARTSTAT"))
            if "@" in address or name:
                yield Attendee(values.email(address) or address[:320], name, part, answer.upper())
