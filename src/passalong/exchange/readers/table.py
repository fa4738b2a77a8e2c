"""Delimited text (CSV and its cousins) to rows of cells, with the row numbers a spreadsheet shows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from passalong.exchange.readers import encoding, limits, values
from passalong.exchange.readers.records import Notes, Refused
from passalong.exchange.readers.source import Source

DELIMITERS = ",;\t|"
SNIFFED = 64 * 1024
Row = tuple[int, list[str]]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Table:
    """All rows of a table before its header is known; rows are (number as a spreadsheet shows it, cells)."""

    name: str
    rows: list[Row]
    encoding: str = "utf-8"
    size: int = 0
    notes: Notes = field(default_factory=Notes)


def read(source: Source, data: bytes | None = None, on_progress: Progress | None = None) -> Table:
    """Read delimited text. Refuses what is no text at all, and tables beyond the bounds."""
    decoded = encoding.decode(source.load() if data is None else data)
    _refuse_other(source.name, decoded.text)
    notes = Notes()
    if decoded.remark:
        notes.add(0, decoded.remark)
    rows = [(number, cells) for number, cells in _rows(decoded.text, source.name, notes, on_progress) if any(cells)]
    return Table(source.name, rows, decoded.encoding, source.size, notes)


def _refuse_other(name: str, text: str) -> None:
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<rss", "<feed", "<head", "<body")):
        what = "a web page" if "<html" in start or "doctype" in start else "an XML file"
        raise Refused(f"{name} is {what}, not a table; export the list as CSV or Excel (.xlsx) and import that.")
    if "\x00" in text[:SNIFFED]:
        raise Refused(f"{name} is not a text file; export the list as CSV or Excel (.xlsx) and import that.")


def _rows(text: str, name: str, notes: Notes, on_progress: Progress | None) -> Iterator[Row]:
    delimiter, text = sniff(text)
    csv.field_size_limit(limits.MAX_CELL)
    number, reader = 0, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, 1):
            _check_bounds(number, cells, name)
            if on_progress and not number % 2000:
                on_progress(number, 0)
            yield number, _clean(number, cells, notes)
    except csv.Error:
        raise Refused(
            f"{name} cannot be read from row {number + 1} on: a cell there is too long, or a quotation mark is never "
            "closed; mend that row and import again."
        ) from None
    if text.count('"') % 2:
        notes.add(number, "A quotation mark in the file is never closed; rows after it may have run together.")


def _check_bounds(number: int, cells: list[str], name: str) -> None:
    if len(cells) > limits.MAX_COLUMNS:
        raise Refused(
            f"{name} has more than {limits.MAX_COLUMNS:,} columns in row {number}; keep the ones that matter."
        )
    if number > limits.MAX_ROWS:
        raise Refused(f"{name} has more than {limits.MAX_ROWS:,} rows; split it and import the parts.")


def _clean(number: int, cells: list[str], notes: Notes) -> list[str]:
    return [clean_cell(number, cell, notes) for cell in cells]


def clean_cell(number: int, cell: str, notes: Notes) -> str:
    """Return the cell trimmed; a formula is never calculated, it is left out with a note."""
    if cell[:1] in "=@+- " and values.is_formula(cell):
        notes.add(number, f"The formula {cell.strip()[:40]} was left out; formulas are never calculated.")
        return ""
    return values.text(cell)


def sniff(text: str) -> tuple[str, str]:
    """Return the delimiter, and the text without the line in which Excel may name it."""
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in "\r\n":
        return text[4], text[5:].lstrip("\r\n")
    sample = text[:SNIFFED]
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return (best if scores[best] else ","), text


def _score(sample: str, delimiter: str) -> int:
    """Count the cells in rows of the commonest width: real columns repeat, stray marks in texts do not."""
    widths: Counter[int] = Counter()
    try:
        for _, cells in zip(range(100), csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), strict=False):
            widths[len(cells)] += len(cells) > 1
    except csv.Error:
        pass
    return max((width * count for width, count in widths.items()), default=0)
