"""The demo has interviews at every stage, partners of several trades, question sets and a casting call."""

from __future__ import annotations

import pytest
from tests import make

from passalong.core import clock
from passalong.demo import services
from passalong.interviews.models import CastingAsk, Interview, Partner, QuestionSet, Stage

pytestmark = pytest.mark.django_db


def test_a_dozen_interviews_stand_at_every_stage_and_their_pages_open() -> None:
    owner = services.put_in()
    found = Interview.objects.filter(practice=owner.practice)
    assert found.count() >= 12
    assert {one.stage for one in found} == set(Stage.values)
    assert found.filter(is_open=True, due_at__lt=clock.now()).exists()
    assert found.filter(stage=Stage.SCHEDULED, scheduled_at__gt=clock.now()).exists()
    assert all(one.due_at is None for one in found.filter(is_open=False))
    assert len(set(Partner.objects.filter(practice=owner.practice).values_list("trade", flat=True))) >= 3
    assert QuestionSet.objects.filter(practice=owner.practice).count() == 4
    assert set(CastingAsk.objects.filter(practice=owner.practice).values_list("would", flat=True)) == {
        True,
        False,
        None,
    }
    web = make.browser(owner)
    assert "overdue" in web.get("/interviews/board/").content.decode()
    for one in found:
        assert web.get(f"/interviews/{one.public_id}/").status_code == 200
