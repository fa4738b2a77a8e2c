"""Entries about people in Europe end when their notice says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.compliance.services import retention
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.core.models import Tombstone
from passalong.privacy import tasks
from passalong.privacy.services import ageing

pytestmark = pytest.mark.django_db
LONG = 2 * 366 + 1  # days


@pytest.fixture
def berlin():
    owner = make.member(make.practice("Okafor Beratung"))
    owner.practice.country = "DE"
    owner.practice.save()
    return owner


@pytest.fixture
def later(settings):
    def move(days: float) -> None:
        settings.CLOCK_OFFSET = days * 86_400

    return move


def names() -> set[str]:
    return set(Contact.objects.values_list("full_name", flat=True))


def test_who_was_kept_long_enough_is_forgotten_and_others_stay(berlin, later):
    old = make.contact(berlin, "Old Entry")
    touched = make.contact(berlin, "Touched Since")
    make.client(berlin, "Our Client")
    abroad = make.contact(make.member(), "Far Abroad")
    later(LONG - 30)
    contacts.set_standing(by=berlin, contact=touched, kind=StandingKind.PROSPECT)
    new = make.contact(berlin, "New Entry")
    tasks.forget_old.call()
    assert old.full_name in names()
    later(LONG)
    tasks.forget_old.call()
    assert names() == {"Touched Since", "Our Client", abroad.full_name, new.full_name}
    stone = Tombstone.objects.get()
    assert (stone.person, stone.detail) == (old.public_id, {"why": ageing.WHY})


def test_a_hold_keeps_them_and_nobody_behind_them(berlin, later, monkeypatch):
    monkeypatch.setattr(ageing, "AT_ONCE", 1)
    old = make.contact(berlin, "Old Entry")
    until = (clock.now() + timedelta(days=3 * 365)).date()
    retention.hold(by=berlin, subject=old.public_id, rule="court order", reason="A case is open.", until=until)
    make.contact(berlin, "Next Entry")
    later(LONG)
    assert ageing.forget_old() == 1
    assert names() == {old.full_name}
