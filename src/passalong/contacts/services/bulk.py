"""Many rows in few statements: where a hundred thousand come at once, building an object for each takes longer than
everything else together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

AT_ONCE = 250  # rows a statement: few round trips, and fewer values than any SQLite takes


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, on_conflict: str = "") -> None:
    """Insert rows of values in the order of `fields`. Defaults are not filled in: name every field that has
    no null. Rows of one call must not conflict with each other.

    `on_conflict` is the statement's end, written by the caller in SQL that SQLite and PostgreSQL share.
    """
    quote = connection.ops.quote_name
    concrete = {field.name: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(quote(str(concrete[name])) for name in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of our own models
    one = f"({', '.join(['%s'] * len(fields))})"
    source = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(source, AT_ONCE)):
            values = [value for row in chunk for value in row]
            cursor.execute(f"{head}{', '.join([one] * len(chunk))} {on_conflict}", values)


def day(on: date | None) -> Any:
    """A date as the database takes it."""
    return connection.ops.adapt_datefield_value(on)
