"""Make a backup while Passalong runs."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

import passalong
from passalong.core import clock, tombstones
from passalong.core.backup import archive, databases
from passalong.core.backup.archive import BackupError, Manifest, Tell, Writer
from passalong.core.backup.scrubbing import remove

NOTE = "last-backup.json"  # in run/: when the last one was made


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made."""

    file: str
    size: int  # bytes
    created_at: str
    engine: str
    counts: dict[str, int]
    members: int


def privacy_mark(key: str) -> str:
    """Tells whether two installations recognise people by the same key, without telling the key."""
    return hmac.new(key.encode(), b"passalong backup", hashlib.sha256).hexdigest()[:16]


def take(out: Path, tell: Tell) -> Taken:
    """Back everything up that must be kept, into the file `out` (replaced when it is there already).

    Raises BackupError; then, and when it is killed, `out` is as it was.
    """
    data = Path(settings.DATA)
    out = out.expanduser().resolve()
    _check_place(out, data)
    manifest = Manifest(
        passalong=passalong.__version__,
        engine=connection.vendor,
        created_at=clock.now().isoformat(),
        migrations={},
        counts={},
        privacy_key=privacy_mark(settings.PRIVACY_KEY),
    )
    try:
        with _workplace(data) as work:
            _write(out, data, work, manifest, tell)
        taken = Taken(
            str(out), out.stat().st_size, manifest.created_at, manifest.engine, manifest.counts, len(manifest.members)
        )
        _note(data, taken)
    except DatabaseError as error:
        raise BackupError(f"The database could not be read ({' '.join(str(error).split())}).", code=1) from error
    except (OSError, sqlite3.Error) as error:
        what = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise BackupError(f"The backup could not be written ({what}). Nothing is left of it.", code=1) from error
    return taken


def _check_place(out: Path, data: Path) -> None:
    if out.is_dir() or not out.parent.is_dir():
        raise BackupError(f"{out} cannot be written: name a file in a folder that is there.")
    kept = [data / name for name in (*archive.FOLDERS, "run", "knows", "static")]
    own = [data / name for name in (*archive.KEYS, archive.STONES, "passalong.sqlite3")]
    if out in own or any(folder in out.parents for folder in kept):
        raise BackupError(f"{out} belongs to what is backed up. Write the backup to another folder or disk.")


@contextmanager
def _workplace(data: Path) -> Iterator[Path]:
    """A folder for the copy of the database, one backup at a time; what a killed one left is removed."""
    (data / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "run" / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("Another backup is being made. Wait until it is done.") from error
        for left in (data / "run").glob("backup-*"):
            if left.is_dir():
                remove(left)
        with tempfile.TemporaryDirectory(prefix="backup-", dir=data / "run") as work:
            yield Path(work)


def _write(out: Path, data: Path, work: Path, manifest: Manifest, tell: Tell) -> None:
    """Journals first and other files last: a hit read into the database in between is known there by its offset, and a
    file that a row names was there before the row."""
    written = 0

    def on_progress(size: int) -> None:
        nonlocal written
        written += size
        tell("Writing", written, 0)

    with archive.written(out, manifest, on_progress) as writer:
        _add_folder(writer, data, "hits")
        name = archive.DATABASES[connection.vendor]
        manifest.counts, manifest.migrations = _copy(work / name, work, tell)
        writer.add(name, work / name)
        (work / name).unlink()
        for folder in archive.FOLDERS:
            if folder != "hits":
                _add_folder(writer, data, folder)
        for key in archive.KEYS:
            writer.add(key, data / key)
        with suppress(DatabaseError):  # before an update the table may be missing, and with it every stone
            tombstones.keep_file(data)
        writer.add(archive.STONES, data / archive.STONES)


def _copy(target: Path, work: Path, tell: Tell) -> tuple[dict[str, int], dict[str, list[str]]]:
    if connection.vendor == "postgresql":
        tell("Copying the database")
        return databases.dump_postgresql(target)
    source = Path(connection.settings_dict["NAME"])
    return databases.copy_sqlite(source, target, work, lambda done, total: tell("Copying the database", done, total))


def _add_folder(writer: Writer, data: Path, folder: str) -> None:
    """Every regular file below; links are not followed."""
    for path in sorted((data / folder).rglob("*")):
        if path.is_file() and not path.is_symlink():
            writer.add(path.relative_to(data).as_posix(), path)


def _note(data: Path, taken: Taken) -> None:
    """For `passalong doctor`."""
    fresh = data / "run" / f"{NOTE}.{os.getpid()}"
    said = {name: value for name, value in asdict(taken).items() if name in ("file", "size", "created_at")}
    fresh.write_text(json.dumps(said))
    fresh.replace(data / "run" / NOTE)
