"""The best of one client, found without laying out everybody, are those of the full row, to the last digit."""

from __future__ import annotations

import pytest
from tests.engine.knows.make import data, town
from tests.engine.knows.test_open_sets import SETS, table

from passalong.engine import knows
from passalong.engine.knows.scorer import FEW

TOP = 5
PEOPLE = 150


def alike(scorer: knows.Scorer, client: str, top: int) -> None:
    barred = {client, *(scorer.data.ids[i] for i in scorer.world.ties[[scorer.data.position(client)]].indices)}
    fast = scorer.rank(client, top=top)
    full = scorer.rank(client, [person for person in scorer.data.ids if person not in barred], top=top)
    assert len(fast) == top
    for one, other in zip(fast, full, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-9)
        assert (one.p_low, one.p_high) == pytest.approx((other.p_low, other.p_high), abs=1e-9)
        if one.prospect_id == other.prospect_id:  # equal scores may change places by rounding
            assert [r.text for r in one.reasons] == [r.text for r in other.reasons]
            assert [r.points for r in one.reasons] == pytest.approx([r.points for r in other.reasons], abs=1e-9)


@pytest.mark.parametrize("ties", [0, 30, 400, 1500])
@pytest.mark.parametrize("seed", range(4))
def test_best_people_are_those_of_the_full_row(seed: int, ties: int) -> None:
    tables = town(PEOPLE, seed, ties)
    tables["ties"] += [("1", "2", "meeting", 3, "2019-01-01", "2020-01-01"), ("3", "4", "estranged", None, "", "")]
    tables["affiliations"] = [row for row in tables["affiliations"] if row[0] != "9"]
    tables["ties"] = [row for row in tables["ties"] if "8" not in row[:2] and "9" not in row[:2]]
    scorer = knows.Scorer(data(tables))
    assert TOP * FEW <= PEOPLE / 2
    for client in map(str, range(12)):
        alike(scorer, client, TOP)


@pytest.mark.skipif(not SETS.is_dir(), reason="the open data sets do not lie beside the repository")
def test_the_same_on_an_open_set() -> None:
    tables = {
        file: [row if len(row) > 1 else (*row, "") for row in table("facebook100-Caltech36", "cold", file)]
        for file in ("people", "affiliations", "traits", "ties")
    }
    tables["ties"] = [(*row, "", "", "", "")[:6] for row in tables["ties"]]
    scorer = knows.Scorer(knows.DataSet.from_tables(**tables))
    for client in scorer.data.ids[:40]:
        alike(scorer, client, 20)
