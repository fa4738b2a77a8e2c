"""The doctor sees when somebody has changed the record of what happened."""

from __future__ import annotations

import pytest
from tests import make
from tests.tampering import past_the_guards

from passalong.cli.doctor import check_event_log
from passalong.core.models import Event

pytestmark = pytest.mark.django_db


def test_an_untouched_log_is_well():
    make.contact(make.member())
    assert check_event_log().state == "ok"


def test_a_changed_event_is_found():
    owner = make.member()
    make.contact(owner)
    event = Event.objects.filter(practice=owner.practice).last()
    with past_the_guards():
        Event.objects.filter(pk=event.pk).update(kind="contacts:nothing")
    found = check_event_log()
    assert found.state == "broken"
    assert f"Event {event.number} of {owner.practice}" in found.text
