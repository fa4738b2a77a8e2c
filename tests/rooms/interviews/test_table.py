"""The one table of an interview's stages and moves: what it holds, and that nothing but an act moves anything."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string
from tests import make
from tests.pages.routes import routes
from tests.rooms.interviews import pipeline

from passalong.accounts.models import Member
from passalong.compliance.record_words import WORDS
from passalong.core.errors import Refused
from passalong.core.schedule import SCHEDULE
from passalong.interviews import stages
from passalong.interviews.acts import ACTS, ENDS, PRESSED
from passalong.interviews.models import Interview, InterviewStep, Outcome, Stage
from passalong.interviews.services.voices import guest_voice, key_for
from passalong.interviews.stages import MOVES, NEXT, NONE, OPEN, Who, may, move_of

DAY = 86_400
STAGES = (NONE, *Stage.values)
AWAY = ("mailbox",)  # asks another server


def test_every_stage_can_be_reached_and_left_and_every_act_has_words() -> None:
    assert {move.to for move in MOVES} == set(Stage)
    assert {before for move in MOVES for before in move.before} == {NONE, *OPEN, Stage.RETURNED}
    assert set(ACTS) == set(stages.ACTS)
    assert set(ENDS) < set(PRESSED) < set(ACTS)
    assert set(NEXT) == set(OPEN)
    assert all((move.outcome is not None) == (move.to == Stage.CLOSED) for move in MOVES)
    assert all(f"interviews:{act.replace(' ', '_')}" in WORDS for act in stages.ACTS)


def test_only_the_guest_approves_and_what_they_told_is_called_a_report() -> None:
    by_desk = {move.act for move in MOVES if move.to == Stage.APPROVED and Who.MEMBER in move.who}
    assert by_desk == {"report an approval"}
    assert [move.who for move in MOVES if move.act == "approve"] == [(Who.GUEST,)]
    published = [move.before for move in MOVES if move.to == Stage.PUBLISHED and move.act != "not sent"]
    assert published == [(Stage.APPROVED,)], "nothing is published that was not approved"


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
@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_acts_keeps_row_steps_and_table_together(seed: int) -> None:
    """Seeded: acts by anybody in any order. What is refused changes nothing; what is not is in the table."""
    dice, owner = random.Random(seed), make.member()
    found = pipeline.at(dice.choice([Stage.IDEA, Stage.INVITED, Stage.EDITED, Stage.SHARED]), owner)
    for _turn in range(40):
        act, who = dice.choice(stages.ACTS), dice.choice(list(Who))
        before = _state(found)
        try:
            pipeline.go(found, act, who, owner)
        except Refused:
            found.refresh_from_db()
            assert _state(found) == before
            continue
        if _state(found) != before:
            step = InterviewStep.objects.filter(interview=found).latest("pk")
            assert (step.act, step.before, step.to) == (act, before[0], found.stage)
            assert any(step.act == m.act and step.before in m.before and step.to == m.to for m in MOVES)
        assert found.is_open == (found.stage in OPEN)
        assert bool(found.outcome) == (found.stage == Stage.CLOSED)


def _state(found: Interview) -> tuple[Any, ...]:
    return found.stage, found.outcome, found.is_open, found.due_at, found.scheduled_at, found.steps.count()


@pytest.mark.django_db
def test_the_same_act_twice_is_one_step() -> None:
    owner = make.member()
    found = pipeline.at(Stage.INVITED, owner)
    for _again in range(3):
        pipeline.go(found, "accept", Who.GUEST)
    assert found.steps.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1))
def test_no_page_no_machine_and_no_day_moves_an_interview(seed: int, settings: Any) -> None:
    """Seeded: pages of the desk and of guests opened by anybody, days that pass, all the work of the clock."""
    cache.clear()
    dice, owner = random.Random(seed), make.full_practice(f"Still{seed}")
    for stage in Stage.values:
        found = pipeline.at(stage, owner, pipeline.partner(owner, f"Jo {stage.title()}", f"{stage}@x.example"))
    paths = [*_pages(owner), f"/talk/{key_for(voice=guest_voice(interview=found))}"]
    before = dict(Interview.objects.values_list("pk", "stage"))
    tasks = [one.task for one in SCHEDULE if one.name not in AWAY]
    web = {"member": make.browser(owner), "machine": Client(headers={"user-agent": "BarracudaCentral/1.0"})}
    for _turn in range(40):
        deed = dice.choice(["open", "open", "day", "clock"])
        if deed == "open":
            client = web[dice.choice(["member", "machine"])]
            getattr(client, dice.choice(["get", "head"]))(dice.choice(paths))
        elif deed == "day":
            settings.CLOCK_OFFSET = getattr(settings, "CLOCK_OFFSET", 0) + dice.choice([1, 9, 40]) * DAY
        else:
            import_string(dice.choice(tasks)).call()
        assert dict(Interview.objects.values_list("pk", "stage")) == before


def _pages(owner: Member) -> list[str]:
    ids = Interview.objects.filter(practice=owner.practice).values_list("public_id", flat=True)
    found = []
    for route in routes(get_resolver().url_patterns):
        if not route.pattern.startswith("interviews/") or len(route.names) > 1:
            continue
        found += [route.path((one,)) for one in ids] if route.names else [route.path(())]
    return found


def test_the_page_in_the_docs_is_drawn_from_the_table() -> None:
    text = (Path(__file__).parents[3] / "docs/concepts/interviews.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{stages.mermaid()}\n```\n\n{stages.table()}\n" in text, "write it anew: tools/diagrams"


def test_a_letter_that_did_not_go_leads_back_and_never_out_to_the_public() -> None:
    back = {(before, move.to) for move in MOVES if move.act == "not sent" for before in move.before}
    assert back == {
        (Stage.INVITED, Stage.IDEA),
        (Stage.RETURN_ASKED, Stage.PUBLISHED),
        (Stage.RETURN_ASKED, Stage.SHARED),
    }


def test_what_is_taken_down_says_so() -> None:
    assert {move.outcome for move in MOVES if move.act == "take down"} == {Outcome.TAKEN_DOWN}
