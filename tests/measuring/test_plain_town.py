"""The plain town: 150 acquaintances out of three to six groups, a tenth wrong, hard negatives, and nothing hidden."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from benchmarks.town import parameters as of
from benchmarks.town.bonds import CAUSES, together, years_together
from benchmarks.town.cases import Cases
from benchmarks.town.folder import names, write
from benchmarks.town.lives import Stays
from benchmarks.town.plain import LARGE_SIZES, make_plain
from benchmarks.town.rounds import MEASURED
from benchmarks.town.run import HARDER_SEEDS, SEEDS, Bench
from benchmarks.town.world import Town

from passalong.engine import knows

ROOT = Path(__file__).resolve().parents[2]
SIZE = 3_000


@pytest.fixture(scope="module")
def town() -> Town:
    return make_plain(SIZE, seed=7)


def _known_by(town: Town, stays: Stays) -> tuple[np.ndarray, np.ndarray]:
    """Years together of pairs in one group, and whether they know each other."""
    i, j = together(stays)
    return years_together(stays, i, j)[0], town.knows(stays.person[i], stays.person[j])


def test_the_generator_needs_numpy_and_nothing_of_the_product() -> None:
    told = "import sys; import benchmarks.town.plain, benchmarks.town.folder; print('\\n'.join(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "numpy" in loaded
    assert not loaded & {"passalong", "scipy", "sklearn", "lightgbm", "django"}


def test_the_same_seed_gives_the_same_town() -> None:
    one, again, other = make_plain(1_000, 3), make_plain(1_000, 3), make_plain(1_000, 4)
    assert str(one.facts) == str(again.facts)  # nan is not equal to itself
    assert np.array_equal(one.bonds.a, again.bonds.a)
    assert not np.array_equal(one.bonds.a, other.bonds.a)


def test_people_know_150_on_the_mean_at_the_pace_that_was_written_down(town: Town) -> None:
    known = np.bincount(np.r_[town.bonds.a, town.bonds.b], minlength=SIZE)
    assert known.mean() == pytest.approx(of.MEAN_ACQUAINTANCES, rel=0.01)
    assert known.std() > 30
    assert 0.7 < town.bonds.pace < 1.4
    assert (town.bonds.a < town.bonds.b).all()


def test_acquaintance_comes_from_groups_kin_and_little_chance(town: Town) -> None:
    share = Counter(CAUSES[cause] for cause in town.bonds.cause.tolist())
    assert set(share) == {
        "kin",
        "work",
        "national",
        "street",
        "school",
        "club",
        "association",
        "board",
        "gym",
        "chance",
    }
    assert share["chance"] / len(town.bonds.a) == pytest.approx(0.03, abs=0.002)
    assert share["kin"] / len(town.bonds.a) < 0.05


def test_everybody_has_three_to_six_groups_and_all_are_in_the_records(town: Town) -> None:
    groups = np.bincount(np.concatenate([stays.person for stays in town.lives.all()]), minlength=SIZE)
    assert set(groups.tolist()) == {3, 4, 5, 6}
    assert np.array_equal(np.bincount([fact.person for fact in town.facts], minlength=SIZE), groups)
    jobs = np.bincount(np.r_[town.lives.jobs.person, town.lives.nationals.person], minlength=SIZE)
    assert set(jobs.tolist()) == {1, 2, 3}
    for stays in town.lives.all():
        assert (stays.start < stays.end).all()
        assert (stays.start < of.TODAY).all()


def test_a_tenth_of_the_facts_is_wrong_in_every_way_and_a_third_undated(town: Town) -> None:
    wrong = Counter(fact.wrong for fact in town.facts)
    assert 1 - wrong[""] / len(town.facts) == pytest.approx(of.WRONG, abs=0.01)
    assert set(wrong) == {"", *of.WRONG_WAYS}
    assert np.mean([np.isnan(fact.start) for fact in town.facts]) == pytest.approx(of.UNDATED, abs=0.03)


def test_the_longer_together_and_the_smaller_the_group_the_more_know_each_other(town: Town) -> None:
    for stays in (town.lives.homes, town.lives.jobs, town.lives.clubs):
        years, known = _known_by(town, stays)
        assert known[years < 2].mean() < known[(years > 4) & (years < 8)].mean() < known[years > 12].mean()
    for small, large in ((town.lives.jobs, town.lives.nationals), (town.lives.boards, town.lives.clubs)):
        assert _known_by(town, small)[1].mean() > 1.4 * _known_by(town, large)[1].mean()


def test_few_know_each_other_in_very_large_groups(town: Town) -> None:
    clubs = town.lives.clubs
    large = clubs.headcount >= min(LARGE_SIZES.values())
    assert large.sum() >= 4  # gyms and alumni
    i, j = together(clubs)
    i, j = i[large[clubs.group[i]]], j[large[clubs.group[i]]]
    assert town.knows(clubs.person[i], clubs.person[j]).mean() < 0.2
    assert np.bincount(clubs.group)[large].min() > 50


def test_hard_pairs_are_there_and_are_hard(town: Town) -> None:
    cases, found, known = Cases(town), Counter[str](), Counter[str]()
    for client in range(0, SIZE, 10):
        for name, mask in cases.of(client).items():
            found[name] += int(mask.sum())
            known[name] += int(town.knows(client, np.flatnonzero(mask)).sum())
    together, apart = "same employer, together", "same employer, never together, dates known"
    assert found[apart] > 500
    assert known[together] / found[together] > 5 * known[apart] / found[apart]
    assert found["namesakes, not related"] > 500
    assert known["namesakes, not related"] / found["namesakes, not related"] < 0.15
    assert found["same national employer"] > 1_000
    assert len(set(names(town))) < SIZE - 20  # two people of one full name


def test_members_of_a_club_of_all_decades_need_never_have_met(town: Town) -> None:
    clubs = town.lives.clubs
    size = np.bincount(clubs.group)
    met = 2 * len(together(clubs)[0]) / (size * (size - 1)).sum()
    assert 0.4 < met < 0.8


def test_the_folder_is_read_and_tells_no_acquaintance_no_age_no_contact(town: Town, tmp_path: Path) -> None:
    write(town, tmp_path / "town")
    data = knows.read_folder(tmp_path / "town")
    assert data.size == SIZE
    assert not data.tie_kinds
    assert not (tmp_path / "town" / "answers.csv").exists()
    assert {"employer", "street", "school", "surname", "club", "association", "board", "household"} <= set(data.kinds)


def test_both_towns_are_measured_and_bars_stand_on_the_plain_one() -> None:
    assert len(SEEDS) == 5
    assert len(HARDER_SEEDS) == 3
    bench = Bench(make_plain)
    bench.town(300, 1)
    assert {f"at_{stop}" for stop in MEASURED} <= set(bench.product)
    assert bench.peers["told the truth"][0]["p10"] > bench.peers["shared groups"][0]["p10"] - 0.1
    assert bench.towns[0]["wrong_facts"] == pytest.approx(of.WRONG, abs=0.03)
