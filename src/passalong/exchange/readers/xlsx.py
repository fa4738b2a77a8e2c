"""Excel workbooks (.xlsx) to rows of cells: the sheet that looks most like a list of people is read."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from typing import Any

from passalong.exchange.readers import limits
from passalong.exchange.readers.records import Notes, Refused
from passalong.exchange.readers.source import Source, open_archive
from passalong.exchange.readers.table import Progress, Row, Table, clean_cell


def read(source: Source, on_progress: Progress | None = None) -> list[Table]:
    """Read every sheet, the first ones first. Refuses damaged, locked or oversized workbooks.

    defusedxml keeps entities and outside references out; formulas are left out, not calculated.
    """
    import openpyxl

    if not openpyxl.DEFUSEDXML or openpyxl.LXML:  # lxml, where another part brings it, would stand in the guard's place
        raise Refused("Excel files are not read here because the guard against harmful XML is not installed.")
    with open_archive(source):
        pass  # checked before anything is unpacked
    try:
        with warnings.catch_warnings(), source.open() as stream:
            warnings.simplefilter("ignore")  # about Excel features that have no meaning here
            book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            return [_sheet(source, sheet, on_progress) for sheet in book.worksheets[:50]]
    except Refused:
        raise
    except Exception as error:  # the library raises many kinds on damaged files
        raise Refused(
            f"{source.name} cannot be opened as an Excel workbook ({type(error).__name__}); "
            "open it in Excel, save it as .xlsx or CSV, and import that."
        ) from None


def _sheet(source: Source, sheet: Any, on_progress: Progress | None) -> Table:
    notes = Notes()
    sheet.reset_dimensions()  # what a file says about its size is not to be trusted
    rows = [(number, cells) for number, cells in _rows(source.name, sheet, notes, on_progress) if any(cells)]
    width = max((len(cells) for _number, cells in rows), default=0)
    rows = [(number, cells + [""] * (width - len(cells))) for number, cells in rows]
    return Table(f"{source.name} ({sheet.title})", rows, "xlsx", source.size, notes)


def _rows(name: str, sheet: Any, notes: Notes, on_progress: Progress | None) -> Iterator[Row]:
    number = 0
    for cells in sheet.iter_rows(max_col=limits.MAX_COLUMNS):
        number = next((cell.row for cell in cells if getattr(cell, "row", None)), number + 1)
        if number > limits.MAX_ROWS:
            raise Refused(f"{name} has more than {limits.MAX_ROWS:,} rows; split it and import the parts.")
        if on_progress and not number % 2000:
            on_progress(number, 0)
        texts = [_text(number, cell, notes) for cell in cells]
        while texts and not texts[-1]:  # rows come as wide as the sheet may be, mostly empty
            texts.pop()
        yield number, texts


def _text(number: int, cell: Any, notes: Notes) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        notes.add(number, "A formula was left out; formulas are never calculated.")
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return clean_cell(number, str(value)[: limits.MAX_CELL], notes)
