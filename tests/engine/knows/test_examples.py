"""The examples of the docs, and what a person would expect of them."""

from __future__ import annotations

import math

import pytest
from tests.engine.knows.make import data, harbor, town

from passalong.engine import knows


@pytest.fixture(scope="module")
def scorer() -> knows.Scorer:
    return knows.Scorer(harbor())


def reason(ranked: knows.Ranked, kind: str) -> knows.Reason:
    return next(r for r in ranked.reasons if r.kind == kind)


def test_colleagues_of_the_same_years_come_with_years_and_size(scorer: knows.Scorer) -> None:
    told = reason(scorer.explain("ann", "bob"), "employer")
    assert told.text == "Both worked at Harbor Dental, 2009 to 2013 (about 12 people)"
    assert told.audience == "client"
    assert told.group_id == "hd"
    assert told.points > 0.3


def test_never_there_at_the_same_time_is_worth_little_and_said(scorer: knows.Scorer) -> None:
    told = reason(scorer.explain("ann", "cat"), "employer")
    assert told.text == "Both worked at Harbor Dental, at different times (about 12 people)"
    assert told.points < reason(scorer.explain("ann", "bob"), "employer").points / 5


def test_vendor_and_employee_of_one_firm_are_crossed_and_counted_once(scorer: knows.Scorer) -> None:
    shared = [r for r in scorer.explain("ann", "dan").reasons if r.group_id == "hd"]
    assert [r.kind for r in shared] == ["crossed"]
    assert shared[0].points < reason(scorer.explain("ann", "bob"), "employer").points


def test_one_group_under_two_kinds_counts_once() -> None:
    rows = [(p, kind, "hd", None, None) for p in ("a", "b") for kind in ("employer", "board")]
    others = [(p, "employer", "x", None, None) for p in ("c", "d")]
    scorer = knows.Scorer(knows.DataSet.from_tables(list("abcdefgh"), affiliations=rows + others))
    shared = [r for r in scorer.explain("a", "b").reasons if r.group_id == "hd"]
    assert [r.kind for r in shared] == ["board"]


def test_mail_is_for_the_desk(scorer: knows.Scorer) -> None:
    told = reason(scorer.explain("ann", "eve"), "mail")
    assert told.audience == "desk"
    assert told.text == "Mail between them (12)"


def test_whom_both_have_met_is_said_in_words() -> None:
    ties = [("a", "c", "meeting", 3, None, None), ("b", "c", "meeting", 2, None, None)]
    told = knows.Scorer(knows.DataSet.from_tables(list("abcdef"), ties=ties)).explain("a", "b")
    assert "Both have met c" in [r.text for r in told.reasons]


def test_the_household_is_no_candidate(scorer: knows.Scorer) -> None:
    assert "flo" not in [ranked.prospect_id for ranked in scorer.rank("ann")]
    assert "flo" in [ranked.prospect_id for ranked in scorer.rank("ann", ["flo", "bob"])]


def test_without_ties_and_answers_the_prior_ranks_alone_and_says_so(scorer: knows.Scorer) -> None:
    ranked = scorer.rank("ann")
    assert [r.prospect_id for r in ranked][:2] == ["eve", "bob"]
    assert not any(r.calibrated for r in ranked)
    assert [r.rank for r in ranked] == list(range(1, len(ranked) + 1))


def test_a_quarrel_counts_against() -> None:
    def chance(kind: str) -> float:
        ties = [("a", "b", kind, None, None, None)]
        return float(knows.Scorer(knows.DataSet.from_tables(list("abcdef"), ties=ties)).p("a", ["b"])[0])

    plain = chance("no such contact known yet")
    assert chance("estranged") < chance("mail") < chance("meeting")
    assert chance("estranged") < plain < chance("works_with")


def test_answers_bar_candidates_and_the_last_one_wins() -> None:
    tables = town(60, ties=0) | {
        "answers": [("1", "2", "knows", "2020-01-01"), ("1", "2", "does_not_know", "2021-01-01")],
    }
    scorer = knows.Scorer(data(tables))
    assert scorer.world.ties.nnz == 0
    assert "2" not in [ranked.prospect_id for ranked in scorer.rank("1", top=100)]
    assert "2" not in [ranked.prospect_id for ranked in scorer.rank("1", ["2", "3"])]
    assert "1" in [ranked.prospect_id for ranked in scorer.rank("2", top=100)]


def test_answers_teach_kinds() -> None:
    tables = town(200, ties=0)
    mates = [(a[0], b[0]) for a in tables["affiliations"] for b in tables["affiliations"] if a[2] == b[2]]
    pairs = {kind: [] for kind in ("club", "employer")}
    groups = {(row[0], row[2]): row[1] for row in tables["affiliations"]}
    for a, b in mates:
        for kind, found in pairs.items():
            same = [g for (p, g), k in groups.items() if p == a and k == kind and (b, g) in groups]
            if a < b and same and len(found) < 40:
                found.append((a, b))
    yes = [(a, b, "knows", "") for a, b in pairs["club"]]
    no = [(a, b, "does_not_know", "") for a, b in pairs["employer"]]
    before, after = knows.fit(data(tables)), knows.fit(data(tables | {"answers": yes + no}))
    assert after.calibrated
    assert not before.calibrated
    assert after.answers == len({*yes, *no})
    assert not before.pull
    assert after.pull["club"] > 1.2
    assert after.pull["employer"] < 0.8


