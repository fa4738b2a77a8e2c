"""Everything held about a person as files: JSON for programs, CSV for a spreadsheet, a vCard for an address book."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence

from passalong.contacts.models import Contact, PointKind
from passalong.core import clock
from passalong.core.person import Held, Person

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠")  # a spreadsheet would reckon with it
LINE = 75  # octets of a vCard's line, RFC 6350


def archive(person: Person, held: Sequence[Held], contact: Contact | None) -> bytes:
    """A ZIP file with data.json, data.csv and card.vcf."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        for name, text in (
            ("data.json", as_json(held)),
            ("data.csv", as_csv(held)),
            ("card.vcf", as_card(person, contact)),
        ):
            entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            files.writestr(entry, text)
    return out.getvalue()


def as_json(held: Sequence[Held]) -> str:
    """One object a heading, with what it is for, where from, and its rows."""
    data = [{"what": one.what, "why": one.why, "source": one.source, "rows": one.rows} for one in held]
    return json.dumps({"made_at": clock.now().isoformat(), "held": data}, ensure_ascii=False, indent=2, default=str)


def as_csv(held: Sequence[Held]) -> str:
    """One line a value: heading, number of the row, what, value."""
    out = io.StringIO()
    out.write("\ufeff")  # or a spreadsheet reads names with accents in another alphabet
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["heading", "row", "what", "value"])
    for one in held:
        for number, row in enumerate(one.rows, 1):
            writer.writerows([_safe(one.what), number, _safe(str(name)), _safe(str(row[name]))] for name in row)
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def as_card(person: Person, contact: Contact | None) -> str:
    """A vCard 4.0 of name, addresses and numbers; of somebody known by an address alone, that."""
    name = contact.full_name if contact else next(iter(person.emails), "")
    given, family = (contact.given_name, contact.family_name) if contact else ("", "")
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{_escaped(name)}", f"N:{_escaped(family)};{_escaped(given)};;;"]
    points = contact.points.order_by("kind", "pk") if contact else ()
    if not contact:
        lines += [f"EMAIL:{_escaped(email)}" for email in person.emails]
    heads = {PointKind.EMAIL: "EMAIL", PointKind.PHONE: "TEL", PointKind.URL: "URL"}
    lines += [f"{heads[PointKind(point.kind)]}:{_escaped(point.value)}" for point in points]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


def _escaped(text: str) -> str:
    for char in ("\\", ",", ";"):
        text = text.replace(char, f"\\{char}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """Continued on lines of their own where it is longer than a line holds; never within a character."""
    parts: list[str] = []
    part = ""
    for char in line:
        most = LINE if not parts else LINE - 1  # the blank before a further line counts
        if len((part + char).encode()) > most:
            parts.append(part)
            part = ""
        part += char
    return "\r\n ".join([*parts, part])
