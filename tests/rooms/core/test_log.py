"""The event log is a chain over payloads that stand apart, and revisions count what changed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from tests import make
from tests.tampering import past_the_guards

from passalong.core import blobs, events, revisions
from passalong.core.chain import CONTENT, ERASED, GONE, MISSING, TEXT, event_hash, ranges, verify
from passalong.core.models import Blob, Event, Payload, RecordText, Revision
from passalong.core.records import forget, note_gone

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def _chain(count: int = 4) -> int:
    practice = make.practice()
    for number in range(count):
        page = blobs.keep(practice.pk, f"<p>Page {number} “ä”</p>".encode(), "text/html")
        said: dict[str, Any] = {"number": number, "text": "“ä”", "half": 0.1}
        events.record(practice.pk, "test:happened", actor="a", subject="s", texts={"page": page}, **said)
    return practice.pk


def _payload(pk: int, number: int) -> Payload:
    return Payload.objects.get(event__practice=pk, event__number=number)


def _found(pk: int) -> list[tuple[int, object]]:
    return [(one.number, one.what) for one in verify(pk).findings]


def test_an_untouched_chain_holds_after_reading_back() -> None:
    pk, other = _chain(), _chain(2)
    assert events.first_broken(pk) is None
    assert events.first_broken(other) is None
    assert list(Event.objects.filter(practice=pk).values_list("number", flat=True)) == [1, 2, 3, 4]
    seen = verify(pk)
    assert (seen.events, seen.texts, seen.stubs, seen.head[0]) == (4, 4, 0, 4)
    assert seen.head[1] == Event.objects.get(practice=pk, number=4).hash


@pytest.mark.parametrize(
    "data",
    [
        {"any": -0.0, "small": 1e-9, "third": 1 / 3, "whole": 2.0},
        {"keys": {10: "a", 9: "b"}, "pair": (1, 2), "day": make.DAY},
        {"odd": "a\x00b \u2028 😀", "nested": [{"none": None, "yes": True}]},
    ],
)
def test_whatever_is_said_holds_after_reading_back(data: dict[str, Any]) -> None:
    practice = make.practice()
    events.record(practice.pk, "test:happened", **data)
    assert events.first_broken(practice.pk) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e22])
def test_a_number_that_comes_back_otherwise_is_no_number(number: float) -> None:
    with pytest.raises(ValueError):
        events.record(make.practice().pk, "test:happened", number=number)


@pytest.mark.parametrize(
    "change",
    [{"actor": "b"}, {"kind": "test:other"}, {"subject": ""}, {"previous_hash": "0"}, {"digest": "0"}, {"hash": "0"}],
)
def test_a_changed_row_breaks_the_chain(change: dict[str, object]) -> None:
    pk = _chain()
    with past_the_guards():
        Event.objects.filter(practice=pk, number=2).update(**change)
    assert events.first_broken(pk) == 2


@pytest.mark.parametrize("change", [{"data": {"number": 9}}, {"salt": "0" * 32}])
def test_a_changed_payload_is_found(change: dict[str, object]) -> None:
    pk = _chain()
    with past_the_guards():
        Payload.objects.filter(pk=_payload(pk, 2).pk).update(**change)
    assert _found(pk) == [(2, CONTENT)]


def test_payloads_swapped_between_events_are_found() -> None:
    pk = _chain()
    two, three = _payload(pk, 2), _payload(pk, 3)
    with past_the_guards():
        spare = Event.objects.get(practice=pk, number=4)
        Payload.objects.filter(event=spare).delete()
        Payload.objects.filter(pk=two.pk).update(event=spare)
        Payload.objects.filter(pk=three.pk).update(event_id=two.event_id)
        Payload.objects.filter(pk=two.pk).update(event_id=three.event_id)
    assert _found(pk)[:2] == [(2, CONTENT), (3, CONTENT)]


def test_changed_bytes_of_a_text_are_found() -> None:
    pk = _chain()
    with past_the_guards():
        shown = RecordText.objects.get(payload=_payload(pk, 3)).blob_id
        Blob.objects.filter(pk=shown).update(content=b"<p>Something else</p>")
    assert _found(pk) == [(3, TEXT)]


def test_another_text_under_the_same_name_is_found() -> None:
    pk = _chain()
    other = blobs.keep(pk, b"other", "text/html")
    with past_the_guards():
        RecordText.objects.filter(payload=_payload(pk, 3)).update(blob=other)
    assert _found(pk) == [(3, TEXT)]


def test_a_text_taken_away_or_added_is_found() -> None:
    pk = _chain()
    RecordText.objects.filter(payload=_payload(pk, 3)).delete()
    other = blobs.keep(pk, b"other", "text/html")
    RecordText.objects.create(practice_id=pk, payload=_payload(pk, 4), name="more", blob=other)
    assert _found(pk) == [(3, TEXT), (4, TEXT)]


def test_a_missing_row_breaks_the_chain() -> None:
    pk = _chain()
    with past_the_guards():
        Event.objects.filter(practice=pk, number=2).delete()
    assert events.first_broken(pk) == 2


def test_a_row_missing_at_the_end_is_found() -> None:
    pk = _chain()
    with past_the_guards():
        Event.objects.filter(practice=pk, number=4).delete()
    assert _found(pk) == [(4, MISSING)]
    Revision.objects.filter(practice=pk, topic="events").update(number=3)  # covering it up
    assert events.record(pk, "test:happened").number == 4
    assert events.first_broken(pk) is None  # only a head kept elsewhere tells: `passalong record export`


def test_a_counter_set_back_is_found() -> None:
    pk = _chain()
    Revision.objects.filter(practice=pk, topic="events").update(number=2)
    assert events.first_broken(pk) == 3


def test_a_rewritten_row_breaks_the_one_after() -> None:
    pk = _chain()
    row = Event.objects.get(practice=pk, number=2)
    row.actor = "b"
    row.hash = event_hash(row.previous_hash, 2, row.at.isoformat(), "b", row.kind, row.subject, row.digest)
    with past_the_guards():
        row.save()
    assert events.first_broken(pk) == 3


def test_an_erased_payload_leaves_a_chain_that_holds() -> None:
    pk = _chain()
    gone = forget(Payload.objects.filter(event__practice=pk, event__number__in=[2, 3]).select_related("event"))
    note_gone(pk, ERASED, gone)
    seen = verify(pk)
    assert seen.is_well
    assert (seen.events, seen.stubs, seen.texts) == (5, 2, 2)
    assert Blob.objects.filter(practice=pk).count() == 2  # their pages went with them
    assert _payload(pk, 5).data == {"stubs": [[2, 3]], "count": 2}


def test_a_payload_deleted_without_a_word_is_found() -> None:
    pk = _chain()
    gone = forget(Payload.objects.filter(event__practice=pk, event__number=1).select_related("event"))
    note_gone(pk, ERASED, gone)
    Payload.objects.filter(event__practice=pk, event__number=3).delete()
    assert _found(pk) == [(3, GONE)]


def test_bytes_that_something_else_names_outlive_the_payload() -> None:
    practice = make.practice()
    page = blobs.keep(practice.pk, b"page", "text/html")
    for _ in range(2):
        events.record(practice.pk, "test:shown", texts={"page": page})
    forget(Payload.objects.filter(event__practice=practice, event__number=1).select_related("event"))
    assert Blob.objects.filter(pk=page.pk).exists()
    forget(Payload.objects.filter(event__practice=practice, event__number=2).select_related("event"))
    assert not Blob.objects.filter(pk=page.pk).exists()


def test_numbers_are_told_as_ranges() -> None:
    assert ranges([7, 1, 2, 3, 3]) == [(1, 3), (7, 7)]
    assert ranges([]) == []


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
            page = blobs.keep(practice.pk, b"the same page", "text/html")
            events.record(practice.pk, "test:happened", subject="s", texts={"page": page})
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Event.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert events.first_broken(practice.pk) is None


def test_revisions_rise_by_practice_and_topic() -> None:
    one, two = make.practice(), make.practice()
    assert revisions.current(one.pk, "evidence") == 0
    assert [revisions.bump(one.pk, "evidence") for _ in range(2)] == [1, 2]
    assert revisions.bump(one.pk, "other") == 1
    assert (revisions.current(one.pk, "evidence"), revisions.current(two.pk, "evidence")) == (2, 0)
