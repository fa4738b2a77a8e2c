"""The doctor sees when somebody has changed the record of what happened."""

from __future__ import annotations

import pytest
from tests import make
from tests.tampering import past_the_guards

from passalong.cli.doctor import check_event_log
from passalong.core import blobs, events
from passalong.core.models import Blob, Event

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
    assert found.text.startswith(f"Event {event.number} of {owner.practice} was changed")


def test_changed_bytes_are_found_with_their_practice():
    owner = make.member()
    page = blobs.keep(owner.practice_id, b"page", "text/html")
    event = events.record(owner.practice_id, "test:shown", texts={"page": page})
    with past_the_guards():
        Blob.objects.filter(pk=page.pk).update(content=b"other")
    assert f"vent {event.number} of {owner.practice} names a text whose bytes" in check_event_log().text


def test_a_database_that_would_let_it_be_changed_is_told():
    make.contact(make.member())
    assert "events and" in check_event_log().text
    with past_the_guards():
        found = check_event_log()
    assert (found.state, "would let them be changed" in found.text) == ("warning", True)
