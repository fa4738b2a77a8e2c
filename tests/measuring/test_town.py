"""The simulated town: made without the engine, as it says it is, and measured fairly."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from benchmarks.town import parameters as of
from benchmarks.town.cases import Cases
from benchmarks.town.folder import write
from benchmarks.town.lives import live
from benchmarks.town.measures import measured, ranking
from benchmarks.town.people import settle
from benchmarks.town.rounds import fresh
from benchmarks.town.world import Town, make

from passalong.engine import knows

ROOT = Path(__file__).resolve().parents[2]
SIZE = 1_000


@pytest.fixture(scope="module")
def town() -> Town:
    return make(SIZE, seed=7)


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town") / "town"
    write(town, place)
    return place


def test_the_generator_needs_numpy_and_nothing_of_the_product() -> None:
    told = "import sys; import benchmarks.town.world, benchmarks.town.folder; print('\\n'.join(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "numpy" in loaded
    assert not loaded & {"passalong", "scipy", "sklearn", "django"}


def test_the_same_seed_gives_the_same_town(town: Town) -> None:
    again, other = make(SIZE, seed=7), make(SIZE, seed=8)
    assert again.facts == town.facts or str(again.facts) == str(town.facts)  # nan is not equal to itself
    assert np.array_equal(again.bonds.a, town.bonds.a)
    assert not np.array_equal(other.bonds.a, town.bonds.a)


def test_people_know_150_on_the_mean_and_very_different_numbers(town: Town) -> None:
    known = np.bincount(np.r_[town.bonds.a, town.bonds.b], minlength=SIZE)
    assert known.mean() == pytest.approx(of.MEAN_ACQUAINTANCES, rel=0.01)
    assert known.std() > 50
    assert len(np.unique(town.bonds.keys(SIZE))) == len(town.bonds.a)
    assert (town.bonds.a < town.bonds.b).all()


def test_everybody_has_three_to_six_groups(town: Town) -> None:
    groups = sum(np.bincount(s.person, minlength=SIZE) for s in town.lives.all() if s.kind != "town")
    assert groups.min() >= of.GROUPS_LOW
    assert groups.max() <= of.GROUPS_HIGH
    assert set(groups.tolist()) == {3, 4, 5, 6}


def test_a_tenth_of_the_facts_is_wrong_in_every_way_and_a_third_undated(town: Town) -> None:
    wrong = Counter(fact.wrong for fact in town.facts)
    assert 1 - wrong[""] / len(town.facts) == pytest.approx(of.WRONG, abs=0.02)
    assert set(wrong) == {"", *of.WRONG_WAYS}
    undated = np.mean([np.isnan(fact.start) for fact in town.facts])
    assert undated == pytest.approx(of.UNDATED, abs=0.05)


def test_a_namesakes_fact_is_really_a_namesakes(town: Town) -> None:
    surname = town.people.surname
    held = {(surname[fact.person], fact.group) for fact in town.facts if not fact.wrong}
    given = [fact for fact in town.facts if fact.wrong == "namesake"]
    right = [(surname[fact.person], fact.group) in held for fact in given]
    assert np.mean(right) > 0.8  # the rest were wrong at the namesake's as well


def test_firms_are_mostly_small_and_a_few_large() -> None:
    rng = np.random.default_rng(1)
    heads = live(settle(3_000, rng), rng).jobs.headcount
    assert np.median(heads) < 20
    assert (heads >= 100).sum() >= 3
    assert heads.max() <= 3_000 / of.FIRM_SHARE


def test_hard_pairs_are_there_and_are_hard(town: Town) -> None:
    cases, found = Cases(town), Counter[str]()
    known = Counter[str]()
    for client in range(0, SIZE, 5):
        for name, mask in cases.of(client).items():
            found[name] += int(mask.sum())
            known[name] += int(town.knows(client, np.flatnonzero(mask)).sum())
    together, apart = "same employer, together", "same employer, never together, dates known"
    assert found[apart] > 100
    assert found["namesakes, not related"] > 10
    assert known[together] / found[together] > 2 * known[apart] / found[apart]


def test_truth_answers_pairs_either_way(town: Town) -> None:
    a, b = town.bonds.a[:50], town.bonds.b[:50]
    assert town.knows(a, b).all()
    assert town.knows(b, a).all()
    assert town.knows(int(a[0]), np.arange(SIZE)).sum() == ((town.bonds.a == a[0]) | (town.bonds.b == a[0])).sum()


def test_the_folder_is_read_and_tells_no_acquaintance(town: Town, folder: Path) -> None:
    data = knows.read_folder(folder)
    assert data.size == SIZE
    assert set(data.tie_kinds) == set(of.SEEN)
    assert not (folder / "answers.csv").exists()
    assert {"employer", "street", "school", "surname", "club", "household"} <= set(data.kinds)
    assert not [group for group in data.groups if group.startswith("circle")]


def test_some_mail_goes_between_strangers(town: Town) -> None:
    for kind, (each, noise) in of.SEEN.items():
        pairs = [(seen.a, seen.b) for seen in town.seen if seen.kind == kind]
        assert len(pairs) == round(each * SIZE)
        a, b = np.array(pairs).T
        assert 1 - town.knows(a, b).mean() == pytest.approx(noise, abs=0.01)


def test_answered_pairs_are_not_measured_and_answers_are_nearly_true(town: Town, folder: Path) -> None:
    rounds = fresh(town, folder, seed=3, name="few")
    course = rounds.run(np.arange(20))
    next(course)
    stop, _ = next(course)
    assert len(rounds.rows) == stop == 30
    for client, prospect in rounds.asked:
        assert prospect not in rounds.candidates(client)
        assert client not in rounds.candidates(prospect)
    answers = rounds.taught()
    right = [bool(town.knows(client, prospect)) == said for client, prospect, said in answers]
    assert np.mean(right) > 0.8
    with (rounds.folder / "answers.csv").open() as file:
        assert all(0 < float(row["shown_p"]) < 1 for row in csv.DictReader(file))


def test_figures_agree_with_the_products_own() -> None:
    rng = np.random.default_rng(5)
    p = [np.round(rng.random(300), 1) for _ in range(6)]  # many equals
    truth = [(rng.random(300) < one).astype(float) for one in p]
    ours = measured(p, truth)
    theirs = knows.quality(np.repeat(list("abcdef"), 300).tolist(), np.concatenate(p), np.concatenate(truth))
    assert ours["p10"] == pytest.approx(theirs["p10"])
    assert ours["auc"] == pytest.approx(theirs["auc"])
    assert ours["bss"] == pytest.approx(theirs["bss"])


def test_ranking_of_a_list_known_by_heart() -> None:
    p10, ap, auc = ranking(np.array([0.9, 0.8, 0.7, 0.1]), np.array([1.0, 0.0, 1.0, 0.0]))
    assert p10 == pytest.approx(0.5)
    assert ap == pytest.approx((1 + 2 / 3) / 2)
    assert auc == pytest.approx(0.75)
