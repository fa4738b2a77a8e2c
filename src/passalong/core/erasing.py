"""Forgetting a person everywhere: every room in turn, the leftovers of running, a tombstone, and the file itself.

One transaction: either all of it, or nothing. Files that hold the person go after it. Doing it twice is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from passalong.core import backup, events, tombstones
from passalong.core.decoding import texts_of
from passalong.core.ids import new_public_id
from passalong.core.models import Payload, PayloadPerson, RecordText, Tombstone
from passalong.core.person import ROOMS, Held, Kept, Person, rooms
from passalong.core.revisions import EVIDENCE, bump
from passalong.core.wiping import Trace

KIND, HELD_BACK = "core:erased", "core:erasing_held"
RESTORED = "restored"
CHUNK = 2000
FIRST = "passalong.contacts.person"


def complete(person: Person) -> Person:
    """The person with every public id that stands for them in some room: replies, introductions, messages."""
    ids = list(person.ids)
    for room in rooms():
        more = getattr(room, "ids_of", None)
        ids += more(person) if more else ()
    return replace(person, ids=tuple(dict.fromkeys(ids)))


def held_about(person: Person) -> list[Held]:
    """Everything that is kept about a person, who they are first, then room by room; headings without rows are left
    out."""
    person = complete(person)
    in_order = (FIRST, *(name for name in reversed(ROOMS) if name != FIRST))
    told = {name: room.held_about(person) for name, room in zip(ROOMS, rooms(), strict=True)}
    return [held for name in in_order for held in told[name] if held.rows]


def would_keep(person: Person) -> list[Kept]:
    """What erasing would leave, and why: done once and taken back, so that it is what will happen."""
    if kept := holding_all(person):
        return kept
    try:
        with transaction.atomic():
            kept = _erase_rooms(complete(person))
            raise _TakenBack
    except _TakenBack:
        return kept


class _TakenBack(Exception):
    """Ends a trial."""


def erase(person: Person, *, by: str = "", why: str) -> list[Kept]:
    """Forget the person in every room. Returns what a rule makes us keep; a hold on everything leaves all as it is.

    by: public id of the member who does it, empty when the person did. why: a word for the record, never a name.
    """
    with transaction.atomic():
        if kept := holding_all(person):
            events.record(person.practice_id, HELD_BACK, actor=by, why=why, rules=sorted({one.rule for one in kept}))
            return kept
        person = complete(person)
        kept = _erase_rooms(person)
        _lay(person, why)
        bump(person.practice_id, EVIDENCE)
        events.record(person.practice_id, KIND, actor=by, why=why, kept=len(kept), keys=len(person.keys))
        transaction.on_commit(lambda: _forget_files(person), robust=True)  # what is erased stays so, whatever fails
    return kept


@transaction.atomic
def let_go(practice: Any) -> int:
    """Delete what was kept by a rule although its person was forgotten, once the rule's last day is past."""
    keys = forgotten_keys(practice.pk)
    asked = [getattr(room, "let_go", None) for room in rooms()] if keys else []
    return sum(let(practice, keys) for let in asked if let)


def holding_all(person: Person) -> list[Kept]:
    """Holds that keep everything about the person."""
    asked = [getattr(room, "holds_all", None) for room in rooms()]
    return [kept for holds_all in asked if holds_all for kept in holds_all(person)]


def erase_known(practice_id: int, ids: Iterable[str], keys: Iterable[str]) -> int:
    """Forget anew whoever a tombstone stands for, in data that is older than it; returns how many were found."""
    wanted, hashes = tuple(filter(None, ids)), tuple(keys)
    found: list[Person] = []
    for room in rooms():
        known = getattr(room, "known", None)
        found += known(practice_id, wanted, hashes) if known else []
    if hashes and not found:  # on file nowhere, yet written to or heard from: rooms keep the keyed hash beside these
        stranger = Person(practice_id, None, (), keys=hashes)
        found += [stranger] if complete(stranger).ids else []
    for person in found:
        erase(replace(person, keys=tuple(dict.fromkeys((*person.keys, *hashes)))), why=RESTORED)
    return len(found)


