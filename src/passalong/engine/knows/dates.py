"""Dates as day numbers. Every cell is read alone, so one odd row never changes how the others are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from passalong.engine.knows.arrays import Floats

SHAPE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")
YEAR_DAYS = 365.25


class BadDate(ValueError):
    """A cell that is neither ISO date, year nor empty."""

    def __init__(self, position: int, text: str) -> None:
        super().__init__(f'"{text}" is not a date (wanted: 2009, 2009-05 or 2009-05-31)')
        self.position = position


def day_of(text: str | None, *, last: bool = False) -> float:
    """Day number (days since year 1) of an ISO date or year; nan when empty.

    A year or month alone means its first day, or with `last` its last. ValueError on anything else.
    """
    text = str(text or "").strip()
    if not text:
        return float("nan")
    match = SHAPE.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = match.groups()
    if day:
        return float(date(int(year), int(month), int(day)).toordinal())
    return _edge(int(year), int(month) if month else None, last)


def _edge(year: int, month: int | None, last: bool) -> float:
    """First or last day of a year or of a month; ValueError where there is no such year or month."""
    begin = date(year, 1 if month is None else month, 1)
    if not last:
        return float(begin.toordinal())
    after = (year, month + 1) if month and month < 12 else (year + 1, 1)
    if after[0] > 9999:
        return float(date(9999, 12, 31).toordinal())
    return float(date(after[0], after[1], 1).toordinal() - 1)


def days_of(texts: Sequence[str | None], *, last: bool = False) -> Floats:
    """Day numbers of a column; BadDate tells the position of the first cell that is no date."""
    known: dict[str | None, float] = {}
    out = np.empty(len(texts))
    for position, text in enumerate(texts):
        if text not in known:
            try:
                known[text] = day_of(text, last=last)
            except ValueError:
                raise BadDate(position, str(text)) from None
        out[position] = known[text]
    return out


def year_of(day: float) -> int:
    """Calendar year of a day number."""
    return date.fromordinal(int(day)).year
