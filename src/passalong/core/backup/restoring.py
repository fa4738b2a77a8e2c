"""Bring a backup back: verified, filled and made to forget in a folder of its own, then put in place as a whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import DatabaseError

from passalong.core.backup import archive, postgresql, swapping
from passalong.core.backup.archive import BackupError, Manifest, Tell

if TYPE_CHECKING:
    from passalong.core.tombstones import Replayed

Rows = list[tuple[Any, ...]]
STOP_MAIL = "passalong.mail.services.restored.stop"  # (when the backup was made) -> how many messages wait for a look


@dataclass(frozen=True, slots=True)
class Job:
    """One restore. url: the PostgreSQL database's, empty for SQLite. lists: tombstones kept elsewhere.

    open_on: opens Django on a data folder and a database URL, once in this process.
    """

    file: Path
    data: Path
    url: str
    open_on: Callable[[Path, str], None]
    tell: Tell
    may_overwrite: bool = False
    lists: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back. before, after: rows by table in the backup, and after forgetting again.

    mail_stopped: messages that waited to go and may have gone since. set_aside, database_set_aside: folder and
    PostgreSQL database that hold what was there; empty when nothing was.
    """

    file: str
    created_at: str
    engine: str
    before: dict[str, int]
    after: dict[str, int]
    forgotten: int
    suppressed: int
    revoked: int
    mail_stopped: int
    set_aside: str
    database_set_aside: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The new database, ready to be put in place. counts: rows by table."""

    replayed: Replayed
    mail_stopped: int
    counts: dict[str, int]


def bring_back(job: Job) -> Restored:
    """Verify everything, unpack, migrate, forget, put in place.

    Raises BackupError, having changed nothing. Killed at any moment it leaves the old or the new, whole.
    """
    swapping.settle(job.data, job.url)
    manifest = _verified(job)
    try:
        with _folder(job.data), swapping.stopped(job.data), swapping.workplace(job.data) as new:
            _unpack(job, manifest, new)
            return _restored_on_postgresql(job, manifest, new) if job.url else _restored_on_sqlite(job, manifest, new)
    except (OSError, sqlite3.Error, psycopg.Error, DatabaseError) as error:
        what = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise BackupError(f"The backup could not be restored ({what}). Nothing was changed.", code=1) from error


def _verified(job: Job) -> Manifest:
    """The archive, and whether it may be put here."""
    size = job.file.stat().st_size if job.file.is_file() else 0
    done = 0

    def on_progress(read: int) -> None:
        nonlocal done
        done += read
        job.tell("Checking", done, size)

    try:
        manifest = archive.verified(job.file, on_progress)
    except OSError as error:
        raise BackupError(f"{job.file} cannot be read ({error.strerror or error}).") from error
    for path in job.lists:
        if not path.is_file():
            raise BackupError(f"There is no list of tombstones at {path}.")
    here = "postgresql" if job.url else "sqlite"
    if manifest.engine != here:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BackupError(
            f"This backup is of {names[manifest.engine]}, and {names[here]} is in use here (DATABASE_URL). "
            "Restore it where the same kind of database is used."
        )
    is_empty = swapping.is_empty(job.data) and (not job.url or postgresql.is_empty(job.url))
    if not (is_empty or job.may_overwrite):
        raise BackupError(
            f"{job.data} holds data already. With --yes it is set aside and the backup put in its place. "
            "Nothing was changed."
        )
    return manifest


@contextmanager
def _folder(data: Path) -> Iterator[None]:
    """The data folder, gone again when it was made for nothing."""
    was_there = data.exists()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield
    except BaseException:
        if not was_there and swapping.is_empty(data):
            shutil.rmtree(data, ignore_errors=True)
        raise


def _unpack(job: Job, manifest: Manifest, new: Path) -> None:
    archive.check_room(job.data, manifest.size + archive.SLACK)
    job.tell("Unpacking")
    again = archive.verified(job.file, into=new)
    if again != manifest:
        raise BackupError(f"{job.file} was changed while it was read.")


def _restored_on_sqlite(job: Job, manifest: Manifest, new: Path) -> Restored:
    from passalong.core.backup.databases import check_sqlite

    database = new / swapping.SQLITE
    (new / archive.DATABASES["sqlite"]).rename(database)
    job.tell("Checking the database")
    check_sqlite(database, manifest.counts)
    stones = _stones(job.data / swapping.SQLITE)
    job.open_on(new, "")
    finished = _finished(job, manifest, new, stones)
    _one_file(database)
    swapping.check_unused(job.data)
    return _put_in_place(job, manifest, finished, ())


def _restored_on_postgresql(job: Job, manifest: Manifest, new: Path) -> Restored:
    postgresql.check_unused(job.url)
    names = postgresql.names_for(job.url, f"{datetime.now(UTC):%Y%m%d%H%M%S}")  # noqa: TID251 - before settings
    stones = postgresql.stones(job.url)
    postgresql.make(job.url, names)
    try:
        url = postgresql.with_name(job.url, names[1])
        job.open_on(new, url)
        dump = new / archive.DATABASES["postgresql"]
        _fill(job, manifest, dump, url)
        dump.unlink()
        finished = _finished(job, manifest, new, stones)
        postgresql.check_unused(job.url)
        return _put_in_place(job, manifest, finished, names)
    except BaseException:
        if not (job.data / swapping.PLACE / swapping.GO).exists():
            with suppress(Exception):
                _close()
                postgresql.drop(job.url, names[1])
        raise


def _fill(job: Job, manifest: Manifest, dump: Path, url: str) -> None:
    from django.db import connection

    from passalong.core.backup import databases

    databases.check_tool("pg_restore")
    job.tell("Filling the database")
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump)]
    databases.run_tool("pg_restore", options, postgresql.params_of(url))
    with connection.cursor() as cursor:
        if databases.postgresql_counts(cursor) != manifest.counts:
            raise BackupError("This backup cannot be used: its database is not what was backed up.")


def _finished(job: Job, manifest: Manifest, new: Path, stones: Rows) -> Finished:
    """The new database as this version needs it, and without those who are to be forgotten."""
    from django.conf import settings
    from django.core.management import call_command
    from django.utils.module_loading import import_string

    from passalong.core.backup.taking import privacy_mark

    _check_schema(manifest)
    if privacy_mark(settings.PRIVACY_KEY) != manifest.privacy_key:
        raise BackupError(
            "The privacy key here is not the one of this backup, so nobody could be recognised who was erased or asked "
            "not to be written to. Set PASSALONG_PRIVACY_KEY (or PASSALONG_PRIVACY_KEY_FILE) to that key."
        )
    job.tell("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    job.tell("Forgetting again")
    replayed = _replayed(job, new, stones)
    stop_mail = import_string(STOP_MAIL)  # by name: mail lies above
    finished = Finished(replayed, stop_mail(datetime.fromisoformat(manifest.created_at)), _counts())
    _close()
    return finished


def _check_schema(manifest: Manifest) -> None:
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    ours = {app.label for app in apps.get_app_configs()}
    newer = [
        f"{app}.{name}" for app, names in manifest.migrations.items() for name in names
        if app in ours and (app, name) not in known
    ]  # fmt: skip
    if newer:
        raise BackupError(
            f"This backup was made by a newer Passalong ({manifest.passalong}; it knows {newer[0]}). "
            "Install that version to restore it."
        )


def _replayed(job: Job, new: Path, stones: Rows) -> Replayed:
    """Stones of the backup, of the present database and file, and of lists kept elsewhere; all are kept from now on."""
    from passalong.core import tombstones

    lists = [new / archive.STONES, job.data / archive.STONES, *job.lists]
    known = [one for path in lists for one in tombstones.read_all(path)]
    known += [
        tombstones.Stone(practice, kind, person, tuple(keys), *rest) for practice, kind, person, keys, *rest in stones
    ]
    replayed = tombstones.replay(known)
    tombstones.keep_file(new)
    there = {one.line for one in tombstones.read_all(new / archive.STONES)}
    tombstones.append({one.line: one for one in known if one.line not in there}.values(), new)
    (new / archive.STONES).touch(mode=0o600)
    return replayed


def _counts() -> dict[str, int]:
    from django.db import connection

    from passalong.core.backup import databases

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return databases.postgresql_counts(cursor)
    return databases.counts(connection.connection)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _stones(database: Path) -> Rows:
    """Tombstones of a present SQLite database, however old or damaged it is."""
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(database)) as present:
            found = present.execute(archive.STONES_SQL)
            return [(*row[:3], json.loads(row[3]), json.loads(row[4]), _utc(row[5])) for row in found]
    except (sqlite3.DatabaseError, ValueError):
        return []


def _utc(at: str) -> str:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).isoformat()


def _one_file(database: Path) -> None:
    """Nothing left in a log beside it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as own:
        own.execute("PRAGMA journal_mode=DELETE").fetchone()


