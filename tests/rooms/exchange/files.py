"""Small files of every format, written where a test wants them, and the short way to bring them in."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from passalong.exchange.importing import import_from_command, undo_from_command

if TYPE_CHECKING:
    from pathlib import Path

    from passalong.accounts.models import Member

LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
GOOGLE = (
    "First Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Value,Phone 1 - Value,"
    "Address 1 - Street,Address 1 - City,Relation 1 - Label,Relation 1 - Value"
)
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nN:{family};{given};;;\nEMAIL:{email}\nORG:{org}\nTEL:{tel}\nEND:VCARD\n"


def table(header: str, *rows: list[str]) -> str:
    """A CSV text."""
    out = io.StringIO()
    csv.writer(out).writerows([header.split(","), *rows])
    return out.getvalue()


def linkedin(*people: tuple[str, str, str, str]) -> str:
    """Connections of (given, family, company, slug); the slug may be empty."""
    rows = [
        [g, f, f"https://www.linkedin.com/in/{s}" if s else "", "", c, "Partner", "07 Dec 2025"]
        for g, f, c, s in people
    ]
    return table(LINKEDIN, *rows)


def message(number: int | str, sender: str, to: list[str], *, day: int = 5, list_id: str = "") -> str:
    """One mail message of a mailbox."""
    return (
        f"From someone@example.com Mon Jan  6 10:00:00 2025\nFrom: {sender}\nTo: {', '.join(to)}\n"
        f"Date: Sun, {day:02d} Jan 2025 10:00:00 +0000\nMessage-ID: <{number}@mail.example>\n"
        + (f"List-Id: <{list_id}>\n" if list_id else "")
        + "Subject: secret words\n\nSecret text.\n\n"
    )


def event(uid: str, *people: str, declined: str = "") -> str:
    """One calendar event."""
    lines = "".join(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{one}\r\n" for one in people)
    lines += f"ATTENDEE;PARTSTAT=DECLINED:mailto:{declined}\r\n" if declined else ""
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20250105T100000Z\r\nSUMMARY:Hush\r\n{lines}END:VEVENT\r\n"


def calendar(*events: str) -> str:
    """A calendar of events."""
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def bring(by: Member, path: Path, text: str, **options: Any) -> dict[str, Any]:
    """Write the text to the path and bring it into the member's practice."""
    path.write_text(text, encoding="utf-8", newline="")
    return import_from_command(paths=[path], practice=by.practice.public_id, **options)[0]


def take_back(by: Member, result: dict[str, Any]) -> dict[str, Any]:
    """Undo an import by its result."""
    return undo_from_command(batch=result["batch"], practice=by.practice.public_id)


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    """(created, updated, unchanged)."""
    return result["created"], result["updated"], result["unchanged"]
