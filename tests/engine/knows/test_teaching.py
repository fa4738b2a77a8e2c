"""What answers move, and how far: worth of kinds, sociability of clients, calibration; nothing for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.knows.make import data, town

from passalong.engine import knows
from passalong.engine.knows.lessons import CAP, exposure

ROWS = [(str(c), str(p), "knows" if (c + p) % 3 else "does_not_know", "") for c in range(6) for p in range(10, 20)]


def with_shown(rows: list[tuple[str, ...]], shown: list[float | None]) -> knows.DataSet:
    return data(town(200, ties=0) | {"answers": [(*row, p) for row, p in zip(rows, shown, strict=True)]})


def test_a_name_brought_up_by_the_client_teaches_nothing_where_others_were_shown() -> None:
    """A yes is a known tie all the same: what is learned is compared where both know the same ties."""
    shown = [0.4] * 30
    rows = ROWS[:30] + [(c, p, "does_not_know", "") for c, p, *_ in ROWS[30:]]
    only, both = knows.fit(with_shown(rows[:30], shown)), knows.fit(with_shown(rows, shown + [None] * 30))
    assert only.answers == both.answers == 30
    assert both.pull == pytest.approx(only.pull, abs=1e-6)
    assert both.curve == only.curve
    assert both.sociability["5"] == 0.0


def test_without_any_showing_chance_all_answers_count_alike() -> None:
    assert exposure(np.full(4, np.nan)).tolist() == [1, 1, 1, 1]


def test_improbable_names_that_were_shown_weigh_more_up_to_a_cap() -> None:
    weight = exposure(np.array([0.9, 0.5, 0.1, 0.0001, np.nan]))
    assert (np.diff(weight[:4]) >= 0).all()
    assert weight.max() <= CAP
    assert weight.min() == weight[4] == 0
    assert weight[:4].min() >= 1 / CAP


def test_a_client_who_knows_few_of_the_names_is_thought_less_sociable() -> None:
    rows = [("1", str(p), "does_not_know", "") for p in range(10, 30)]
    rows += [("2", str(p), "knows", "") for p in range(10, 30)]
    model = knows.fit(data(town() | {"answers": rows}))
    assert model.sociability["1"] < -0.1 < 0.1 < model.sociability["2"]
    scorer = knows.Scorer(data(town() | {"answers": rows}))
    first = scorer.rank("1", top=3)
    assert all(r.base + sum(x.points for x in r.reasons) == pytest.approx(r.score, abs=1e-9) for r in first)


@pytest.mark.parametrize("word", ["knows", "does_not_know"])
def test_the_calibration_never_falls_whatever_is_answered(word: str) -> None:
    model = knows.fit(data(town() | {"answers": [(c, p, word, "") for c, p, *_ in ROWS]}))
    score = np.linspace(-12, 12, 400)
    assert (np.diff(model.log_odds(score)) > 0).all()
    middle = knows.fit(data(town())).log_odds(score)
    assert (model.log_odds(score) >= middle).all() if word == "knows" else (model.log_odds(score) <= middle).all()


@pytest.mark.parametrize("chance", ["1.2", "-0.1", "x"])
def test_a_showing_chance_that_is_none_is_refused(chance: str) -> None:
    with pytest.raises(knows.DataError, match="answers, row 2: shown_p"):
        data(town() | {"answers": [("1", "2", "knows", "", chance)]})
