"""Dates, phone numbers, names and cells, one at a time."""

from __future__ import annotations

import pytest
from nameparser import HumanName

from passalong.exchange.readers import columns, dates, names, values


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("07 Dec 2025", "2025-12-07"),
        ("15-Jan-24", "2024-01-15"),
        ("5-May-25", "2025-05-05"),
        ("2024-01-15T10:00:00Z", "2024-01-15"),
        ("26.3.1994", "1994-03-26"),
        ("12/28/1969", "1969-12-28"),
        ("20/01/1991", "1991-01-20"),
        ("Mar 2020", "2020-03"),
        ("2020", "2020"),
        ("05/2016", "2016-05"),
        ("5/2016", "2016-05"),
        ("05.2016", "2016-05"),
        ("5 - 2016", "2016-05"),
        ("2016/5", "2016-05"),
        ("May 2016", "2016-05"),
        ("Mai 2016", "2016-05"),
        ("Sept. 2016", "2016-09"),
        ("2016 May", "2016-05"),
        ("13/2016", ""),
        ("0/2016", ""),
        ("05/16", ""),
        ("19800321", "1980-03-21"),
        ("--0415", "--04-15"),
        ("1er janvier 2001", ""),
        ("0/0/00", ""),
        ("2024-13-01", ""),
        ("31 Feb 2020", ""),
        ("yesterday", ""),
        ("", ""),
        ("3/15/2024 2:30 PM", "2024-03-15"),
        ("2024-3-5", "2024-03-05"),
    ],
)
def test_dates(written, iso):
    assert dates.iso(written) == iso


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("+1 (415) 555-2671", None, "+14155552671"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("(415) 555-2671", None, ""),
        ("tel:+44-20-7946-0018;ext=1", None, "+442079460018"),
        ("call me", "US", ""),
        ("12", "US", ""),
    ],
)
def test_phones(raw, region, e164):
    assert values.phone(raw, region).e164 == e164


def test_small_cleaners():
    assert values.phone("") is None
    assert values.text("  a\u200b \t b\r\nc\x00 ") == "a b\nc"
    assert values.meaningful(" N/A ") == ""
    assert names.split_credentials("Ma") == ("Ma", "")
    assert names.split_credentials("Garcia, CPA") == ("Garcia", "CPA")
    assert columns.field_of("Fax (work)") == ""
    assert columns.canonical("Full-Name_2") == "name"


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace", "Ada King Lovelace", "Robert B. Aderholt", "Jean-Luc Picard", "Mary O'Brien", "Zoë Ångström",
        "J. R. Tolkien", "Bo Li", "Vincent van Gogh", "Ms. Ann Lee", "John Smith Jr.", "Ana de la Cruz",
        "Ludwig Mies van der Rohe", "Dr. Juan Q. Xavier de la Vega III", "Min An Vu",
        "Anna M. Smith",
        "Anna V. Smith",
        "Eva E. Lee",
        "Ivo I. Roth",
        "José Ortega y Gasset",
    ],
)  # fmt: skip
def test_plain_names_are_taken_apart_as_the_parser_does(name):
    human = HumanName(name)
    expected = names.Parts(human.first, human.middle, human.last, human.title, human.suffix)
    assert names.take_apart(name) == expected


def test_what_is_not_taken_apart():
    for name in ("Ada", "ada@x.example lovelace", "a " * 200, ""):
        assert names.take_apart(name) == names.Parts()
