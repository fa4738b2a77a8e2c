"""A world as files: what the practice would export, and the engine's folder of CSV. No truth in any of them,
except in truth_rows, which says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from email.utils import formataddr
from pathlib import Path
from typing import NamedTuple

from .shapes import Contact, Organization, World

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LINKEDIN_NOTE = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. '
    "You will only see email addresses for connections who have allowed their connections to see or download "
    'their email address."\n'
    "\n"
)

# The engine names a group by how people belong to it; a firm is an employer there.
_GROUP_KINDS = {"firm": "employer"}


def as_linkedin_csv(world: World) -> str:
    """The owner's Connections.csv as LinkedIn exports it, three lines of notes included."""
    jobs = {
        row.contact: (world.organization(row.organization).name, row.role)
        for row in world.affiliations
        if row.kind == "employer" and row.source == "linkedin" and not row.end
    }
    header = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
    return _LINKEDIN_NOTE + _table(
        header,
        (
            (c.given_name, c.family_name, c.url or "", _shown_email(c), *jobs.get(c.key, ("", "")), _day(c))
            for c in sorted(world.contacts, key=lambda c: (c.connected_on is None, c.connected_on, c.key), reverse=True)
            if c.connected_on is not None
        ),
    )


def _shown_email(contact: Contact) -> str:
    """LinkedIn shows the address of few; here of those whose book number ends in 7."""
    return contact.emails[0] if contact.emails and contact.key.endswith("7") else ""


def _day(contact: Contact) -> str:
    day = contact.connected_on
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def as_member_list_csv(world: World, organization: Organization) -> str:
    """The organization's own list of present members: right and complete as far as they are in our book."""
    rows = [
        (world.contact(row.contact), row)
        for row in world.truth.affiliations
        if row.organization == organization.key and row.end is None and row.kind != "vendor"
    ]
    rows.sort(key=lambda pair: (pair[0].family_name, pair[0].given_name, pair[0].key))
    return _table(
        ("Name", "Role", "Member since", "Email"),
        ((f"{c.family_name}, {c.given_name}", row.role, row.start, *(c.emails[:1] or ("",))) for c, row in rows),
    )


def as_mbox(world: World, n: int = 50) -> bytes:
    """The newest n messages as an mbox archive, headers and a line of text each."""
    return b"".join(_mail(world, number) for number in range(max(0, len(world.messages) - n), len(world.messages)))


def _mail(world: World, number: int) -> bytes:
    message = world.messages[number]
    at, sender = message.sent_at, world.contact(message.sender)
    stamp = f"{_WEEKDAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} +0000"
    lines = (
        f"From {sender.emails[0]} {_WEEKDAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S %Y}",
        f"Message-ID: <{message.key}.{world.seed}@{sender.emails[0].split('@')[1]}>",
        f"Date: {stamp}",
        f"From: {_mailbox(sender)}",
        f"To: {formataddr((world.practice.name, world.practice.email))}",
        f"Cc: {', '.join(_mailbox(world.contact(key)) for key in message.copied)}",
        f"Subject: {message.subject}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"About {message.subject.lower()}.",
        "",
        "",
    )
    return "\n".join(lines).encode()


def _mailbox(contact: Contact) -> str:
    """Name and address of a header; names beyond ASCII are encoded as mail programs do."""
    return formataddr((contact.name, contact.emails[0]))


def as_folder(world: World, path: Path) -> None:
    """Write the engine's folder: people, affiliations (surnames too), groups, traits, ties and answers."""
    path.mkdir(parents=True, exist_ok=True)
    shared = _shared_names(world)
    tables = (
        ("people", ("person_id", "name"), ((c.key, c.name) for c in world.contacts)),
        ("affiliations", ("person_id", "kind", "group_id", "start", "end", "role"), _affiliations(world, shared)),
        ("groups", ("group_id", "kind", "name", "size"), _groups(world, shared)),
        ("traits", ("person_id", "kind", "value"), _class_years(world)),
        (
            "ties",
            ("person_a", "person_b", "kind", "count", "first_on", "last_on"),
            ((o.a, o.b, o.kind, o.count, o.first_on, o.last_on) for o in world.observations),
        ),
        (
            "answers",
            ("client_id", "prospect_id", "answer", "answered_on"),
            ((a.client, a.prospect, a.answer, a.answered_on) for a in world.answers),
        ),
    )
    for name, header, rows in tables:
        (path / f"{name}.csv").write_text(_table(header, rows), encoding="utf-8")


def _shared_names(world: World) -> dict[str, int]:
    """Family names that at least two contacts bear."""
    count: dict[str, int] = {}
    for contact in world.contacts:
        count[contact.family_name] = count.get(contact.family_name, 0) + 1
    return {name: number for name, number in count.items() if number > 1}


def _affiliations(world: World, shared: dict[str, int]) -> list[tuple[str, ...]]:
    rows = [(a.contact, a.kind, a.organization, a.start, a.end, a.role) for a in world.affiliations]
    names = [(c.key, "surname", f"surname:{c.family_name}", "", "", "") for c in world.contacts]
    return [*rows, *(row for row in names if row[2].removeprefix("surname:") in shared)]


def _groups(world: World, shared: dict[str, int]) -> list[tuple[object, ...]]:
    """A surname's size stays empty: how common it is in the region nobody knows."""
    rows: list[tuple[object, ...]] = [
        (o.key, _GROUP_KINDS.get(o.kind, o.kind), o.name, o.size) for o in world.organizations
    ]
    return [*rows, *((f"surname:{name}", "surname", name, "") for name in shared)]


def _class_years(world: World) -> list[tuple[str, str, str]]:
    """The year in which the last recorded school ended: near years, near ages."""
    years: dict[str, str] = {}
    for row in world.affiliations:
        if row.kind == "school" and row.end:
            years[row.contact] = max(years.get(row.contact, ""), row.end[:4])
    return [(key, "class_year", year) for key, year in sorted(years.items())]


class TruthRow(NamedTuple):
    """One asked pair and the truth about it."""

    client_id: str
    prospect_id: str
    knows: int
    strength: float


def truth_rows(world: World, everybody: bool = False) -> list[TruthRow]:
    """Truth for measuring: client_id, prospect_id, knows (0 or 1) and strength for every client with every prospect,
    or with every other contact."""
    wished = [entry.contact for entry in world.wish_list if entry.contact is not None]
    others = [contact.key for contact in world.contacts] if everybody else wished
    rows: list[TruthRow] = []
    for client in world.clients:
        for other in others:
            if other != client.key:
                strength = world.truth.strength(client.key, other)
                rows.append(TruthRow(client.key, other, int(strength > 0), strength))
    return rows


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
