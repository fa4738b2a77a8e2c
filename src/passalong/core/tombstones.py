"""Who was erased and who must not be written to, by keyed hash, and which consents were taken back: kept in the table
and in a file beside the database.

The table is the truth. The file (DATA/tombstones.jsonl, one line a stone, only ever added to) outlives a database that
is lost or replaced by an older one: `passalong restore` reads both and forgets again.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from passalong.core import clock
from passalong.core.backup.archive import STONES as FILE
from passalong.core.backup.archive import fsync_folder
from passalong.core.models import Tombstone

LONGEST_LINE = 64 * 1024  # bytes: a person with hundreds of addresses has less
ERASE = "passalong.core.erasing.erase_known"
REINSERT = "passalong.mail.services.suppression.reinsert"
REVOKE = (
    "passalong.compliance.services.consent_rows.end_again",
    "passalong.interviews.services.voices.end_again",
)

log = logging.getLogger("passalong.tombstones")


@dataclass(frozen=True, slots=True)
class Stone:
    """One tombstone apart from any database. practice: public id; at: ISO time in UTC."""

    practice: str
    kind: str
    person: str
    keys: tuple[str, ...]
    detail: Mapping[str, Any]
    at: str

    @property
    def moment(self) -> datetime:
        """When it was laid."""
        return datetime.fromisoformat(self.at)

    @property
    def line(self) -> str:
        """What stands in the file; also what tells two stones apart."""
        said = {"practice": self.practice, "kind": self.kind, "person": self.person, "keys": list(self.keys)}
        return json.dumps(said | {"detail": dict(self.detail), "at": self.at}, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: people found and forgotten again, suppressions put back, stones that were new here, consents
    ended again."""

    forgotten: int = 0
    suppressed: int = 0
    laid: int = 0
    revoked: int = 0


def lay(
    practice: Model | int, kind: str, *, person: str = "", keys: Iterable[str], detail: Mapping[str, Any] | None = None
) -> Tombstone:
    """Keep by keyed hash that somebody was erased or must not be written to.

    Call it inside the service's transaction: the line is added to the file once the row is committed. A line that could
    not be written is added by the next `keep_file`. detail: scope and reason; never a name, an address or a number.
    """
    row = Tombstone.objects.create(
        practice_id=practice if isinstance(practice, int) else practice.pk,
        kind=Tombstone.Kind(kind),
        person=person,
        keys=sorted(set(filter(None, keys))),
        detail=dict(detail or {}),
        at=clock.now(),
    )
    transaction.on_commit(lambda: _write_down(row.pk), robust=True)
    return row


def _write_down(pk: int) -> None:
    with suppress(StopIteration):
        append([next(laid(pk=pk))])


def laid(**only: Any) -> Iterator[Stone]:
    """Every stone of the table, the oldest first."""
    fields = ("practice__public_id", "kind", "person", "keys", "detail", "at")
    for practice, kind, person, keys, detail, at in (
        Tombstone.objects.filter(**only).order_by("pk").values_list(*fields).iterator(chunk_size=2000)
    ):
        yield Stone(practice, kind, person, tuple(keys), detail, at.isoformat())


def path_in(data: Path | None = None) -> Path:
    """The file of this data folder."""
    return Path(data or settings.DATA) / FILE


def append(stones: Iterable[Stone], data: Path | None = None) -> None:
    """Add lines to the file and wait until they are on the disk. A torn last line is closed first."""
    text = "".join(f"{stone.line}\n" for stone in stones).encode()
    if not text:
        return
    path = path_in(data)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        torn = size and os.pread(file, 1, size - 1) != b"\n"
        whole = b"\n" + text if torn else text
        if os.write(file, whole) != len(whole):
            raise OSError(f"{path} could not be written whole.")
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        fsync_folder(path.parent)


def read_all(path: Path | None = None) -> list[Stone]:
    """Every stone of a file, each once. No file: none. A torn or foreign line is left out and told in the log."""
    try:
        with (path or path_in()).open("rb") as file:
            found = {stone.line: stone for line in _lines(file) if (stone := _parsed(line))}
    except FileNotFoundError:
        return []
    return list(found.values())


def _lines(file: Any) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        if line.strip():
            yield line


def _parsed(line: bytes) -> Stone | None:
    try:
        said = json.loads(line)
        stone = Stone(
            practice=str(said["practice"]),
            kind=Tombstone.Kind(said["kind"]).value,
            person=str(said["person"]),
            keys=tuple(str(key) for key in said["keys"]),
            detail=dict(said["detail"]),
            at=str(said["at"]),
        )
        if stone.moment.tzinfo is None:
            raise ValueError(stone.at)
    except (ValueError, KeyError, TypeError, RecursionError):
        log.warning("A line of the list of tombstones cannot be read. It is left out.")
        return None
    return stone


def keep_file(data: Path | None = None) -> int:
    """Add to the file what the table has and the file has not; returns how many lines that were.

    Each host keeps a file of its own: stones laid by another, or in a moment when the disk was full, come to it here.
    """
    there = {stone.line for stone in read_all(path_in(data))}
    missing = [stone for stone in laid() if stone.line not in there]
    append(missing, data)
    return len(missing)


def replay(stones: Iterable[Stone]) -> Replayed:
    """Forget again in a database that is older than these stones.

    A stone the database had already has done its work there: people it names are erased again by public id only, since
    the same address may have come back of its own accord afterwards. One it did not have is laid with its own date, and
    erases by public id and by keyed hash, or puts its suppression back. Practices the database does not know are passed
    over. Repeating it changes nothing more.
    """
    practices = dict(
        Tombstone._meta.get_field("practice").related_model._default_manager.values_list("public_id", "pk")
    )
    known = {stone.line for stone in laid()}
    forgotten = suppressed = new = revoked = 0
    for stone in {stone.line: stone for stone in [*stones, *laid()]}.values():
        practice_id = practices.get(stone.practice)
        if practice_id is None:
            continue
        is_new = stone.line not in known
        with transaction.atomic():
            if is_new:
                _lay_again(practice_id, stone)
            if stone.kind == Tombstone.Kind.ERASED:
                forgotten += import_string(ERASE)(practice_id, [stone.person], stone.keys if is_new else ())
            elif stone.kind == Tombstone.Kind.REVOKED:
                revoked += sum(import_string(one)(practice_id, stone.person, at=stone.moment) for one in REVOKE)
            elif is_new:
                _suppress_again(practice_id, stone)
                suppressed += 1
        new += is_new
    return Replayed(forgotten, suppressed, new, revoked)


def _lay_again(practice_id: int, stone: Stone) -> None:
    Tombstone.objects.create(
        practice_id=practice_id,
        kind=stone.kind,
        person=stone.person,
        keys=list(stone.keys),
        detail=dict(stone.detail),
        at=stone.moment,
    )


def _suppress_again(practice_id: int, stone: Stone) -> None:
    """By name, since mail lies above: reinsert(practice_id, keys, *, detail, at)."""
    import_string(REINSERT)(practice_id, list(stone.keys), detail=dict(stone.detail), at=stone.moment)
