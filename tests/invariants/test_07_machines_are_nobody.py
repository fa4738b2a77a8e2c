"""Invariant 7: machine hits never count as a person and trigger nothing."""

from __future__ import annotations

import pytest
from tests.engine.visits.make import BROWSERS, page

from passalong.engine import visits


@pytest.mark.parametrize("agent", [*BROWSERS, "Mozilla/5.0", "Slackbot-LinkExpanding 1.0", ""])
def test_opening_alone_makes_nobody_a_reader(agent: str) -> None:
    """Whatever it calls itself: without a sign of reading a hit is no person."""
    hits = [one for at in range(0, 90, 9) for one in page(at, agent=agent)]
    assert visits.PERSON not in {said.verdict for said in visits.judge(hits)}


def test_a_machine_that_plays_reader_is_still_none() -> None:
    entries = page(0, agent="Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", engaged=(5, 70))
    assert visits.PERSON not in {said.verdict for said in visits.judge(entries)}


def test_somebody_who_reads_is_one() -> None:
    assert visits.PERSON in {said.verdict for said in visits.judge(page(0, engaged=(5, 70)))}
