"""The two databases as files: a consistent copy while others write, and what a copy holds."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction

from passalong.core.backup.archive import BackupError

# Keys that must not outlive their day, wherever a backup lies (docs/decisions/0008).
FORGOTTEN = ("kits_daysalt",)
PAGES_AT_ONCE = 1000

Progress = Callable[[int, int], None]
Counts = dict[str, int]
Migrations = dict[str, list[str]]


def copy_sqlite(source: Path, target: Path, work: Path, progress: Progress) -> tuple[Counts, Migrations]:
    """A consistent copy of a database in use, without what is to be forgotten, packed without free pages.

    The read transaction holds one moment still while others write on; so the copy is made once, and never begins anew.
    """
    raw = work / "copy.sqlite3"
    _private(raw)
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True, isolation_level=None)) as now,
        closing(sqlite3.connect(raw, isolation_level=None)) as copy,
    ):
        now.execute("PRAGMA busy_timeout = 30000")
        now.execute("BEGIN")
        now.execute("SELECT count(*) FROM sqlite_master").fetchone()
        now.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, total: progress(total - left, total), sleep=0)
        now.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=OFF")
        there = set(tables(copy))
        for table in there.intersection(FORGOTTEN):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - a fixed name
        _private(target)
        copy.execute("VACUUM INTO ?", [str(target)])
    raw.unlink()
    with closing(sqlite3.connect(target, isolation_level=None)) as packed:
        return counts(packed), applied(packed)


def forget_keys(copy: Path) -> None:
    """Take what must not outlive its day out of a copy that is laid aside, and leave it in no page of the file."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as own:
        own.execute("PRAGMA journal_mode=DELETE").fetchone()
        own.execute("PRAGMA secure_delete=ON").fetchone()
        for table in set(tables(own)).intersection(FORGOTTEN):
            own.execute(f"DELETE FROM {table}")  # noqa: S608 - a fixed name


def _private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def tables(database: sqlite3.Connection) -> list[str]:
    """Names of all tables of ours."""
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return sorted(name for (name,) in rows if re.fullmatch(r"\w+", name))


def counts(database: sqlite3.Connection) -> Counts:
    """Rows by table."""
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables(database)}  # noqa: S608


def applied(database: sqlite3.Connection) -> Migrations:
    """Migrations the database has seen, by app."""
    try:
        return grouped(database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.OperationalError as error:
        raise BackupError("This database was never filled: there is nothing to back up.") from error


def grouped(rows: Any) -> Migrations:
    """(app, name) rows by app."""
    found: Migrations = {}
    for app, name in rows:
        found.setdefault(app, []).append(name)
    return {app: sorted(names) for app, names in sorted(found.items())}


def check_sqlite(path: Path, expected: Counts) -> None:
    """Whether an unpacked database is whole and holds what its manifest says."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            is_whole = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            if is_whole and counts(database) == expected:
                return
    except sqlite3.DatabaseError as error:
        raise BackupError("This backup cannot be used: its database cannot be read.") from error
    raise BackupError("This backup cannot be used: its database is not what was backed up.")


def dump_postgresql(target: Path) -> tuple[Counts, Migrations]:
    """A dump in PostgreSQL's custom format and the counts of the very moment it shows."""
    check_tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        excluded = [f"--exclude-table-data={name}" for name in FORGOTTEN]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *excluded]
        _private(target)
        run_tool("pg_dump", [*options, f"--file={target}"], connection.get_connection_params())
        found = postgresql_counts(cursor)
        cursor.execute("SELECT app, name FROM django_migrations")
        return found | dict.fromkeys(FORGOTTEN, 0), grouped(cursor.fetchall())


def postgresql_counts(cursor: Any) -> Counts:
    """Rows by table of the public schema."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for name in sorted(row[0] for row in cursor.fetchall()):
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608 - names of our own tables
        found[name] = cursor.fetchone()[0]
    return found


def check_tool(name: str) -> None:
    """Whether pg_dump or pg_restore is there and no older than the server."""
    try:
        said = subprocess.run([name, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise BackupError(
            f"{name} is needed and not installed. It comes with PostgreSQL's client tools.", code=1
        ) from error
    found = re.search(r"(\d+)(?:\.\d+)*", said)
    server = int(connection.get_database_version()[0])
    if found and int(found[1]) < server:
        raise BackupError(
            f"{name} is version {found[1]}, the server is version {server}. Install its client tools of that version.",
            code=1,
        )


def run_tool(name: str, options: list[str], params: dict[str, Any], *, database: str = "") -> None:
    """Run one of PostgreSQL's tools on a database; the password goes by the environment, where nobody sees it."""
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import Conninfo

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    asked = {key: value for key, value in params.items() if key in known and value not in (None, "")}
    password = str(asked.pop("password", ""))
    if database:
        asked["dbname"] = database
    environment = {"PGPASSWORD": password, "LC_ALL": "C.UTF-8", "PATH": os.defpath}
    command = [shutil.which(name) or name, *options, f"--dbname={make_conninfo(**asked)}"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise BackupError(f"{name} failed: {last}", code=1)
