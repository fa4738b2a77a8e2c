"""Dates as people and programs write them, to ISO. A date that cannot be told is the empty string, never a guess."""

from __future__ import annotations

import datetime as dt
import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene gen januar january janvier enero",
            "feb fev febr fevr februar february fevrier febrero",
            "mar mars mrz marz mrt march maerz marzo",
            "apr avr abr april avril abril",
            "may mai mei mag mayo maggio",
            "jun juin giu june juni junio",
            "jul juil lug july juli juillet julio",
            "aug aout ago august agosto",
            "sep sept set september septembre",
            "oct okt ott october oktober octobre",
            "nov november novembre",
            "dec dez dic december dezember decembre",
        ),
        1,
    )
    for name in names.split()
}
ACCENTS = str.maketrans("éèêûùäáà", "eeeuuaaa")
ISO = re.compile(r"(\d{4})(?:[-/.]?(\d{2}))?(?:[-/.]?(\d{2}))?(?=$|[Tt ])")
NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})$")
NUMERIC = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?=$|[Tt ,])")
ISO_LOOSE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[Tt ])")
WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[.\s/-]+)?([a-z]{3,9})[.,\s/-]+"
    r"(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4}|\d{2})(?=$|[Tt ,])"
)
# A month and a whole year; 05/16 may be the sixteenth of May and is left alone.
MONTH_YEAR = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{4})$")
YEAR_MONTH = re.compile(r"(\d{4})(?:\s?[./-]\s?(\d{1,2})|[\s,./-]+([a-z]{3,9})\.?)$")
CENTURY_PIVOT = 50  # 49 is 2049, 50 is 1950


def iso(value: str, *, day_first: bool | None = None) -> str:
    """Return an ISO date, whole or partial (2020, 2020-03, --04-15), or the empty string.

    A month stays a month: whoever reckons takes its first day as a beginning and its last as an end.
    day_first decides 3/4/2020; where it is None, slashes are read month first and dots day first.
    """
    value = value.strip()[:40]
    for reader in (_from_month, _from_iso, _from_words):
        found = reader(value.lower().translate(ACCENTS))
        if found:
            return found
    return _from_numbers(value, day_first)


def is_blank(value: str) -> bool:
    """Say whether the cell means "no date": empty, or only zeros as Outlook writes it (0/0/00)."""
    return not value.strip(" 0/.-:")


def looks_day_first(values: list[str]) -> bool | None:
    """Tell from a whole column whether 3/4/2020 is in April; None where no row decides it."""
    found = [match for value in values if (match := NUMERIC.match(value.strip()))]
    if any(int(match[1]) > 12 for match in found):
        return True
    if any(int(match[3]) > 12 for match in found):
        return False
    return None


def _from_iso(value: str) -> str:
    if bare := NO_YEAR.match(value):
        return f"--{bare[1]}-{bare[2]}" if _valid(2000, int(bare[1]), int(bare[2])) else ""
    match = ISO.match(value) or ISO_LOOSE.match(value)
    return _whole(int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else ""


def _from_month(value: str) -> str:
    if match := MONTH_YEAR.match(value):
        month, year = int(match[1]), match[2]
    elif match := YEAR_MONTH.match(value):
        month, year = int(match[2]) if match[2] else MONTHS.get(match[3], 0), match[1]
    else:
        return ""
    return _whole(int(year), month, 0) if month else ""


def _from_words(value: str) -> str:
    match = WORDS.match(value)
    if not match or match[2] not in MONTHS:
        return ""
    return _whole(_year(match[4]), MONTHS[match[2]], int(match[1] or match[3] or 0))


def _from_numbers(value: str, day_first: bool | None) -> str:
    match = NUMERIC.match(value)
    if not match:
        return ""
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    if day_first is None:
        day_first = match[2] == "." or first > 12
    month, day = (second, first) if day_first else (first, second)
    return _whole(year, month, day) if month and day else ""


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < CENTURY_PIVOT else 1900)


def _whole(year: int, month: int, day: int) -> str:
    if not _valid(year, month or 1, day or 1):
        return ""
    if not month:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if day else f"{year:04d}-{month:02d}"


def _valid(year: int, month: int, day: int) -> bool:
    try:
        return dt.date(year, month, day).year >= 1000
    except ValueError:
        return False
