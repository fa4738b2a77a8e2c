"""The demo has introductions at every stage, and some that ended."""

from __future__ import annotations

import pytest
from tests import make

from passalong.core import clock
from passalong.demo import services
from passalong.introductions.models import Introduction, Stage

pytestmark = pytest.mark.django_db


def test_a_dozen_introductions_stand_at_every_stage_and_their_pages_open() -> None:
    owner = services.put_in()
    found = Introduction.objects.filter(practice=owner.practice)
    assert found.count() >= 12
    assert {one.stage for one in found} == set(Stage.values)
    assert found.filter(is_open=True, due_at__lt=clock.now()).exists()
    assert all(one.due_at is None for one in found.filter(is_open=False))
    web = make.browser(owner)
    assert "overdue" in web.get("/introductions/board/").content.decode()
    for one in found:
        assert web.get(f"/introductions/{one.public_id}/").status_code == 200
