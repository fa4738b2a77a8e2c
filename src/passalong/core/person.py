"""What must go through every room although no room may import upward: what is held about a person, erasing, merging.

Each room that keeps anything about people has `person.py` with these names:

    COVERS: tuple[type[Model], ...]                     every model of the room that tells something about a person
    held_about(person: Person) -> list[Held]            what is kept, in words the person understands
    erase(person: Person) -> list[Kept]                 forget it; what a rule makes us keep is returned, never silent
    repoint(practice_id: int, old: int, new: int) -> None   hang everything of contact `old` onto `new` (a merge)

A test fails for a model with a key to a contact that no room's COVERS names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any, Protocol, cast

from django.db.models import Model

# Highest room first: rows that point at others go before those they point at.
ROOMS = (
    "passalong.exchange.person",
    "passalong.prospecting.person",
    "passalong.interviews.person",
    "passalong.introductions.person",
    "passalong.audience.person",
    "passalong.privacy.person",
    "passalong.kits.person",
    "passalong.ties.person",
    "passalong.mail.person",
    "passalong.compliance.person",  # its rows point at contacts, and some are kept without one
    "passalong.contacts.person",
    "passalong.core.records",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on file, or known by a mail address alone.

    contact_id: primary key, None without a contact. ids: public ids that stand for the person here. names, emails and
    phones: normalised (contacts.keys). keys: keyed hashes of each mail address and phone number.
    """

    practice_id: int
    contact_id: int | None
    ids: tuple[str, ...]
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """One heading of what is kept, with its rows as the person reads them. why: what it is for; since: where from."""

    what: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays after erasing, by which rule, until when."""

    what: str
    rule: str
    until: date


class Room(Protocol):
    """The functions of one room's person.py."""

    COVERS: tuple[type[Model], ...]

    def held_about(self, person: Person) -> list[Held]: ...
    def erase(self, person: Person) -> list[Kept]: ...
    def repoint(self, practice_id: int, old: int, new: int) -> None: ...


def rooms() -> list[Room]:
    """Every room that keeps something about people, highest first."""
    return [cast("Room", import_module(name)) for name in ROOMS]
