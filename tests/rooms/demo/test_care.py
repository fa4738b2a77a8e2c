"""The demo shows what is owed: an agreement, promises, what is to be said, an ask that met silence."""

from __future__ import annotations

import pytest
from tests import make

from passalong.demo import services as demo
from passalong.introductions.models import Agreement, Seed
from passalong.introductions.selectors import care, seeds

pytestmark = pytest.mark.django_db


def test_the_demo_owes_and_has_agreed() -> None:
    owner = demo.put_in()
    assert Agreement.objects.get().acknowledged_on
    assert [one.is_overdue for one in care.promises_due(owner.practice)] == [True, False]
    assert len(care.silent(owner.practice)) == 1
    assert Seed.objects.filter(said_on__isnull=False).count() == 2
    assert seeds.due(owner.practice).exists()
    desk = make.browser(owner)
    for address in ("/care/promises/", "/care/to-say/", "/care/silent/"):
        assert desk.get(address).status_code == 200