def forgotten_keys(practice_id: int) -> frozenset[str]:
    """Keyed hashes of the addresses and numbers of everybody who was forgotten here."""
    laid = stones(practice_id).values_list("keys", flat=True)
    return frozenset(key for keys in laid.iterator(chunk_size=CHUNK) for key in keys)


def stones(practice_id: int) -> Any:
    """Tombstones of those who were erased."""
    return Tombstone.objects.filter(practice_id=practice_id, kind=Tombstone.Kind.ERASED)


def _erase_rooms(person: Person) -> list[Kept]:
    trace = Trace(person)
    person = _found_in_record(person, trace)
    kept = [one for room in rooms() for one in room.erase(person)]
    _clear_sessions(trace)
    _clear_tasks(trace)
    return list(dict.fromkeys(kept))


def _found_in_record(person: Person, trace: Trace) -> Person:
    """Mark what the record says in words of the person, so that it is forgotten, or kept by a rule, like the rest."""
    own = Payload.objects.filter(practice_id=person.practice_id)
    said = own.exclude(data={}).values_list("pk", "data").iterator(chunk_size=CHUNK)
    found = {pk for pk, data in said if trace.wiped_json(data) != data}
    texts = RecordText.objects.filter(practice_id=person.practice_id, blob__media_type__regex=r"^(text|message)/")
    for payload, content in texts.values_list("payload_id", "blob__content").iterator(chunk_size=20):
        if payload not in found and names_them(trace, bytes(content)):
            found.add(payload)
    mark = person.ids[0] if person.ids else new_public_id()
    PayloadPerson.objects.bulk_create(
        PayloadPerson(practice_id=person.practice_id, payload_id=pk, person=mark) for pk in sorted(found)
    )
    return person if person.ids else replace(person, ids=(mark,))


def _clear_sessions(trace: Trace) -> None:
    """Words that were to be shown on somebody's next page."""
    for session in Session.objects.iterator():
        data = session.get_decoded()
        cleared = trace.wiped_json(data)
        if cleared != data:
            session.session_data = Session.objects.encode(cleared)
            session.save(update_fields=["session_data"])


def _clear_tasks(trace: Trace) -> None:
    """What tasks were given, answered or failed with."""
    fields = ("args_kwargs", "return_value", "traceback")
    for row in DBTaskResult.objects.exclude(finished_at=None).iterator():
        before = {name: getattr(row, name) for name in fields}
        after = {name: trace.wiped_json(value) for name, value in before.items()}
        if after != before:
            DBTaskResult.objects.filter(pk=row.pk).update(**after)


def _lay(person: Person, why: str) -> None:
    """One tombstone an erasure. None where one stands for it already: the same person erased once more, or somebody a
    restore forgets by a stone, which keeps its own day.

    An older stone with the same keys and another id does not: a backup made after it knows it, and forgets by id alone.
    """
    keys = set(person.keys)
    for stone in stones(person.practice_id):
        if keys <= set(stone.keys) and (why == RESTORED or stone.person in person.ids):
            return
    if not (keys or person.ids):
        return
    ids = person.ids[:1]
    tombstones.lay(
        person.practice_id,
        Tombstone.Kind.ERASED,
        person=ids[0] if ids else "",
        keys=list(person.keys),
        detail={"why": why},
    )


def _forget_files(person: Person) -> None:
    """After the transaction: messages kept as files, and what the database file itself may still hold."""
    trace = Trace(person)
    folder = Path(settings.DATA) / "mail"
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # removed by somebody else meanwhile
            if path.is_file() and names_them(trace, path.read_bytes()):
                path.unlink()
    backup.scrub()


def names_them(trace: Trace, raw: bytes) -> bool:
    """Whether the bytes of a page or a message name the person, in headers or in parts, however these are encoded."""
    return any(trace.is_in(text) for text in texts_of(raw))


def covered() -> set[type[Any]]:
    """Every model that some room answers for."""
    return {model for room in rooms() for model in room.COVERS}
