"""Leaving nothing behind: erased text in SQLite's write-ahead log and in copies that were laid aside."""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from passalong.core import clock
from passalong.core.backup.swapping import GO, PLACE, settle

PATIENCE_S = 10.0  # how long readers may keep the log before it is left to the next scrub
COPIES_KEPT = 3
KEEP_COPIES = timedelta(days=30)
COPY = re.compile(r"(before-update|before-restore)-(\d{8}-\d{6})(?:\.sqlite3)?")

log = logging.getLogger("passalong.backup")


def scrub(*, patience: float = PATIENCE_S) -> bool:
    """Empty SQLite's write-ahead log and remove copies that are older than the last erasure, or too old.

    Freed pages are overwritten as they become free (secure_delete). Within a transaction it waits for the commit.
    Returns whether nothing is left; False when somebody reads for longer than `patience` seconds: the nightly task does
    it again.
    """
    if connection.in_atomic_block:
        transaction.on_commit(lambda: scrub(patience=patience) and None, robust=True)
        return False
    clear_copies(Path(settings.DATA))
    clear_databases()
    return truncate_log(patience=patience)


def truncate_log(*, patience: float = PATIENCE_S) -> bool:
    """Write the log into the database and cut it to nothing. Other databases have none of their own: True."""
    if connection.vendor != "sqlite":
        return True
    database = str(connection.settings_dict["NAME"])
    end = time.monotonic() + patience
    with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as own:
        while True:
            busy, *_ = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            if time.monotonic() > end:
                log.warning("The write-ahead log is in use and could not be emptied. It is tried again at night.")
                return False
            time.sleep(0.05)


def clear_copies(data: Path) -> list[Path]:
    """Remove copies laid aside before updates and restores that may not stay; returns which.

    Of each kind the last three stay, for thirty days at most, and none that is older than the last erasure: it would
    hold whom we were asked to forget.
    """
    folder = data / "backups"
    gone = []
    found = [(path, match) for path in folder.glob("before-*") if (match := COPY.fullmatch(path.name))]
    oldest = _oldest()
    kinds: dict[str, int] = {}
    for path, match in sorted(found, key=lambda one: one[1][2], reverse=True):
        kinds[match[1]] = kinds.get(match[1], 0) + 1
        made = datetime.strptime(match[2], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
        if kinds[match[1]] > COPIES_KEPT or made < oldest:
            remove(path)
            gone.append(path)
    _clear_left_over(data)
    return gone


def _clear_left_over(data: Path) -> None:
    """What a backup or a restore that was killed left; nothing of one that is at work."""
    if any((data / "run").glob("backup-*")):
        with (data / "run" / "backup.lock").open("w") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in (data / "run").glob("backup-*"):
                if left.is_dir():
                    remove(left)
    if not (data / PLACE / GO).exists():  # what was decided is for the next start to finish
        settle(data)


def clear_databases() -> list[str]:
    """The same for databases that restores set aside on a PostgreSQL server; returns which were dropped."""
    if connection.vendor != "postgresql":
        return []
    from passalong.core.backup.postgresql import aside_of

    start = aside_of(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1 DESC", [start])
        found = [name for (name,) in cursor.fetchall() if re.fullmatch(r"\d{14}", name.removeprefix(start))]
        oldest = f"{_oldest():%Y%m%d%H%M%S}"
        old = [name for name in found if name.removeprefix(start) <= oldest] + found[COPIES_KEPT:]
        for name in dict.fromkeys(old):
            try:
                cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")
            except DatabaseError as error:
                log.warning("%s still holds people who were erased and cannot be dropped: %s", name, error)
    return old


def _oldest() -> datetime:
    """The moment before which no copy may stay."""
    return max(filter(None, (_last_erasure(), clock.now() - KEEP_COPIES)))


def remove(path: Path) -> None:
    """A file or a folder with all in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _last_erasure() -> datetime | None:
    from passalong.core.models import Tombstone

    try:
        stones = Tombstone.objects.filter(kind=Tombstone.Kind.ERASED)
        return stones.order_by("-at").values_list("at", flat=True).first()
    except DatabaseError:  # a database from before there were tombstones
        return None
