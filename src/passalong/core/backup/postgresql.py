"""Databases of a PostgreSQL server as wholes: one is filled beside the one in use, then both change names at once.

Knows nothing of Django. The role needs CREATEDB.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from passalong.core.backup.archive import STONES_SQL, BackupError

LONGEST_NAME = 63
RENAME_TRIES = 8
BEFORE = "_before_restore_"


def is_postgresql(url: str) -> bool:
    """Whether a database URL names such a server."""
    return urlsplit(url).scheme in ("postgres", "postgresql", "pgsql", "psql")


def name_of(url: str) -> str:
    """The database's name."""
    return unquote(urlsplit(url).path.lstrip("/"))


def with_name(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def params_of(url: str) -> dict[str, Any]:
    """What psycopg and PostgreSQL's tools take."""
    return conninfo_to_dict(urlunsplit(urlsplit(url)._replace(scheme="postgresql")))


def names_for(url: str, stamp: str) -> tuple[str, str, str]:
    """The database in use, the one to be filled, and what the one in use is called afterwards."""
    name = name_of(url)
    return name, f"{name[:50]}_restoring", aside_of(name) + stamp


def aside_of(name: str) -> str:
    """How the names of databases begin that restores set aside; a stamp of 14 digits follows."""
    return f"{name[: LONGEST_NAME - 14 - len(BEFORE)]}{BEFORE}"


@contextmanager
def server(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server that holds none of the databases concerned. Raises BackupError."""
    last: Exception | None = None
    for name in ("postgres", "template1"):
        try:
            connection = psycopg.connect(make_conninfo(**(params_of(url) | {"dbname": name})), autocommit=True)
        except psycopg.OperationalError as error:
            last = error
            continue
        with connection:
            yield connection
        return
    raise BackupError(f"The database server does not answer ({_one_line(last)}).", code=1)


def _one_line(error: Exception | None) -> str:
    return " ".join(str(error).split())


def exists(connection: psycopg.Connection[Any], name: str) -> bool:
    """Whether there is such a database."""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def is_empty(url: str) -> bool:
    """Whether there is no database of this name, or no table in it."""
    with server(url) as connection:
        if not exists(connection, name_of(url)):
            return True
    with psycopg.connect(make_conninfo(**params_of(url))) as own:
        return own.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone() is None


def check_unused(url: str) -> None:
    """Raises BackupError while anybody is connected to the database, from whatever host."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with server(url) as connection:
        row = connection.execute(asked, [name_of(url)]).fetchone()
    if row and row[0]:
        raise BackupError(
            f"The database {name_of(url)} is in use ({row[0]} connections). Stop Passalong on every host first. "
            "Nothing was changed."
        )


def make(url: str, names: tuple[str, str, str]) -> None:
    """An empty database to be filled, alike in encoding and sorting to the one in use; an older try goes."""
    now, new, _ = names
    with server(url) as connection:
        try:
            connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(new)))
            like = connection.execute(
                "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = %s", [now]
            ).fetchone()
            made = SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(new))
            if like:
                made += SQL(" ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(*(Literal(one) for one in like))
            connection.execute(made)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "The database's role may not make databases, which a restore needs: it fills a new one, then changes "
                "names. As an administrator: ALTER ROLE ... CREATEDB. Nothing was changed."
            ) from error
        except psycopg.errors.ObjectInUse as error:
            raise BackupError(f"Another restore fills the database {new} just now. Nothing was changed.") from error


def empty(url: str, tables: Iterable[str]) -> None:
    """Remove all rows of these tables, where they are there."""
    with psycopg.connect(make_conninfo(**params_of(url))) as own:
        for name in tables:
            if own.execute("SELECT to_regclass(%s)", [name]).fetchone() != (None,):
                own.execute(SQL("DELETE FROM {}").format(Identifier(name)))


def drop(url: str, name: str) -> None:
    """Remove a database that was not put in use."""
    with server(url) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))


def rename(url: str, names: tuple[str, ...]) -> None:
    """Put the new one in use, in one transaction. Nothing is done where that has happened already.

    Whoever connected in the meantime is sent away. Raises BackupError, having changed nothing.
    """
    for attempt in range(RENAME_TRIES):
        try:
            _rename(url, names)
        except psycopg.errors.ObjectInUse:
            time.sleep(0.2 * attempt)
        else:
            return
    raise BackupError(f"The database {names[0]} is in use: stop Passalong on every host first.")


def _rename(url: str, names: tuple[str, ...]) -> None:
    now, new, before = names
    with server(url) as connection, connection.transaction():
        if not exists(connection, new):
            return
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"  # we are in neither
        connection.execute(others, [[now, new]])
        if exists(connection, now):
            connection.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(now), Identifier(before)))
        connection.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(new), Identifier(now)))


def stones(url: str) -> list[tuple[Any, ...]]:
    """Tombstones of the database in use: practice, kind, person, keys, detail, at."""
    try:
        with psycopg.connect(make_conninfo(**params_of(url))) as own:
            return [(*row[:3], _json(row[3]), _json(row[4]), _utc(row[5])) for row in own.execute(STONES_SQL)]
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return []


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
