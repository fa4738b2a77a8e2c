"""Many rows by one prepared statement: where a hundred thousand come at once, building an object for each takes longer
than everything else together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, on_conflict: str = "") -> None:
    """Insert rows of values in the order of `fields`. Defaults are not filled in: name every field that has no null.

    `on_conflict` is the statement's end, written by the caller in SQL that SQLite and PostgreSQL share.
    """
    quote = connection.ops.quote_name
    concrete = {field.name: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(quote(str(concrete[name])) for name in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places}) {on_conflict}", list(rows))  # noqa: S608


def day(on: date | None) -> Any:
    """A date as the database takes it."""
    return connection.ops.adapt_datefield_value(on)
