"""What the readers hand over: normalised records, notes by row, and the reading of one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from passalong.core.errors import Refused
from passalong.exchange.readers import limits

__all__ = ["Refused"]  # the house's own error: one sentence for a person, what happened and what to do


class WrongUse(Refused):
    """A refusal that says what to do in the words of the command; `on_page` says it in those of the import page."""

    def __init__(self, message: str, *, on_page: str) -> None:
        super().__init__(message)
        self.on_page = on_page


class RowNote(NamedTuple):
    """A remark on one row (card, event, message) of a file, counted as the person who opens the file counts."""

    row: int
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command's JSON output."""
        return {"row": self.row, "message": self.message}


class Notes(list[RowNote]):
    """Row notes up to a bound; what goes beyond it is counted, not kept."""

    beyond: int = 0

    def add(self, row: int, message: str) -> None:
        """Keep the note, or count it when there are too many already."""
        if len(self) < limits.MAX_NOTES:
            self.append(RowNote(row, message))
        else:
            self.beyond += 1

    def close(self) -> Notes:
        """Say how many notes were not kept, and return the list."""
        if self.beyond:
            self.append(RowNote(0, f"... and {self.beyond} more rows with remarks."))
            self.beyond = 0
        return self


class Phone(NamedTuple):
    """A phone number as written, and in E.164 where that can be told for certain."""

    raw: str
    e164: str = ""


class Relation(NamedTuple):
    """Another person named on the row: spouse, child, manager, assistant, referred_by, or another plain word."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One card or row: a person, or an organization where no person is named.

    Dates are ISO and may be partial (2020, 2020-03, --04-15). Texts are trimmed; absent is the empty string.
    """

    row: int
    kind: str = "person"
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    organization: str = ""
    department: str = ""
    title: str = ""
    role: str = ""
    urls: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    birth_date: str = ""
    connected_on: str = ""
    start: str = ""
    end: str = ""
    notes: str = ""
    labels: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    reason: str = ""
    review_on: str = ""
    uid: str = ""
    tax_only: str = ""

    @property
    def url(self) -> str:
        """The first address on the web, usually a profile."""
        return self.urls[0] if self.urls else ""

    def as_json(self) -> dict[str, Any]:
        """Return the line of --records-out."""
        return {
            "name": self.name,
            "emails": list(self.emails),
            "phones": [phone.e164 or phone.raw for phone in self.phones],
            "organization": self.organization,
            "title": self.title,
            "role": self.role,
            "url": self.url,
            "connected_on": self.connected_on,
        }


class Attendee(NamedTuple):
    """Somebody on an invitation; part is organizer or attendee, answer the calendar's word (ACCEPTED, DECLINED ...)."""

    email: str
    cn: str = ""
    part: str = "attendee"
    answer: str = ""


class MeetingRecord(NamedTuple):
    """One event of a calendar, never expanded: a series is one record, each changed occurrence another.

    start and end are ISO dates or date-times, with an offset where the zone is known.
    """

    row: int
    uid: str = ""
    summary: str = ""
    start: str = ""
    end: str = ""
    people: tuple[Attendee, ...] = ()
    occurrence: str = ""
    status: str = ""
    repeats: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the line of --records-out."""
        return {
            "uid": self.uid,
            "summary": self.summary,
            "start": self.start,
            "end": self.end,
            "people": [{"email": one.email, "cn": one.cn} for one in self.people],
        }


class Address(NamedTuple):
    """A mail address (lower case) and the name written beside it."""

    email: str
    name: str = ""


class MessageRecord(NamedTuple):
    """The six headers of one mail message; row is its number in the mailbox, from 1."""

    row: int
    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: str = ""
    message_id: str = ""
    list_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the line of --records-out."""
        return {
            "from": self.sender.email,
            "to": [one.email for one in self.to],
            "cc": [one.email for one in self.cc],
            "date": self.date,
            "message_id": self.message_id,
            "list_id": self.list_id,
        }


Record = PersonRecord | MeetingRecord | MessageRecord


@dataclass(slots=True)
class Reading:
    """One file, read.

    content tells what the records are: people, positions (the archive owner's own jobs, no person named), wishlist,
    meetings or messages. columns, mapping and sample_rows are set for tables only; mapping is what was used, guessed
    or given, so that a page can show it for change.
    """

    source: str
    format: str
    content: str
    records: Sequence[Record]
    warnings: Notes = field(default_factory=Notes)
    errors: Notes = field(default_factory=Notes)
    columns: list[str] | None = None
    mapping: dict[str, str] | None = None
    sample_rows: list[list[str]] = field(default_factory=list)
    total_rows: int = 0
    size_bytes: int = 0
    encoding: str = ""


class Tally:
    """Counts distinct people and organizations and pieces of evidence while records pass by."""

    def __init__(self) -> None:
        self.records = 0
        self.evidence = 0
        self._people: set[object] = set()
        self._organizations: set[str] = set()

    def add(self, record: Record) -> None:
        """Count one record."""
        self.records += 1
        if isinstance(record, PersonRecord):
            self._add_person(record)
        elif isinstance(record, MessageRecord):
            self._add_contact((record.sender, *record.to, *record.cc))
        else:
            self._add_contact(record.people)

    def _add_person(self, record: PersonRecord) -> None:
        if record.organization:
            self._organizations.add(record.organization.casefold())
        if record.kind != "person":
            return
        key = _identity(record)
        if key:
            self._people.add(key)
        self.evidence += bool(record.organization) + len(record.relations)

    def _add_contact(self, people: Iterable[Address | Attendee]) -> None:
        addresses = {one.email for one in people if one.email}
        self._people |= addresses
        self.evidence += len(addresses) > 1

    def as_json(self) -> dict[str, int]:
        """Return records, people, organizations and evidence."""
        return {
            "records": self.records,
            "people": len(self._people),
            "organizations": len(self._organizations),
            "evidence": self.evidence,
        }


def _identity(record: PersonRecord) -> object:
    if record.emails:
        return record.emails[0]
    if record.name:
        return (record.name.casefold(), record.organization.casefold(), record.phones[:1])
    return record.phones[0].raw if record.phones else None
