"""Entries in calendars, as everybody's own calendar reads them (RFC 5545, RFC 5546).

Whoever takes part gets an entry of their own with the same UID: it names its reader's address and nobody else's, so
that no address is handed on by an invitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from icalendar import Calendar, Event, vCalAddress, vText

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Entry:
    """One reader's entry. occasion: in English, for the name of whatever wrote the file. organizer and attendee: (name,
    mail address); attendee None: a file to take along, which asks for no answer. sender: the address the mail comes
    from, where that is not the organizer's."""

    occasion: str
    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    place: str
    words: str
    organizer: tuple[str, str]
    sender: str
    attendee: tuple[str, str] | None
    stamped: datetime
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """What the entry is sent as: REQUEST or CANCEL to somebody, PUBLISH to nobody in particular."""
        if self.attendee is None:
            return PUBLISH
        return CANCEL if self.is_cancelled else REQUEST


def write(entry: Entry) -> str:
    """The file. Times stand in UTC: no calendar has to know a zone."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Passalong//{entry.occasion}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    if entry.words:
        event.add("description", entry.words)
    event.add("organizer", _organizer(entry))
    if entry.attendee is not None:
        event.add("attendee", _attendee(*entry.attendee), encode=False)
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def answer(entry: Entry, name: str) -> HttpResponse:
    """The file as an answer of the web, to be kept under this name."""
    made = HttpResponse(write(entry), content_type=f"text/calendar; charset=utf-8; method={entry.method}")
    made["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return made


def _organizer(entry: Entry) -> vCalAddress:
    name, address = entry.organizer
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name)
    if entry.sender and entry.sender != address:
        found.params["SENT-BY"] = vText(f"mailto:{entry.sender}")
    return found


def _attendee(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(name)
    for key, value in (("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "TRUE")):
        found.params[key] = vText(value)
    return found
