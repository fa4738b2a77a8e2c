"""From journals into the database: every line once, whatever is killed when; and what is forgotten of them."""

from __future__ import annotations

import fcntl
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from passalong.core import clock
from passalong.kits import journal
from passalong.kits.models import DaySalt, Edition, Hit, HitKind, Journal, Link
from passalong.kits.models.visits import Visit
from passalong.kits.services import judging

logger = logging.getLogger("passalong.hits")

BYTES_AT_ONCE = 1 << 20  # of a journal, in one transaction: some 1,500 hits
KEEP_OFFSETS = timedelta(days=2)  # longer than any drain that still has a deleted file open

# What a line is about (its "of") -> function from such lines to rows. By dotted path: rooms above this one add theirs.
ROWS = {
    "": "passalong.kits.services.hits.of_kits",
    "episode": "passalong.interviews.services.episode_hits.of_episodes",
    "item": "passalong.audience.services.reading.of_items",
}

LENGTHS = {
    "method": 8,
    "file": 12,
    "agent": 300,
    "network": 20,
    "address_hash": 16,
    "network_hash": 16,
    "view": 16,
    "what": 8,
}  # characters, as their columns hold


def keep_up() -> int:
    """What the clock calls every two seconds: bring in what was written, judge it. Returns how many hits came in."""
    brought = drain(journal.folder())
    judging.judge_new()
    return brought


def drain(folder: Path) -> int:
    """Bring every whole line in the folder's journals into the database, each once. Safe to kill, and to run twice at
    a time: a journal's offset moves in the transaction of its hits. Journals of dead writers are deleted when read out.
    """
    files = sorted(folder.glob(f"*{journal.SUFFIX}"))
    offsets = dict(Journal.objects.filter(name__in=[file.name for file in files]).values_list("name", "offset"))
    brought = 0
    for file in files:
        try:
            with file.open("rb") as handle:
                brought += _drain_one(file, handle, offsets.get(file.name, 0))
        except FileNotFoundError:
            continue  # another drain has read it out
        except IntegrityError as error:
            logger.warning("A link went while its hits came in (%s). They are tried again.", error)
    return brought


def _drain_one(file: Path, handle: BinaryIO, offset: int) -> int:
    is_over = _writer_is_gone(handle)  # asked first: from then on nothing is added
    size = file.stat().st_size
    brought = 0
    while offset < size:
        before = offset
        offset, hits = _bring_in(file.name, handle)
        brought += hits
        if offset <= before:  # only a torn line is left
            break
    if is_over:
        if offset < size:
            logger.warning("The last line of %s was torn when its writer ended. It is left out.", file.name)
        file.unlink(missing_ok=True)
    return brought


def _writer_is_gone(handle: BinaryIO) -> bool:
    """Whether nobody writes this journal any more. If so it is locked until it is closed."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@transaction.atomic
def _bring_in(name: str, handle: BinaryIO) -> tuple[int, int]:
    """Some of a journal's lines: where it is read up to now, and how many hits came of them."""
    read, _ = Journal.objects.select_for_update().get_or_create(name=name)
    handle.seek(read.offset)
    content = handle.read(BYTES_AT_ONCE)
    whole = content[: content.rfind(b"\n") + 1]
    if not whole and len(content) == BYTES_AT_ONCE:
        whole = content  # no line of ours is a megabyte long
    entries, brought = _entries(whole, name), 0
    for of, path in ROWS.items():
        rows: list[Visit] = import_string(path)([entry for entry in entries if entry["of"] == of])
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
        brought += len(rows)
    read.offset += len(whole)
    read.save(update_fields=["offset"])
    return read.offset, brought


def _entries(lines: bytes, name: str) -> list[dict[str, Any]]:
    entries = []
    for line in lines.splitlines():
        try:
            entry = json.loads(line)
            entry["at"] = datetime.fromisoformat(entry["at"])
            of = str(entry.get("of", ""))
            entries.append({**entry, "kind": HitKind(entry["kind"]), "link": int(entry["link"]), "of": of})
        except (ValueError, KeyError, TypeError) as error:
            logger.error("A line of %s cannot be read (%s). It is left out.", name, type(error).__name__)
    return entries


def of_kits(entries: list[dict[str, Any]]) -> list[Hit]:
    """Rows to be, of kits' links that are still there."""
    links = {entry["link"] for entry in entries}
    practices = dict(Link.objects.filter(pk__in=links).values_list("pk", "practice_id"))
    editions = [entry["edition"] for entry in entries if isinstance(entry.get("edition"), int)]
    known = set(Edition.objects.filter(pk__in=editions).values_list("pk", flat=True))
    return [
        Hit(
            practice_id=practices[entry["link"]],
            link_id=entry["link"],
            edition_id=entry.get("edition") if entry.get("edition") in known else None,
            **columns(entry),
        )
        for entry in entries
        if entry["link"] in practices
    ]


def columns(entry: dict[str, Any]) -> dict[str, Any]:
    """What every kind of visit keeps of a line, as its columns take it."""
    return {
        "at": entry["at"] if entry["at"].tzinfo else entry["at"].replace(tzinfo=UTC),
        "kind": entry["kind"],
        "headers": [_clean(header, 120) for header in entry.get("headers") or ()][:80],
        "part": entry.get("part") if entry.get("part") in range(1, 6) else None,
        **{name: _clean(entry.get(name), length) for name, length in LENGTHS.items()},
    }


def _clean(value: object, length: int) -> str:
    """Text that every database takes."""
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode(errors="replace").decode()[:length]


def forget() -> None:
    """Let go of the salts of days that are over, so that nobody can tell an address from its hash by trying all; of
    what is known of journals long gone; and make tomorrow's salt in good time."""
    today = clock.now().astimezone(UTC).date()
    DaySalt.objects.filter(day__lt=today).delete()
    journal.salt_of(today + timedelta(days=1))
    there = [file.name for file in journal.folder().glob(f"*{journal.SUFFIX}")]
    over = f"{clock.now().astimezone(UTC) - KEEP_OFFSETS:%Y%m%d%H%M%S}"
    Journal.objects.filter(name__lt=over).exclude(name__in=there).delete()
