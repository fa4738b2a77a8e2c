"""What falls due by the clock is enqueued once, whoever looks, and once for all that was missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from passalong.core import clock, schedule, ticking
from passalong.core.models import ScheduleMark
from passalong.core.worker import make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
START = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    def move(hours: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=hours))

    move(0)
    return move


DAILY = tuple(one for one in schedule.SCHEDULE if one.when.split()[1] != "*")


def test_every_task_of_the_table_exists_and_has_a_time_it_can_read() -> None:
    for one in schedule.SCHEDULE:
        assert callable(import_string(one.task).enqueue)
        within = timedelta(days=366) if one in DAILY else timedelta(days=1)
        assert schedule.last_due(one.when, after=START, until=START + within)


def test_the_first_look_marks_and_later_looks_enqueue_what_is_due(at) -> None:
    assert schedule.enqueue_due(DAILY) == []
    at(1)
    assert schedule.enqueue_due(DAILY) == []
    at(24)
    assert schedule.enqueue_due(DAILY) == [one.name for one in DAILY]
    assert schedule.enqueue_due(DAILY) == []
    assert DBTaskResult.objects.count() == len(DAILY)


def test_what_is_due_every_few_minutes_is_due_within_the_hour(at) -> None:
    often = tuple(one for one in schedule.SCHEDULE if one not in DAILY)
    schedule.enqueue_due(often)
    at(1)
    assert schedule.enqueue_due(often) == [one.name for one in often]


def test_days_that_were_missed_are_made_up_once(at) -> None:
    schedule.enqueue_due()
    at(24 * 30)
    schedule.enqueue_due()
    assert DBTaskResult.objects.count() == len(schedule.SCHEDULE)
    at(24 * 31)
    schedule.enqueue_due()
    assert DBTaskResult.objects.count() == 2 * len(schedule.SCHEDULE)


def test_two_ticks_that_saw_the_same_moment_enqueue_once(at) -> None:
    schedule.enqueue_due()
    one = schedule.SCHEDULE[0]
    seen = ScheduleMark.objects.get(name=one.name).done_until
    due = seen + timedelta(days=1)
    assert schedule._enqueue(one, seen, due)
    assert not schedule._enqueue(one, seen, due)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_housekeeping_tasks_run(at) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=START - timedelta(days=999))
    schedule.enqueue_due()
    at(24)
    assert ticking.step()
    make_worker(["*"], batch=True, interval=0).run()
    assert {row.status for row in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert not Session.objects.exists()
