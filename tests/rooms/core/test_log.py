"""The event log is a chain, and revisions count what changed."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from tests import make

from passalong.core import events, revisions
from passalong.core.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def _chain(count: int = 4) -> int:
    practice = make.practice()
    for number in range(count):
        events.record(practice.pk, "test:happened", actor="a", subject="s", number=number, text="“ä”", kind="any")
    return practice.pk


def test_an_untouched_chain_holds_after_reading_back() -> None:
    pk, other = _chain(), _chain(2)
    assert events.first_broken(pk) is None
    assert events.first_broken(other) is None
    assert list(Event.objects.filter(practice=pk).values_list("number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "change", [{"data": {"number": 9}}, {"actor": "b"}, {"kind": "test:other"}, {"subject": ""}, {"previous_hash": "0"}]
)
def test_a_changed_row_breaks_the_chain(change: dict[str, object]) -> None:
    pk = _chain()
    Event.objects.filter(practice=pk, number=2).update(**change)
    assert events.first_broken(pk) == 2


def test_a_missing_row_breaks_the_chain() -> None:
    pk = _chain()
    Event.objects.filter(practice=pk, number=2).delete()
    assert events.first_broken(pk) == 3


def test_a_rewritten_row_breaks_the_one_after() -> None:
    pk = _chain()
    row = Event.objects.get(practice=pk, number=2)
    row.actor = "b"
    row.hash = events._hash(row.previous_hash, 2, row.at.isoformat(), "b", row.kind, row.subject, row.data)
    row.save()
    assert events.first_broken(pk) == 3


def test_an_event_and_its_change_come_or_go_together() -> None:
    practice = make.practice()
    with transaction.atomic():
        events.record(practice.pk, "test:happened")
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert events.record(practice.pk, "test:happened").number == 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    practice = make.practice()

    def write() -> None:
        for _ in range(5):
            events.record(practice.pk, "test:happened")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == 20
    assert events.first_broken(practice.pk) is None


def test_revisions_rise_by_practice_and_topic() -> None:
    one, two = make.practice(), make.practice()
    assert revisions.current(one.pk, "evidence") == 0
    assert [revisions.bump(one.pk, "evidence") for _ in range(2)] == [1, 2]
    assert revisions.bump(one.pk, "other") == 1
    assert (revisions.current(one.pk, "evidence"), revisions.current(two.pk, "evidence")) == (2, 0)
