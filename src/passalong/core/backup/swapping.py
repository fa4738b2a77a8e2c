"""Change what lies in a data folder as a whole: killed at any moment, it holds the old or the new, never a mixture.

The new is laid out complete in DATA/.restoring/new. Writing DATA/.restoring/go is the decision: before it nothing
counts, after it `settle` moves everything, and goes on where it was cut off. Every command settles before it opens the
folder. Knows nothing of Django.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from passalong.core.backup import archive
from passalong.core.backup.archive import BackupError, fsync_folder

PLACE = ".restoring"
GO = "go"
SQLITE = "passalong.sqlite3"
ENTRIES = (SQLITE, *archive.FOLDERS, *archive.KEYS, archive.STONES)
PARTS = ("web", "worker", "tick")
SILENT_AFTER = 20.0  # seconds, as in core.health
AT_WORK = "a backup is being restored"  # stands in run/start.lock meanwhile
OTHER_RESTORE = "Another restore is at work on this folder. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Go:
    """The decision: aside: folder below DATA for what was there. databases: names on a PostgreSQL server (now in use,
    the new one, what the old one is called from now on), empty for SQLite."""

    aside: str
    databases: tuple[str, ...] = ()


def settle(data: Path, server: str = "") -> None:
    """Finish a restore that was decided and cut off; clear away one that was not decided. Quick when there is none.

    server: the database's URL, empty for SQLite.
    """
    if not (data / PLACE).is_dir():
        return
    with suppress(FileNotFoundError), (data / PLACE / "lock").open("w") as lock:  # gone: somebody was faster
        decided = (data / PLACE / GO).exists()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if decided else fcntl.LOCK_NB))
        except BlockingIOError:
            return  # a restore is at work, and has decided nothing
        if (data / PLACE / GO).exists():
            carry_out(data, server)
        else:
            shutil.rmtree(data / PLACE, ignore_errors=True)


@contextmanager
def workplace(data: Path) -> Iterator[Path]:
    """An empty DATA/.restoring/new, held against other restores; what is left of it goes at the end."""
    place = data / PLACE
    place.mkdir(parents=True, mode=0o700, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(OTHER_RESTORE) from error
        new = place / "new"
        new.mkdir(mode=0o700)
        try:
            yield new
        finally:
            if not (place / GO).exists():
                shutil.rmtree(place, ignore_errors=True)


@contextmanager
def stopped(data: Path) -> Iterator[None]:
    """Holds the folder while nothing of Passalong runs on it. Raises BackupError when something does."""
    run = data / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        file = stack.enter_context((run / "start.lock").open("a+"))
        preparing = stack.enter_context((run / "prepare.lock").open("a+"))
        for lock in (file, preparing):
            _take(lock, data)
        for part in PARTS:
            _check_silent(run / f"{part}.beat", data)
        file.truncate(0)
        file.write(AT_WORK)
        file.flush()
        check_unused(data)
        _check_one_disk(data)
        yield
        file.truncate(0)


def _take(lock: IO[str], data: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        runs = f"Passalong runs on {data}. Stop it first. Nothing was changed."
        raise BackupError(OTHER_RESTORE if lock.read().strip() == AT_WORK else runs) from error


def _check_silent(beat: Path, data: Path) -> None:
    with suppress(OSError):
        if time.time() - beat.stat().st_mtime < SILENT_AFTER and _may_live(beat):
            raise BackupError(
                f"Passalong runs on {data} (its {beat.stem} gave a sign of life just now). Stop it, or wait "
                f"{SILENT_AFTER:g} seconds after it was killed. Nothing was changed."
            )


def _may_live(beat: Path) -> bool:
    """False for a process of this machine that has ended."""
    try:
        os.kill(int(beat.read_text() or 0), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True


def _check_one_disk(data: Path) -> None:
    """What is moved must not lie on disks of its own."""
    for name in (*ENTRIES, "backups"):
        path = data / name
        is_moved_itself = path.is_symlink() and name != "backups"
        if path.exists() and not is_moved_itself and path.stat().st_dev != data.stat().st_dev:
            raise BackupError(
                f"{path} is a disk of its own and cannot be set aside. Unmount it, or restore into another folder. "
                "Nothing was changed."
            )


def check_unused(data: Path) -> None:
    """Leave SQLite's one file without a log beside it, which works only while nobody else has it open."""
    database = data / SQLITE
    if not database.is_file():
        return
    try:
        with closing(sqlite3.connect(database, timeout=2.0, isolation_level=None)) as own:
            own.execute("PRAGMA journal_mode=DELETE").fetchone()
            own.execute("BEGIN EXCLUSIVE")
            own.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return  # it cannot be opened at all: a reason to restore
        raise BackupError("The database is in use by another command. Nothing was changed.") from error
    except sqlite3.DatabaseError:
        return  # damaged: a reason to restore


