"""What a file seems to hold, kept with the batch so that looking at it again reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact
from passalong.contacts.selectors import with_details
from passalong.core.errors import Refused
from passalong.exchange import readers, selectors
from passalong.exchange.importing.command import read
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.people import namesakes_of
from passalong.exchange.importing.welcome import demand_welcome
from passalong.exchange.models import ImportBatch
from passalong.exchange.readers import columns as header
from passalong.exchange.readers.records import MeetingRecord, MessageRecord, PersonRecord, Record
from passalong.ties.services.observations import batches

ROWS = 10
SAMPLES = 3
MOST_NAMESAKES = 200
CHUNK = 1000
MOST_NOTES = 50
CELL = 80
MAPPED = ("directory", "wishlist")  # columns of anybody's choosing; other formats name theirs themselves
LARGE = 20 * 2**20  # beyond this only the beginning is looked at
BEGINNING = 2 * 2**20


@dataclass(slots=True)
class Column:
    """A column of the file: its name, some cells, and the field it was taken for."""

    name: str
    samples: list[str]
    field: str


@dataclass(slots=True)
class Preview:
    """The shape kept as JSON in ImportBatch.result while it waits for a word."""

    format: str
    content: str
    records: int
    counts: dict[str, int] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    signature: str = ""
    namesakes: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    is_beginning: bool = False
    unconnected: str = ""
    answered: dict[str, str] = field(default_factory=dict)


def look(
    *, by: Member, path: Path, filename: str, options: Options, answered: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], Options]:
    """Read the file, or the beginning of a large one, and tell what it holds. A remembered mapping is used.

    answered: who was said to be whom so far (answers_of). Returns the preview as JSON, and the options with that
    mapping and the answers to what is asked now.
    """
    reading, is_beginning = _read(by, path, filename, options)
    demand_welcome(by.practice, reading)
    signature = readers.signature(reading.columns) if reading.columns and reading.format in MAPPED else ""
    remembered = selectors.saved_mapping(by.practice, signature) if signature and not options.mapping else {}
    if remembered:
        try:
            options = Options.make(**{**_words(options), "mapping": remembered})
            reading, is_beginning = _read(by, path, filename, options)
        except Refused:
            options = Options.make(**{**_words(options), "mapping": None})
    preview = _preview(by.practice, reading, signature)
    preview.is_beginning, preview.answered = is_beginning, dict(answered or {})
    preview.unconnected = "" if options.group else readers.unconnected(reading)
    return asdict(preview), replace(options, same=_answers_to(preview.namesakes, preview.answered))


def answers_of(batch: ImportBatch, options: Options) -> dict[str, str]:
    """Who was said to be whom, in this look and those before: a row that is not asked about under other columns is
    asked about again when they are changed back."""
    asked = batch.result.get("namesakes", [])
    now = {_question(one): options.same.get(str(one["row"]), "") for one in asked}
    both = {**batch.result.get("answered", {}), **now}
    return {question: public_id for question, public_id in both.items() if public_id}


def _question(namesake: Mapping[str, Any]) -> str:
    return f"{namesake['row']} {fold(namesake['name'])}"


def _answers_to(namesakes: Sequence[Mapping[str, Any]], answered: Mapping[str, str]) -> dict[str, str]:
    """Row -> public id, for what is asked now: an answer about another name in the same row does not count."""
    told = ((one, answered.get(_question(one), "")) for one in namesakes)
    return {str(one["row"]): said for one, said in told if said in dict(one["people"])}


def _words(options: Options) -> dict[str, Any]:
    words = options.as_json()
    return {"as_": words.pop("as"), **words}


def _read(by: Member, path: Path, filename: str, options: Options) -> tuple[readers.Reading, bool]:
    size = path.stat().st_size
    if size <= LARGE or _reads_lazily(path):
        return read(path, by=by, options=options, filename=filename), False
    with path.open("rb") as file:
        data = file.read(BEGINNING)
    if data.startswith(b"PK"):
        raise Refused(
            _("%(name)s is too large to be looked at here. Use the command: passalong import.") % {"name": filename}
        )
    return read(data[: data.rfind(b"\n") + 1], by=by, options=options, filename=filename), True


def _reads_lazily(path: Path) -> bool:
    """Mailboxes are searched, not loaded."""
    with path.open("rb") as file:
        start = file.read(5)
    return start.startswith((b"From ", b"\x1f\x8b"))


def _preview(practice: Practice, reading: readers.Reading, signature: str) -> Preview:
    first = list(islice(iter(reading.records), ROWS))
    headings, rows = _table(reading.content, first)
    preview = Preview(reading.format, reading.content, len(reading.records), {}, headings, rows, signature=signature)
    if reading.content not in ("messages", "meetings"):
        people: Sequence[PersonRecord] = reading.records  # type: ignore[assignment]
        tally = readers.Tally()
        for record in people:
            tally.add(record)
        preview.counts = tally.as_json()
        if reading.format != "wishlist":
            preview.namesakes = _namesakes(practice, people)
    if signature:
        preview.columns = [asdict(column) for column in _columns(reading)]
    preview.warnings = [note.as_json() for note in islice(reading.warnings, MOST_NOTES)]
    return preview


def _columns(reading: readers.Reading) -> list[Column]:
    by_column = {column: name for name, column in (reading.mapping or {}).items()}
    found = []
    for index, name in enumerate(reading.columns or []):
        cells = (row[index][:CELL] for row in reading.sample_rows if index < len(row) and row[index])
        found.append(Column(name, list(islice(dict.fromkeys(cells), SAMPLES)), _base(by_column.get(name, ""))))
    return found


def _base(name: str) -> str:
    return header.canonical(name) if name else ""


def mapping_of(columns: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> dict[str, str]:
    """The mapping in which each column means just the field chosen for it, and a guess not chosen means nothing."""
    chosen = [name if name in readers.FIELDS else "" for name in fields]
    mapping = header.as_mapping([column["name"] for column in columns], chosen)
    guessed = {column["field"] for column in columns if column["field"]}
    return {**mapping, **dict.fromkeys(sorted(guessed - set(chosen)), "")}


def _table(content: str, first: Sequence[Record]) -> tuple[list[str], list[list[str]]]:
    if content == "messages":
        return [_("Day"), _("From"), _("To")], [_message(one) for one in first if isinstance(one, MessageRecord)]
    if content == "meetings":
        return [_("Day"), _("With")], [_meeting(one) for one in first if isinstance(one, MeetingRecord)]
    people = [one for one in first if isinstance(one, PersonRecord)]
    if content == "wishlist":
        return [_("Name"), _("Firm"), _("Why")], [_cells(one.name, one.organization, one.reason) for one in people]
    headings = [_("Name"), _("Firm"), _("Position"), _("Mail or phone"), _("Town")]
    return headings, [_person(one) for one in people]


def _cells(*values: str) -> list[str]:
    return [value[:CELL] for value in values]


def _person(record: PersonRecord) -> list[str]:
    reach = next(iter(record.emails), "") or next((phone.raw for phone in record.phones), "")
    return _cells(record.name, record.organization, record.title or record.role, reach, record.city)


def _message(record: MessageRecord) -> list[str]:
    return _cells(record.date[:10], record.sender.email, ", ".join(one.email for one in (*record.to, *record.cc)))


def _meeting(record: MeetingRecord) -> list[str]:
    return _cells(record.start[:10], ", ".join(one.email or one.cn for one in record.people))


def _namesakes(practice: Practice, records: Sequence[PersonRecord]) -> list[dict[str, Any]]:
    """Rows that carry a bare name which somebody on file carries too: a person may say that it is the same."""
    by_key = namesakes_of(records)
    people: dict[str, list[Contact]] = {}
    for keys in batches(list(by_key), CHUNK):
        found = Contact.objects.filter(practice=practice, sort_key__in=keys).order_by("pk")
        for contact in with_details(found[:MOST_NAMESAKES]):
            people.setdefault(fold(contact.full_name), []).append(contact)
    rows = (record for same in by_key.values() for record in same)
    told = (_namesake(record, people[fold(record.name)]) for record in rows if fold(record.name) in people)
    return sorted(islice(told, MOST_NAMESAKES), key=lambda one: int(one["row"]))


def _namesake(record: PersonRecord, people: Sequence[Contact]) -> dict[str, Any]:
    on_file = [[contact.public_id, _told_apart(contact)] for contact in people]
    return {"row": record.row, "name": record.name, "organization": record.organization, "people": on_file}


def _told_apart(contact: Contact) -> str:
    """The name with a firm or an address, to tell namesakes apart."""
    firms = [job.organization.name for job in contact.jobs]  # type: ignore[attr-defined]
    reach = [point.value for point in contact.points.all()]
    return ", ".join([contact.full_name, *firms[:1], *reach[:1]])
