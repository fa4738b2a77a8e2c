"""A list that is part of a larger population has that population's base rate, and its groups say more."""

from __future__ import annotations

from passalong.engine import knows


def _scorer(drawn_from: int) -> knows.Scorer:
    people = [str(n) for n in range(20)]
    rows = [("0", "board", "b", "", ""), ("1", "board", "b", "", "")]
    return knows.Scorer(knows.DataSet.from_tables(people=people, affiliations=rows, drawn_from=drawn_from))


def test_strangers_in_an_address_book_are_less_probable_than_in_a_village() -> None:
    assert _scorer(1_000).p("0", ["5"])[0] < 0.1 < _scorer(0).p("0", ["5"])[0]


def test_a_shared_board_says_the_same_in_the_end() -> None:
    assert abs(_scorer(1_000).p("0", ["1"])[0] - _scorer(0).p("0", ["1"])[0]) < 0.1


def test_fewer_than_listed_changes_nothing() -> None:
    assert _scorer(3).p("0", ["1", "5"]).tolist() == _scorer(0).p("0", ["1", "5"]).tolist()


def test_a_term_that_ends_years_from_now_makes_no_contact_old() -> None:
    """Its end is no day that has passed: what was seen last month stays fresh."""

    def chance(end: str) -> float:
        terms = [(p, "board", "trust", "2024-01-01", end) for p in ("x", "y")]
        ties = [("a", "b", "mail", 3, "2026-01-01", "2026-10-01")]
        return float(
            knows.Scorer(knows.DataSet.from_tables(list("abxyz"), affiliations=terms, ties=ties)).p("a", ["b"])[0]
        )

    assert chance("2031-12-31") == chance("")


def test_without_any_tie_of_the_data_nobody_is_certain_and_order_stays() -> None:
    """A tenth of all facts is wrong and names are shared: heaps of evidence end near .99, one after the other."""
    ties = [
        ("a", other, kind, 9, "", "")
        for other, kinds in (("b", 4), ("c", 3))
        for kind in ["mail", "call", "meeting", "linkedin"][:kinds]
    ]
    first, second = knows.Scorer(knows.DataSet.from_tables(list("abcxyz"), ties=ties)).rank("a", top=2)
    assert (first.prospect_id, second.prospect_id) == ("b", "c")
    assert 0.95 < second.p_knows < first.p_knows < first.p_high < 0.999