def decide(data: Path, go: Go) -> None:
    """From here on the new counts."""
    place = data / PLACE
    for name in archive.FOLDERS:
        (place / "new" / name).mkdir(exist_ok=True, mode=0o700)
    (data / "backups").mkdir(exist_ok=True, mode=0o700)
    _give_to_owner(data, (data / "backups", *(data / "run").iterdir(), *(place / "new").rglob("*")))
    _fsync_all(place / "new")
    fresh = place / f"{GO}.fresh"
    with fresh.open("w") as file:
        json.dump(asdict(go), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place / GO)
    fsync_folder(place)


def take_back(data: Path) -> None:
    """Undo a decision of which nothing was carried out."""
    (data / PLACE / GO).unlink(missing_ok=True)


def carry_out(data: Path, server: str = "") -> Go:
    """Move the old aside and the new in; may be cut off and done again."""
    place = data / PLACE
    said = json.loads((place / GO).read_text())
    go = Go(said["aside"], tuple(said["databases"]))
    aside = data / go.aside
    if go.databases:
        from passalong.core.backup.postgresql import rename

        rename(server, go.databases)  # first: it may be refused, and nothing else has moved by then
    aside.mkdir(exist_ok=True, mode=0o700)
    _give_to_owner(data, [aside])
    for name in ENTRIES:
        _swap(data / name, place / "new" / name, aside / name)
    for folder in (aside, data):
        fsync_folder(folder)
    shutil.rmtree(data / "knows", ignore_errors=True)  # of another past; built again by the worker
    with suppress(OSError):
        aside.rmdir()  # nothing was there
    (place / GO).unlink()
    shutil.rmtree(place, ignore_errors=True)
    return go


def _swap(here: Path, new: Path, aside: Path) -> None:
    """The new one stands in its place only when it has left this one: so a repeated swap knows what is done."""
    if not new.exists():
        return
    for log in ("-wal", "-shm"):
        beside = here.with_name(here.name + log)
        if here.name == SQLITE and beside.exists():  # of a database that could not be opened
            beside.rename(aside.with_name(aside.name + log))
    if here.is_file() and not aside.exists():
        with suppress(OSError):  # without hard links the file is away for a moment
            os.link(here, aside)
    if aside.exists() and here.is_file() and here.samefile(aside):
        new.replace(here)
        return
    if here.exists():
        here.rename(aside)
    new.rename(here)


def _give_to_owner(data: Path, paths: Iterable[Path]) -> None:
    """An administrator restores for the user whose folder it is."""
    owner = data.stat()
    if os.geteuid() == 0 and (owner.st_uid, owner.st_gid) != (0, 0):
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _fsync_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_empty(data: Path) -> bool:
    """Whether nothing of a practice lies in this folder."""
    return not any(_holds(data / name) for name in ENTRIES)


def _holds(path: Path) -> bool:
    if path.is_dir():
        return any(path.iterdir())
    return path.is_file() and path.stat().st_size > 0
