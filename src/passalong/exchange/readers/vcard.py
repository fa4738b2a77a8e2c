"""vCard 2.1, 3.0 and 4.0.

Decision: a reader of our own instead of vobject. vobject gives up on a fifth of the files people really have (bare CR,
missing END, stray lines, unknown charsets), raises many kinds of errors, and has no bounds. Two readers with two
sets of habits would be worse than one that is lenient throughout; the content lines it needs are shared with the
calendar reader. Photos, sounds and keys are never decoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from passalong.exchange.readers import dates, encoding, limits, lines, names, values
from passalong.exchange.readers.lines import Line
from passalong.exchange.readers.records import Notes, PersonRecord, Reading, Refused, Relation
from passalong.exchange.readers.source import Source

RELATIONS = {
    "X-SPOUSE": "spouse",
    "X-MS-SPOUSE": "spouse",
    "X-EVOLUTION-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "spouse",
    "X-ASSISTANT": "assistant",
    "X-MS-ASSISTANT": "assistant",
    "X-EVOLUTION-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant",
    "X-MANAGER": "manager",
    "X-MS-MANAGER": "manager",
    "X-EVOLUTION-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-CHILDREN": "child",
    "X-MS-CHILD": "child",
}
KEPT = frozenset(RELATIONS) | values.words(
    "FN N NICKNAME X-NICKNAME EMAIL TEL ORG TITLE ROLE URL ADR BDAY NOTE CATEGORIES UID KIND X-ABSHOWAS "
    "X-ADDRESSBOOKSERVER-KIND RELATED X-ABRELATEDNAMES X-ABLABEL"
)
NAME_OF_LINE = re.compile(r"\s*(?:[\w-]+\.)?([\w-]+)\s*[;:]")
BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
END = re.compile(r"\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
LABEL = re.compile(r"_\$!<(.*)>!\$_")
Card = dict[str, list[Line]]
Progress = Callable[[int, int], None]


def read(source: Source, *, region: str | None = None, on_progress: Progress | None = None) -> Reading:
    """Read a file of cards; each outer card is one record. Refuses a file without any."""
    data = source.load()
    if wide := encoding.wide_encoding(data):
        data = data.decode(wide, "replace").encode()
    notes = Notes()
    text = data.decode("latin-1").removeprefix("\xef\xbb\xbf")  # one character a byte: each line tells its own charset
    records = [_record(row, card, notes, region) for row, card in _cards(text, source.name, notes, on_progress)]
    if not records:
        raise Refused(f"{source.name} holds no card (BEGIN:VCARD); export the contacts as vCard again.")
    return Reading(
        source.name, "vcard", "people", records, notes.close(), total_rows=len(records), size_bytes=source.size,
        encoding=wide or "utf-8",
    )  # fmt: skip


def _cards(text: str, name: str, notes: Notes, on_progress: Progress | None) -> Iterator[tuple[int, Card]]:
    nested = _is_nested(text)
    depth, start, card, count = 0, 0, {}, 0  # type: int, int, Card, int
    for row, content in lines.unfold(text):
        if BEGIN.match(content):
            if depth and not nested:
                notes.add(start, "The card has no END:VCARD; it was read up to the next one.")
                yield start, card
                depth = 0
            depth += 1
            if depth == 1:
                start, card, count = row, {}, count + 1
                _check_count(count, name)
                if on_progress and not count % 500:
                    on_progress(row, 0)
        elif depth and END.match(content):
            depth -= 1
            if not depth:
                yield start, card
        elif depth == 1:
            _keep(card, row, content)
    if depth:
        notes.add(start, "The last card has no END:VCARD; what is there was read.")
        yield start, card


def _is_nested(text: str) -> bool:
    """Cards inside cards close properly; a file with more BEGIN than END has lost an END instead."""
    begin, end = (
        len(re.findall(rf"(?i)(?:\A|[\r\n])[ \t]*{word}[ \t]*:[ \t]*VCARD", text)) for word in ("BEGIN", "END")
    )
    return begin == end


def _check_count(count: int, name: str) -> None:
    if count > limits.MAX_CARDS:
        raise Refused(f"{name} holds more than {limits.MAX_CARDS:,} cards; split it and import the parts.")


def _keep(card: Card, row: int, content: str) -> None:
    match = NAME_OF_LINE.match(content)
    if not match or match[1].upper() not in KEPT:
        return
    line = lines.parse(row, content[: limits.MAX_CELL])
    if line and len(kept := card.setdefault(line.name, [])) < limits.MAX_PROPERTIES:
        kept.append(line)


def _record(row: int, card: Card, notes: Notes, region: str | None) -> PersonRecord:
    read_ = _Values(card)
    if read_.is_guessed():
        notes.add(row, "The card is not UTF-8 and names no character set; it was read as Western European.")
    emails, bad = values.emails(read_.all("EMAIL"))
    for value in bad[:3]:
        notes.add(row, f"“{value[:80]}” is not a mail address and was left out.")
    organization, department = read_.organization()
    parts, name = read_.name()
    kind = "organization" if read_.is_organization(name, parts, organization) else "person"
    return PersonRecord(
        row=row, kind=kind, name=name or (organization if kind == "organization" else ""),
        given_name=parts.given, family_name=parts.family, middle_name=parts.middle, prefix=parts.prefix,
        suffix=parts.suffix, nickname=read_.first("NICKNAME") or read_.first("X-NICKNAME"), emails=emails,
        phones=values.phones(read_.all("TEL"), region), organization=organization, department=department,
        title=read_.first("TITLE"), role=read_.first("ROLE"), urls=tuple(dict.fromkeys(read_.all("URL"))),
        birth_date=read_.date("BDAY", notes), notes=read_.first("NOTE", multiline=True), labels=read_.labels(),
        relations=tuple(read_.relations()), uid=read_.first("UID"), **read_.address(),
    )  # fmt: skip


class _Values:
    """The values of one card, decoded on demand."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def is_guessed(self) -> bool:
        """Say whether some value was decoded without knowing how."""
        return any(lines.is_guessed(line) for kept in self.card.values() for line in kept)

    def raw(self, name: str) -> list[str]:
        return [lines.plain(line) for line in self.card.get(name, [])]

    def all(self, name: str) -> list[str]:
        found = (values.line(lines.unescape(value)) for value in self.raw(name))
        return [value for value in found if value]

    def first(self, name: str, *, multiline: bool = False) -> str:
        clean = values.text if multiline else values.line
        return next((text for value in self.raw(name) if (text := clean(lines.unescape(value)))), "")

    def parts(self, name: str, count: int) -> list[str]:
        """The first value with any content, split at semicolons and padded."""
        for value in self.raw(name):
            found = [values.line(part) for part in lines.split(value)]
            if any(found):
                return (found + [""] * count)[:count]
        return [""] * count

    def organization(self) -> tuple[str, str]:
        parts = [part for part in self.parts("ORG", 12) if part]
        return (parts[0], ", ".join(parts[1:])) if parts else ("", "")

    def name(self) -> tuple[names.Parts, str]:
        family, given, middle, prefix, suffix = self.parts("N", 5)
        full = self.first("FN")
        if not family and not given:
            return names.take_apart(full), full
        return names.Parts(given, middle, family, prefix, suffix), full or names.join(given, family)

    def is_organization(self, name: str, parts: names.Parts, organization: str) -> bool:
        if self.first("KIND").lower() == "org" or self.first("X-ABSHOWAS").upper() == "COMPANY":
            return True
        named = any(self.parts("N", 2))
        return bool(organization) and not named and name.casefold() in ("", organization.casefold())

    def date(self, name: str, notes: Notes) -> str:
        for line, value in zip(self.card.get(name, []), self.raw(name), strict=True):
            found = dates.iso(value)
            if found:
                return found
            if value.strip():
                notes.add(line.row, f"“{value.strip()[:40]}” is not a date we can read and was left out.")
        return ""

    def address(self) -> dict[str, str]:
        box, extended, street, city, region, postcode, country = self.parts("ADR", 7)
        road = ", ".join(part for part in (street, extended, box) if part)
        return {"street": road, "city": city, "region": region, "postcode": postcode, "country": country}

    def labels(self) -> tuple[str, ...]:
        found = (values.line(part) for value in self.raw("CATEGORIES") for part in lines.split(value, ","))
        return tuple(dict.fromkeys(part for part in found if part))

    def relations(self) -> Iterator[Relation]:
        for name, kind in RELATIONS.items():
            for value in self.raw(name):
                yield from (Relation(kind, part) for part in map(values.line, lines.split(value, ",")) if part)
        for line in self.card.get("RELATED", []):
            name = values.line(lines.unescape(lines.plain(line)))
            if name and ":" not in name:  # a URI points at another card, it names nobody
                yield Relation(line.parameters.get("TYPE", ["contact"])[0].lower(), name)
        for line in self.card.get("X-ABRELATEDNAMES", []):
            yield Relation(self._label(line.group), values.line(lines.unescape(lines.plain(line))))

    def _label(self, group: str) -> str:
        for line in self.card.get("X-ABLABEL", []):
            if group and line.group == group:
                label = lines.plain(line)
                match = LABEL.fullmatch(label)
                return (match[1] if match else label).lower()
        return "contact"
