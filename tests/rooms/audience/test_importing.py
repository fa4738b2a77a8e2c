"""Readers brought in by a file: with evidence or not at all, and nobody who has left comes back."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make
from tests.rooms.audience.cast import reader
from tests.rooms.mail.outgoing import writer

from passalong.accounts.models import Member
from passalong.audience.models import Subscriber, SubscriberState
from passalong.audience.services import importing
from passalong.contacts.person import person_of
from passalong.core import erasing
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.mail.models import Message
from passalong.mail.services.suppression import suppress

pytestmark = pytest.mark.django_db
HEAD = "address,agreed_on,how,where,name\n"
GOOD = "jo{n}@lind.example,2026-05-04,a box they ticked on our site,form archive 2026,Jo {n}\n"


@pytest.fixture
def by() -> Member:
    return writer()


def bring(by: Member, text: str, *, attested: bool = True) -> importing.Report:
    return importing.bring_in(by=by, content=text.encode(), attested=attested)


@pytest.mark.storage
def test_rows_with_evidence_are_taken_and_the_evidence_is_kept(by: Member) -> None:
    report = bring(by, HEAD + GOOD.format(n=1) + GOOD.format(n=2) + GOOD.format(n=1))
    assert (report.added, report.known, report.refused) == (2, 1, [])
    one = Subscriber.objects.get(address="jo1@lind.example")
    assert (one.state, one.by) == (SubscriberState.ACTIVE, "import")
    assert one.evidence_words == "2026-05-04; a box they ticked on our site; form archive 2026"
    assert b"a box they ticked" in bytes(one.evidence.content)
    assert not Message.objects.exists(), "nobody is written to because of a file"
    assert Event.objects.get(kind="audience:imported").payload.data["many"] == 2


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_the_day_they_agreed_on_is_that_day_wherever_the_practice_is(by: Member, settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    bring(by, HEAD + GOOD.format(n=1))
    assert timezone.localdate(Subscriber.objects.get().asked_at) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("jo@lind.example,,a form,archive,\n", "agreed_on"),
        ("jo@lind.example,04.05.2026,a form,archive,\n", "date"),
        ("jo@lind.example,2090-01-01,a form,archive,\n", "future"),
        ("jo@lind.example,2026-05-04,,archive,\n", "how"),
        ("jo@lind.example,2026-05-04,a form,,\n", "where"),
        ("jo,2026-05-04,a form,archive,\n", "mail address"),
        (f"jo@lind.example,2026-05-04,a form,{'x' * 400},\n", "longer"),
    ],
)
def test_a_row_without_evidence_is_refused_with_its_number_and_the_reason(by: Member, row: str, why: str) -> None:
    report = bring(by, HEAD + GOOD.format(n=1) + row + "\n" + GOOD.format(n=2))
    assert report.added == 2
    assert len(report.refused) == 1
    assert report.refused[0][0] == 3
    assert why in report.refused[0][1]


def test_nobody_who_left_or_must_not_be_written_to_comes_back(by: Member) -> None:
    reader(by, "jo1@lind.example", state=SubscriberState.LEFT)
    suppress(by.practice_id, "jo2@lind.example", reason="complained")
    suppress(by.practice_id, "jo3@lind.example", scope="news", reason="unsubscribed")
    report = bring(by, HEAD + "".join(GOOD.format(n=n) for n in range(1, 5)))
    assert (report.added, [number for number, _why in report.refused]) == (1, [2, 3, 4])
    assert not Subscriber.objects.filter(address="jo2@lind.example").exists()
    assert Subscriber.objects.get(address="jo1@lind.example").state == SubscriberState.LEFT


def test_nobody_who_was_forgotten_on_their_own_request_comes_back(by: Member) -> None:
    someone = make.contact(by, "Jo Lind", email="jo1@lind.example")
    erasing.erase(person_of(someone), why="asked")
    report = bring(by, HEAD + GOOD.format(n=1) + GOOD.format(n=2))
    assert (report.added, [number for number, _why in report.refused]) == (1, [2])


@pytest.mark.parametrize("country", ["GB", "DE", "CA"])
def test_where_the_law_asks_for_the_words_each_row_has_them(by: Member, country: str) -> None:
    by.practice.country = country
    by.practice.save()
    with pytest.raises(Refused, match="words"):
        bring(by, HEAD + GOOD.format(n=1))
    head = "address;agreed_on;how;where;words\n"
    rows = "a@b.example;2026-05-04;a form;archive;Send me the news\nc@d.example;2026-05-04;a form;archive;\n"
    report = bring(by, head + rows)
    assert (report.added, [number for number, _why in report.refused]) == (1, [3])
    assert b"Send me the news" in bytes(Subscriber.objects.get().evidence.content)


def test_a_file_that_is_none_is_refused_as_a_whole(by: Member) -> None:
    csv.field_size_limit(2**20)  # as another reader of this process may have set it
    long_cell = b'address,agreed_on,how,where\n"' + b"x" * 200_000
    for content in (b"", b"\0\1\2", b"a,b\n1,2\n", b"x" * (importing.MOST_BYTES + 1), long_cell):
        with pytest.raises(Refused):
            importing.bring_in(by=by, content=content, attested=True)
    with pytest.raises(Refused, match="asked for it themselves"):
        bring(by, HEAD + GOOD.format(n=1), attested=False)
    many = HEAD + "".join(GOOD.format(n=n) for n in range(importing.MOST_ROWS + 1))
    with pytest.raises(Refused, match="At most"):
        bring(by, many)
    assert not Subscriber.objects.exists()


@pytest.mark.storage
def test_many_rows_cost_as_many_queries_as_one(by: Member) -> None:
    rows = [f"jo{n}@lind.example,2026-05-04,form {n},archive {n},Jo {n}\n" for n in range(400)]
    with CaptureQueriesContext(connection) as one:
        bring(by, HEAD + rows[0])
    with CaptureQueriesContext(connection) as many:
        assert bring(by, HEAD + "".join(rows)).added == 399
    assert len(many) - len(one) < 10, "an insert of hundreds is cut into a few, and nothing is asked row by row"
    proofs = Subscriber.objects.values_list("evidence__content", flat=True)
    assert len({bytes(proof) for proof in proofs}) == 400


def test_the_page_takes_a_file_and_tells_what_was_not_taken(by: Member) -> None:
    browser = make.browser(by)
    content = (HEAD + GOOD.format(n=1) + "nobody,2026-05-04,a form,archive,\n").encode()
    answer = browser.post(
        "/audience/readers/import", {"file": SimpleUploadedFile("list.csv", content), "attested": "on"}
    )
    page = answer.content.decode()
    assert "1 reader is on the list now" in page
    assert "1 row was not taken" in page
    assert browser.post("/audience/readers/import", {"attested": "on"}).status_code == 422