def test_sums_and_order_of_reasons() -> None:
    scorer = knows.Scorer(data(town()))
    for ranked in scorer.rank("5", top=30):
        assert ranked.base + sum(r.points for r in ranked.reasons) == pytest.approx(ranked.score, abs=1e-9)
        assert 0 <= ranked.p_low <= ranked.p_knows <= ranked.p_high <= 1
        sizes = [abs(r.points) for r in ranked.reasons]
        assert sizes == sorted(sizes, reverse=True)
    assert scorer.rank("5")[0].reasons


def test_rank_and_score_agree() -> None:
    scorer = knows.Scorer(data(town()))
    ranked = scorer.rank("7", top=200)
    again = scorer.p("7", [r.prospect_id for r in ranked])
    assert again == pytest.approx([r.p_knows for r in ranked], abs=1e-12)
    assert [r.p_knows for r in ranked] == sorted((r.p_knows for r in ranked), reverse=True)


def test_same_input_same_output() -> None:
    first, second = (knows.Scorer(data(town())).rank("3") for _ in range(2))
    assert first == second


def test_a_saved_model_scores_the_same(tmp_path) -> None:
    scorer = knows.Scorer(data(town()))
    scorer.model.save(tmp_path / "model.json")
    again = knows.Scorer(data(town()), knows.Model.load(tmp_path / "model.json"))
    assert again.rank("3") == scorer.rank("3")


def test_an_own_tie_is_not_used_for_the_pair() -> None:
    tables = town()
    a, b = tables["ties"][0][0], tables["ties"][0][1]
    with_tie = knows.Scorer(data(tables))
    rest = tables | {"ties": [row for row in tables["ties"] if not (row[2] == "knows" and row[:2] == (a, b))]}
    without = knows.Scorer(data(rest), with_tie.model)
    assert with_tie.p(a, [b])[0] == pytest.approx(without.p(a, [b])[0], abs=1e-12)
    assert with_tie.explain(a, b).score == pytest.approx(without.explain(a, b).score, abs=1e-9)


def test_training_never_sees_the_label() -> None:
    """With random ties nothing can be learned: a leak of the own tie would show as skill."""
    tables = town(150, ties=0)
    import numpy as np

    rng = np.random.default_rng(4)
    pairs = {tuple(sorted(rng.choice(150, 2, replace=False).tolist())) for _ in range(700)}
    tables["ties"] = [(str(a), str(b), "knows", None, "", "") for a, b in sorted(pairs)[::2]]
    scorer = knows.Scorer(data(tables))
    hidden = sorted(pairs)[1::2]
    free = [(a, b) for a in range(150) for b in range(a + 1, 150) if (a, b) not in pairs]
    chosen = [free[i] for i in rng.permutation(len(free))[:700]]
    yes = scorer.score((str(a), str(b)) for a, b in hidden)
    no = scorer.score((str(a), str(b)) for a, b in chosen)
    assert abs(math.log(yes.mean() / no.mean())) < 0.25


def test_contradictory_answers_of_two_people_the_later_wins() -> None:
    def tied(*answers: tuple[str, str, str, str | None]) -> bool:
        return bool(knows.Scorer(knows.DataSet.from_tables(["a", "b", "c"], answers=answers)).world.ties.nnz)

    assert not tied(("a", "b", "knows", "2020-01-01"), ("b", "a", "does_not_know", "2021-01-01"))
    assert tied(("a", "b", "does_not_know", "2020-01-01"), ("b", "a", "knows_well", "2021-01-01"))
    assert tied(("a", "b", "knows", None), ("b", "a", "rather_not", "2021-01-01"))


@pytest.mark.parametrize("people", [["a"], ["a", "b"], list("abcdef")])
def test_hardly_any_data_is_no_trouble(people: list[str]) -> None:
    ranked = knows.Scorer(knows.DataSet.from_tables(people)).rank("a")
    assert len(ranked) == len(people) - 1
    assert all(r.score == r.base and not r.reasons for r in ranked)


def test_everybody_knows_everybody() -> None:
    people = list("abcdefghijk")
    ties = [(a, b, "knows", None, None, None) for i, a in enumerate(people) for b in people[i + 1 :]]
    scorer = knows.Scorer(knows.DataSet.from_tables([*people, "new"], ties=ties))
    assert scorer.rank("a", top=5)[0].prospect_id == "new"


def test_pairs_of_one_person_are_refused_and_rank_pairs_counts_within_clients() -> None:
    scorer = knows.Scorer(data(town()))
    with pytest.raises(knows.DataError, match="themselves"):
        scorer.explain("1", "1")
    tie = scorer.data.ties
    known = (str(tie.a[0]), str(tie.b[0]))
    told = scorer.rank_pairs([("1", "2"), ("3", "2"), ("1", "4"), known])
    assert [(r.client_id, r.prospect_id) for r in told] == [("1", "2"), ("3", "2"), ("1", "4"), known]
    assert sorted(r.rank for r in told if r.client_id == "1")[:2] == [1, 2]
    assert told[3].score == scorer.explain(*known).score
    assert told[2].p_knows == pytest.approx(scorer.p("1", ["4"])[0], abs=1e-12)


def test_chains_prefer_different_first_introducers() -> None:
    ties = [("a", m, "knows", None, None, None) for m in "bc"]
    ties += [(m, n, "knows", None, None, None) for m in "bc" for n in "de"]
    ties += [(n, "z", "knows", None, None, None) for n in "de"] + [("b", "z", "knows", None, None, None)]
    chains = knows.Paths(knows.DataSet.from_tables(list("abcdez"), ties=ties)).between("a", "z", top=2)
    assert [chain.path for chain in chains] == [("a", "b", "z"), ("a", "c", "d", "z")]
    assert chains[0].value == pytest.approx(0.7**3)
    assert chains[1].value == pytest.approx(0.7**5)
