"""Ten thousand introductions of one referrer: the pages stay quick, and ask as many questions as with ten."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.portal.visiting import forget_limits, visit

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Introduction, OwnAct, Stage, Step
from passalong.introductions.stages import Who

pytestmark = pytest.mark.django_db
PATHS = ("/me/", "/me/introductions/", "/me/introductions/?page=2")
LIMIT = 0.2  # seconds of server time


@pytest.fixture
def ann() -> Contact:
    forget_limits()
    return make.client(make.member(), "Ann Okafor")


def _many(by: Member, ann: Contact, number: int) -> None:
    """Rows of every kind, straight into the tables: half asked, half agreed, a third of those passed along."""
    now, own = clock.now(), {"practice": by.practice}
    people = Contact.objects.bulk_create(
        Contact(full_name=f"Friend {one}", sort_key=f"friend {one}", **own) for one in range(number)
    )
    rows = Introduction.objects.bulk_create(
        Introduction(
            referrer=ann,
            prospect=person,
            stage=Stage.ASKED if at % 2 else Stage.ANSWERED,
            created_at=now - timedelta(minutes=at),
            **own,
        )
        for at, person in enumerate(people)
    )
    steps = [("ask", "", Who.MEMBER), ("agree", "asked", Who.MEMBER), ("answer yes", "agreed", Who.PERSON)]
    Step.objects.bulk_create(
        Step(introduction=row, act=act, before=before, to="asked", who=who, at=now, **own)
        for at, row in enumerate(rows)
        for act, before, who in (steps[:1] if at % 2 else steps)
    )
    OwnAct.objects.bulk_create(
        OwnAct(introduction=row, referrer=ann, act="pass along", on=now.date(), at=now, **own) for row in rows[::6]
    )


def _asked(browser: Client) -> list[int]:
    found = []
    for path in PATHS:
        with CaptureQueriesContext(connection) as queries:
            answer: Any = browser.get(path)
        assert answer.status_code == 200
        found.append(len(queries))
    return found


def test_ten_thousand_are_as_quick_as_ten(ann: Contact) -> None:
    by = make.member(ann.practice)
    browser = visit(ann)
    _many(by, ann, 60)
    few = _asked(browser)
    _many(by, ann, 9940)
    connection.cursor().execute("ANALYZE")
    assert Introduction.objects.filter(referrer=ann).count() == 10_000
    assert _asked(browser) == few
    assert max(few) <= 40
    one = Introduction.objects.order_by("pk")[4]
    for path in (*PATHS, "/me/introductions/?page=399", f"/me/introductions/{one.public_id}"):
        best = min(_took(browser, path) for _turn in range(3))
        assert best <= LIMIT, f"{path}: {best:.3f} s"


def _took(browser: Client, path: str) -> float:
    start = time.process_time()
    assert browser.get(path).status_code == 200
    return time.process_time() - start
