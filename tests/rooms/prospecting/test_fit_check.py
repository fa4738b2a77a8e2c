"""The plain answer and the rule behind it."""

from __future__ import annotations

import pytest

from passalong.prospecting.fit_check import ENOUGH, QUESTIONS, judge

ALL = {question.id: True for question in QUESTIONS}
MUSTS = [question.id for question in QUESTIONS if question.must]


def test_there_are_ten_questions_and_four_everything_rests_on():
    assert len(QUESTIONS) == 10
    assert len(MUSTS) == 4


def test_all_true_suits():
    assert judge(ALL).suits
    assert judge(ALL).fix_first == ()


@pytest.mark.parametrize("must", MUSTS)
def test_one_missing_must_is_not_yet_and_comes_first(must):
    verdict = judge({**ALL, must: False})
    assert not verdict.suits
    assert verdict.fix_first[0].id == must


def test_eight_of_ten_with_all_musts_suit_and_seven_do_not():
    others = [question.id for question in QUESTIONS if not question.must]
    assert judge({**ALL, others[0]: False, others[1]: False}).true == ENOUGH
    assert judge({**ALL, others[0]: False, others[1]: False}).suits
    assert not judge({**ALL, **dict.fromkeys(others[:3], False)}).suits


def test_never_more_than_two_to_mend():
    assert len(judge({}).fix_first) == 2
