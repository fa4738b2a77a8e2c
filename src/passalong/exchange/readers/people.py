"""Rows of a table to person records, by the field of each column. What a program adds to this is in its profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from passalong.exchange.readers import columns, dates, limits, names, values
from passalong.exchange.readers.header import Header, choose
from passalong.exchange.readers.records import Notes, PersonRecord, Reading, Refused, Relation, WrongUse
from passalong.exchange.readers.table import Table

DATES = ("birth_date", "connected_on", "start", "end", "review_on")
RELATIONS = ("spouse", "child", "manager", "assistant", "referred_by")
TEXTS = (
    "nickname",
    "department",
    "title",
    "role",
    "city",
    "region",
    "postcode",
    "country",
    "reason",
    "uid",
    "tax_only",
)
Named = Mapping[str, str]
Finish = Callable[[PersonRecord, Named], PersonRecord]


@dataclass(frozen=True, slots=True)
class Profile:
    """How one program writes its tables.

    marks: header words (folded) of which any group must be complete for the program to be recognised. words: header
    words that mean something of their own there. separator parts several values in one cell. finish mends a record from
    its row by column name. named: a record must name a person or an organization.
    """

    format: str
    content: str = "people"
    marks: tuple[frozenset[str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    finish: Finish | None = None
    free: bool = False

    def recognises(self, header: Sequence[str]) -> bool:
        """Say whether a header is this program's."""
        folded = {columns.fold(column) for column in header}
        return any(mark <= folded for mark in self.marks)


@dataclass(slots=True)
class Rows:
    """The way from rows to records of one table."""

    profile: Profile
    header: list[str]
    fields: list[str]
    notes: Notes
    region: str | None = None
    day_first: dict[str, bool | None] = field(default_factory=dict)
    surname_first: bool = False


def read(
    tables: Sequence[Table], profile: Profile, mapping: Mapping[str, str] | None = None, region: str | None = None
) -> Reading:
    """Read the people of a table. Refuses a mapping that does not fit, and a table in which nobody is named."""
    table, header = choose(tables, profile.words)
    fields = columns.guess(header.columns, header.sample(), profile.words)
    if mapping:
        _check_mapping(profile, mapping)
        fields = columns.apply(header.columns, fields, mapping)
    _check_fields(table.name, profile, header, fields)
    rows = Rows(profile, header.columns, fields, table.notes, region)
    _look_at_columns(rows, header)
    records = [record for number, cells in header.rows if (record := _record(rows, number, cells))]
    if not records:
        raise Refused(f"No row of {table.name} names anybody; check that it is the right file.")
    return Reading(
        source=table.name, format=profile.format, content=profile.content, records=records,
        warnings=table.notes.close(), columns=header.columns, mapping=columns.as_mapping(header.columns, fields),
        sample_rows=header.sample()[:10], total_rows=len(header.rows), size_bytes=table.size, encoding=table.encoding,
    )  # fmt: skip


def _check_mapping(profile: Profile, mapping: Mapping[str, str]) -> None:
    named = {columns.canonical(key) for key, column in mapping.items() if column}
    if profile.free and not named & set(columns.NAMING):
        raise WrongUse(
            "The mapping has no column for a name or an organization; add one with --map name=COLUMN.",
            on_page="No column is read as a name or a firm: choose for at least one that it is.",
        )


def _check_fields(name: str, profile: Profile, header: Header, fields: Sequence[str]) -> None:
    needed = columns.NAMING if profile.content == "wishlist" else columns.IDENTIFYING
    if not set(fields) & set(needed):
        shown = ", ".join(column[:40] for column in header.columns[:12])
        found = f"No column with a name, an organization or a mail address was found in {name} (columns: {shown})"
        raise WrongUse(
            f"{found}; say which it is with --map name=COLUMN.",
            on_page=f"{found}. Write “Name” above the column with the names and choose the file again.",
        )


def _look_at_columns(rows: Rows, header: Header) -> None:
    """Settle by whole columns what a single row leaves open: the order in 3/4/2020, and "Smith, John"."""
    for index, known in enumerate(rows.fields):
        if known in DATES:
            rows.day_first[known] = dates.looks_day_first([cells[index] for _, cells in header.rows])
        elif known == "name":
            cells = [cell for _, row in header.rows[: limits.SAMPLE] if (cell := row[index])]
            rows.surname_first = bool(cells) and 2 * sum(map(names.is_surname_first, cells)) > len(cells)


