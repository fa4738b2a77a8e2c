"""The one table of stages and moves: what it holds, and what no table may hold."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.introductions import flow

from passalong.accounts.models import Practice
from passalong.core.errors import Refused
from passalong.introductions import due, stages
from passalong.introductions.acts import ACTS
from passalong.introductions.models import Introduction, Stage, Step
from passalong.introductions.services import moving
from passalong.introductions.stages import MOVES, NEARNESS, NONE, OPEN, UNDO, Who, may, move_of

STAGES = (NONE, *Stage.values)


def test_the_clock_moves_nobody_nearer_to_contact() -> None:
    by_clock = [(move, before) for move in MOVES if Who.CLOCK in move.who for before in move.before]
    assert by_clock
    assert all(NEARNESS[move.to] < NEARNESS[before] for move, before in by_clock)


def test_nobody_reaches_a_yes_but_by_the_person_or_a_report_of_one() -> None:
    asks = NEARNESS[Stage.ANSWERED]
    over = {
        (move.act, *map(str, move.who))
        for move in MOVES
        for before in move.before
        if move.act != UNDO and NEARNESS[before] < asks <= NEARNESS[move.to] and before != Stage.CLOSED
    }
    assert over == {("answer yes", "the person"), ("report a yes", "practice", "referrer")}


def test_taking_back_leads_only_where_it_came_from() -> None:
    forward = {(move.to, before) for move in MOVES if move.act != UNDO for before in move.before}
    assert all((move.before[0], move.to) in forward for move in MOVES if move.act == UNDO)
    assert all(move.who == (Who.MEMBER,) for move in MOVES if move.act == UNDO)


def test_every_stage_can_be_reached_and_left_and_every_act_has_words() -> None:
    forward = [move for move in MOVES if move.act != UNDO]
    assert {move.to for move in forward} == set(Stage)
    assert {before for move in forward for before in move.before} == {NONE, *OPEN}
    assert set(ACTS) == set(stages.ACTS)
    assert all(move.outcome for move in forward if move.to == Stage.CLOSED)


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_table_does_not_hold_is_refused(stage: str) -> None:
    for act in stages.ACTS:
        for who in Who:
            if may(act, stage, who):
                assert move_of(act, stage, who).act == act
            else:
                with pytest.raises(Refused):
                    move_of(act, stage, who)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_acts_keeps_row_steps_and_table_together(seed: int) -> None:
    """Seeded: acts by anybody in any order. What is refused changes nothing; what is not is in the table."""
    dice, owner = random.Random(seed), make.member()
    found = flow.at(dice.choice([Stage.IDEA, Stage.ASKED, Stage.AGREED]), owner)
    for _turn in range(40):
        act, who = dice.choice(stages.ACTS), dice.choice(list(Who))
        before = _state(found)
        try:
            if act == UNDO:
                moving.undo(introduction=found, by=owner)
            else:
                flow.go(found, act, who, owner)
        except Refused:
            found.refresh_from_db()
            assert _state(found) == before
            continue
        if act == UNDO or _state(found) != before:
            step = Step.objects.filter(introduction=found).latest("pk")
            assert (step.act, step.before, step.to) == (act, before[0], found.stage)
            assert any(step.act == m.act and step.before in m.before and step.to == m.to for m in MOVES)
        assert found.is_open == (found.stage in OPEN)
        assert bool(found.outcome) == (found.stage == Stage.CLOSED)
        assert (found.forget_on is not None) == (found.stage in (Stage.AGREED, Stage.PASSED))


def _state(found: Introduction) -> tuple[Any, ...]:
    return found.stage, found.outcome, found.is_open, found.due_at, found.steps.count()


@pytest.mark.django_db
def test_the_same_act_twice_is_one_step() -> None:
    owner = make.member()
    found = flow.at(Stage.AGREED, owner)
    for _again in range(3):
        flow.go(found, "pass along", flow.REFERRER)
    assert found.steps.count() == 2


@pytest.mark.parametrize(
    ("country", "region", "day", "many", "ends"),
    [
        ("US", "", date(2026, 7, 1), 1, date(2026, 7, 2)),
        ("US", "", date(2026, 7, 2), 1, date(2026, 7, 6)),  # Friday is a holiday observed
        ("GB", "", date(2026, 12, 24), 1, date(2026, 12, 29)),
        ("GB", "SCT", date(2026, 12, 31), 1, date(2027, 1, 5)),  # two days in Scotland
        ("XX", "", date(2026, 11, 20), 1, date(2026, 11, 23)),  # an unknown place still has weekends
        ("DE", "nonsense", date(2026, 12, 24), 2, date(2026, 12, 29)),
    ],
)
def test_working_days_are_counted_by_the_holidays_of_the_place(
    country: str, region: str, day: date, many: int, ends: date
) -> None:
    assert due.after_working_days(Practice(country=country, region=region), day, many) == ends


def test_the_page_in_the_docs_is_drawn_from_the_table() -> None:
    text = (Path(__file__).parents[3] / "docs/concepts/introductions.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{stages.mermaid()}\n```\n\n{stages.table()}\n" in text, "write it anew: tools/diagrams"
