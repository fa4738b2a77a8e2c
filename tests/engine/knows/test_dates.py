"""As-of: nothing from the date on may be known, and no odd row may change how others are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.knows.make import data, same, town

from passalong.engine import knows
from passalong.engine.knows.dates import day_of, days_of

CUT = "2010-06-01"


def dated_town() -> dict[str, list[tuple[object, ...]]]:
    """A town where half of the ties and memberships begin after the cut."""
    tables = town()
    ties = [
        (a, b, k, c, ("2005-01-01", "2011-05-05")[i % 2], "2012-01-01")
        for i, (a, b, k, c, _, _) in enumerate(tables["ties"])
    ]
    groups = [
        (p, k, g, ("2004", "2010-06-01", "")[i % 3], ("2013", "", "2009")[i % 3])
        for i, (p, k, g, _, _) in enumerate(tables["affiliations"])
    ]
    return tables | {"ties": ties, "affiliations": groups}


def test_what_begins_on_or_after_the_date_changes_nothing() -> None:
    tables = dated_town()
    early = tables | {
        "ties": [row for row in tables["ties"] if row[4] < CUT],
        "affiliations": [row for row in tables["affiliations"] if not row[3] or row[3] < CUT],
    }
    all_known = knows.Scorer(data(tables), as_of=CUT).rank("3", top=50)
    assert same(all_known, knows.Scorer(data(early), as_of=CUT).rank("3", top=50))


def test_ends_on_or_after_the_date_are_blank() -> None:
    tables = dated_town()
    blank = [(p, k, g, s, "" if e and e >= "2010" else e) for p, k, g, s, e in tables["affiliations"]]
    cut = knows.Scorer(data(tables), as_of=CUT).rank("3", top=50)
    assert same(cut, knows.Scorer(data(tables | {"affiliations": blank}), as_of=CUT).rank("3", top=50))


def test_contacts_seen_only_after_the_date_are_unknown_and_others_are_cut_short() -> None:
    rows = [
        ("a", "b", "mail", 10, "2009-06-01", "2011-06-01"),
        ("a", "c", "mail", 10, "2010-06-01", None),
        ("a", "d", "mail", 10, None, "2010-07-01"),
        ("a", "e", "mail", 10, None, None),
    ]
    ties = knows.DataSet.from_tables(list("abcde"), ties=rows).until(CUT).ties
    assert ties.b.tolist() == [1, 4]
    assert ties.count.tolist() == pytest.approx([5.0, 10.0], rel=0.01)
    assert ties.last[0] == day_of(CUT)


def test_answers_from_the_date_on_are_unknown() -> None:
    rows = [("a", "b", "knows", "2010-05-31"), ("a", "b", "does_not_know", CUT), ("a", "c", "knows", None)]
    known = knows.DataSet.from_tables(list("abc"), answers=rows).until(CUT)
    assert knows.Scorer(known).world.ties.nnz == 4


def test_one_undated_row_does_not_change_the_unit_of_the_others() -> None:
    """Years once turned into another unit when a row without date joined, and the future passed the cut."""
    rows = [("a", "school", "s", "2011", None), ("b", "school", "s", "2001", None)]
    for extra in ([], [("c", "school", "s", None, None)], [("c", "school", "s", "", "2020-01-01")]):
        kept = knows.DataSet.from_tables(list("abc"), affiliations=[*extra, *rows]).until(CUT).affiliations
        assert 0 not in kept.person.tolist()
        assert 1 in kept.person.tolist()


@given(st.lists(st.sampled_from(["", "1999", "2004-02", "2004-02-29", "2004-02-29T10:00:00", " 2010 "]), max_size=9))
def test_each_cell_is_read_alone(texts: list[str]) -> None:
    together = days_of(texts)
    alone = [day_of(text) for text in texts]
    assert [str(day) for day in together] == [str(day) for day in alone]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2004", "2004-01-01", "2004-12-31"),
        ("2004-02", "2004-02-01", "2004-02-29"),
        ("2004-12", "2004-12-01", "2004-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_year_or_month_means_all_of_it(text: str, first: str, last: str) -> None:
    assert day_of(text) == day_of(first)
    assert day_of(text, last=True) == day_of(last)


@pytest.mark.parametrize("text", ["31.12.2004", "07 Dec 2025", "2004-13", "2004-02-30", "yesterday", "20040101"])
def test_other_words_are_no_dates(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        day_of(text)


def test_dates_in_the_future_are_dates() -> None:
    scorer = knows.Scorer(
        knows.DataSet.from_tables(["a", "b"], [("a", "club", "c", "2190", ""), ("b", "club", "c", "", "")])
    )
    assert 0 <= scorer.p("a", ["b"])[0] <= 1