def _record(rows: Rows, number: int, cells: Sequence[str]) -> PersonRecord | None:
    found: dict[str, list[str]] = {}
    for known, cell in zip(rows.fields, cells, strict=False):
        if known and cell:
            parts = cell.split(rows.profile.separator) if rows.profile.separator else [cell]
            found.setdefault(known, []).extend(part.strip() for part in parts if part.strip())
    record = _build(rows, number, found)
    if rows.profile.finish:
        record = rows.profile.finish(record, dict(zip(rows.header, cells, strict=False)))
    if record.name or record.organization or record.emails or record.phones:
        return record
    rows.notes.add(number, "This row names nobody and was left out.")
    return None


def _build(rows: Rows, number: int, found: Mapping[str, list[str]]) -> PersonRecord:
    def first(key: str) -> str:
        return values.meaningful(found[key][0]) if key in found else ""

    parts, name = _name(rows, found)
    emails, bad = values.emails(found.get("email", []))
    for value in bad[:3]:
        rows.notes.add(number, f"“{value[:80]}” is not a mail address and was left out.")
    organization = first("organization")
    kind = "person" if name or emails or not organization else "organization"
    return PersonRecord(
        row=number, kind=kind, name=name or (organization if kind == "organization" else ""), given_name=parts.given,
        family_name=parts.family, middle_name=parts.middle, prefix=parts.prefix, suffix=parts.suffix, emails=emails,
        phones=values.phones(found.get("phone", []), rows.region), organization=organization,
        urls=tuple(dict.fromkeys(map(values.line, found.get("url", [])))), street=_street(found),
        notes="\n".join(map(values.text, found.get("notes", []))), labels=_labels(found.get("labels", [])),
        relations=tuple(Relation(kind, part) for kind in RELATIONS for part in _people(found.get(kind, []))),
        **{key: first(key) for key in TEXTS}, **_dates(rows, number, found),
    )  # fmt: skip


def _name(rows: Rows, found: Mapping[str, list[str]]) -> tuple[names.Parts, str]:
    def part(key: str) -> str:
        value = values.line(found[key][0]) if key in found else ""
        return "" if value.casefold() == "undefined" else value

    parts = names.Parts(*map(part, ("given_name", "middle_name", "family_name", "prefix", "suffix")))
    whole = values.meaningful(found["name"][0]) if "name" in found else ""
    if whole and rows.surname_first and names.is_surname_first(whole):
        family, _, given = whole.partition(",")
        whole = names.join(given.strip(), family.strip())
    if whole and not parts.given and not parts.family:
        taken = names.take_apart(whole)
        parts = taken._replace(prefix=parts.prefix or taken.prefix, suffix=parts.suffix or taken.suffix)
    return parts, whole or names.join(parts.given, parts.family)


def _street(found: Mapping[str, list[str]]) -> str:
    lines = found.get("street") or found.get("formatted", [])
    return values.line(lines[0]) if lines else ""


def _labels(cells: Sequence[str]) -> tuple[str, ...]:
    parts = (values.line(part).removeprefix("* ") for cell in cells for part in cell.replace(",", ";").split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _people(cells: Sequence[str]) -> list[str]:
    return [name for cell in cells for part in cell.split(";") if (name := values.meaningful(part))]


def _dates(rows: Rows, number: int, found: Mapping[str, list[str]]) -> dict[str, str]:
    result: dict[str, str] = {}
    for key in DATES:
        cell = found[key][0] if key in found else ""
        result[key] = dates.iso(cell, day_first=rows.day_first.get(key))
        if not result[key] and not dates.is_blank(cell):
            rows.notes.add(number, f"“{cell[:40]}” is not a date we can read and was left out.")
    if not result["birth_date"] and "birth_year" in found:
        pieces = [found[key][0].zfill(2) for key in ("birth_year", "birth_month", "birth_day") if key in found]
        result["birth_date"] = dates.iso("-".join(pieces))
    return result


def with_relations(record: PersonRecord, more: Sequence[Relation]) -> PersonRecord:
    """Return the record with further relations."""
    return replace(record, relations=(*record.relations, *more)) if more else record
