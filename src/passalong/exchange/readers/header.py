"""Finding the header of a table by what it says, never by its line number: preambles and titles may stand above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from passalong.exchange.readers import columns, limits, values
from passalong.exchange.readers.records import Refused
from passalong.exchange.readers.table import Row, Table


class Header(NamedTuple):
    """The columns of a table, how many of them are understood, and the rows below."""

    columns: list[str]
    score: int
    rows: list[Row]

    def sample(self) -> list[list[str]]:
        """Return the first rows, to guess by and to show."""
        return [cells for _, cells in self.rows[: limits.SAMPLE]]


def find(table: Table, extra: Mapping[str, str] | None = None) -> Header:
    """Find the header of a table. Refuses a table without rows."""
    if not table.rows:
        raise Refused(f"{table.name} has no rows; export it again and import the new file.")
    top = table.rows[: limits.HEADER_SEARCH]
    scores = [_score(cells, extra) for _, cells in top]
    best = max(range(len(top)), key=lambda index: (scores[index], -index))
    if not scores[best]:
        best = _first_wide(top)
    width = max(len(cells) for _, cells in table.rows[best : best + limits.SAMPLE])
    if not scores[best] and any(values.email(cell) for cell in top[best][1]):
        return Header(_named([], width), 0, table.rows[best:])
    named = _named(top[best][1], width)
    secret = [index for index, column in enumerate(named) if columns.is_secret(column)]
    return Header(named, scores[best], [_padded(row, width, secret) for row in _below(table.rows, best)])


def choose(tables: Sequence[Table], extra: Mapping[str, str] | None = None) -> tuple[Table, Header]:
    """Return the sheet that looks most like a list of people. Refuses a workbook without rows."""
    filled = [table for table in tables if table.rows]
    if not filled:
        raise Refused(f"{tables[0].name if tables else 'The workbook'} has no rows; check that it is the right file.")
    found = [(table, find(table, extra)) for table in filled]
    return max(found, key=lambda pair: (_people_score(pair[1], extra), len(pair[1].rows)))


def _people_score(header: Header, extra: Mapping[str, str] | None) -> int:
    fields = {columns.field_of(column, extra) for column in header.columns}
    return len(fields & set(columns.IDENTIFYING)) * 100 + header.score


def _score(cells: Sequence[str], extra: Mapping[str, str] | None) -> int:
    if any("@" in cell for cell in cells):
        return 0
    return len({field for cell in cells if len(cell) <= 60 and (field := columns.field_of(cell, extra))})


def _first_wide(rows: Sequence[Row]) -> int:
    widths = [sum(map(bool, cells)) for _, cells in rows]
    return next((index for index, width in enumerate(widths) if width > 1), 0)


def _named(cells: Sequence[str], width: int) -> list[str]:
    """Give every column a name of its own, so that it can be mapped."""
    found: list[str] = []
    for index in range(width):
        cell = " ".join(cells[index].lstrip("# ").split()) if index < len(cells) else ""
        base, count = cell or f"Column {index + 1}", 1
        name = base
        while name in found:
            count += 1
            name = f"{base} ({count})"
        found.append(name)
    return found


def _below(rows: Sequence[Row], header: int) -> list[Row]:
    """Rows under the header without comment lines: a # in front and nothing else, or nothing but the comment."""
    return [row for row in rows[header + 1 :] if not _is_comment(row[1])]


def _is_comment(cells: Sequence[str]) -> bool:
    return cells[0].startswith("#") and not any(cells[1:])


def _padded(row: Row, width: int, secret: Sequence[int]) -> Row:
    """Give a row the width of its table, and forget what is never read."""
    number, cells = row
    if len(cells) < width:
        cells = cells + [""] * (width - len(cells))
    for index in secret:
        cells[index] = ""
    return number, cells