def _put_in_place(job: Job, manifest: Manifest, finished: Finished, names: tuple[str, ...]) -> Restored:
    from passalong.core import clock

    job.tell("Putting it in place")
    go = swapping.Go(f"backups/before-restore-{clock.now():%Y%m%d-%H%M%S}", names)
    swapping.decide(job.data, go)
    try:
        swapping.carry_out(job.data, job.url)
    except BackupError:  # the database is in use after all, and nothing has moved
        swapping.take_back(job.data)
        raise
    aside = job.data / go.aside
    has_database = bool(names) and _has_database(job.url, names[2])
    _forget_keys(aside / swapping.SQLITE, postgresql.with_name(job.url, names[2]) if has_database else "")
    return Restored(
        file=str(job.file),
        created_at=manifest.created_at,
        engine=manifest.engine,
        before=manifest.counts,
        after=finished.counts,
        forgotten=finished.replayed.forgotten,
        suppressed=finished.replayed.suppressed,
        revoked=finished.replayed.revoked,
        mail_stopped=finished.mail_stopped,
        set_aside=str(aside) if aside.is_dir() else "",
        database_set_aside=names[2] if has_database else "",
    )


def _forget_keys(file: Path, url: str) -> None:
    """Keys of a day must not outlive it in what was set aside either; one too damaged to open keeps its own."""
    from passalong.core.backup import databases

    with suppress(sqlite3.DatabaseError):
        if file.is_file():
            databases.forget_keys(file)
    if url:
        postgresql.empty(url, databases.FORGOTTEN)


def _has_database(url: str, name: str) -> bool:
    with postgresql.server(url) as connection:
        return postgresql.exists(connection, name)
