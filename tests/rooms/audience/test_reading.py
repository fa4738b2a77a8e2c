"""What was read of an issue: people who opened a piece, not programs, and nobody told apart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.mailhost import Sink
from tests.rooms.audience.cast import host, issue, reader, sent
from tests.rooms.mail.outgoing import writer

from passalong.accounts.models import Member
from passalong.audience.models import Issue, ItemHit
from passalong.audience.selectors import issues as selectors
from passalong.audience.selectors import reading
from passalong.kits import journal
from passalong.kits.services import hits, judging
from passalong.portal import journaling

pytestmark = pytest.mark.django_db
VIEW = re.compile(r'data-view="([\w-]{12})"')
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 "
    "Safari/604.1"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    writer_of = journal.Writer(tmp_path / "hits")
    monkeypatch.setattr(journaling, "_writer", writer_of)
    yield tmp_path / "hits"
    writer_of.close()


@pytest.fixture
def by() -> Member:
    return writer()


@pytest.fixture
def sink():
    with host() as found:
        yield found


@pytest.fixture
def made(by: Member, sink: Sink) -> Issue:
    reader(by, "one@lind.example")
    found = issue(by)
    sent(by, found)
    return selectors.issue(by.practice, found.public_id)


def opened(made: Issue, number: int, *, reads: bool, settings: Any) -> None:
    """One visitor, each from an address of their own and a minute after the last."""
    settings.CLOCK_OFFSET = 600 + 60 * number
    who = {
        "REMOTE_ADDR": f"203.0.{number}.9",
        "HTTP_USER_AGENT": PHONE,
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_ACCEPT": "text/html",
    }
    path = f"/news/item/{made.items.get().token}"
    answer = Client().get(path, **who)
    view = VIEW.search(answer.content.decode())
    assert view
    if reads:
        settings.CLOCK_OFFSET += 20
        said = Client().post(f"{path}/seen", f"view={view[1]}&what=part&part=1", content_type="text/plain", **who)
        assert said.status_code == 204


def test_people_are_counted_from_five_on_and_programs_apart(
    by: Member, made: Issue, folder: Any, settings: Any
) -> None:
    def told() -> tuple[int | None, int]:
        hits.drain(folder)
        judging.judge_new()
        row = reading.read_of(made)[0]
        return row.people, row.machines

    assert told() == (0, 0)
    for number in range(4):
        opened(made, number, reads=True, settings=settings)
    opened(made, 50, reads=False, settings=settings)
    path = f"/news/item/{made.items.get().token}"
    Client().head(path)
    Client().get(path, HTTP_USER_AGENT="Googlebot/2.1 (+http://www.google.com/bot.html)")
    people, machines = told()
    assert people is None, "four are not shown, lest somebody be told apart"
    assert machines == 2
    page = make.browser(by).get(f"/audience/issues/{made.public_id}").content.decode()
    assert "fewer than 5" in page
    opened(made, 60, reads=True, settings=settings)
    assert told()[0] == 5
    assert not ItemHit.objects.filter(address_hash="").exclude(method="").filter(view="").exists()


def test_a_link_shows_nothing_of_who_got_it(made: Issue, sink: Sink) -> None:
    """One link for all: it counts, and names nobody."""
    text = sink.received[0].parsed.get_body(("plain",)).get_content()
    assert f"/news/item/{made.items.get().token}" in text
    assert "one@lind.example" not in text


def test_a_draft_is_not_counted(by: Member, folder: Any) -> None:
    found = issue(by)
    path = f"/news/item/{found.items.get().token}"
    answer = Client().get(path)
    view = VIEW.search(answer.content.decode())
    assert view
    assert Client().post(f"{path}/seen", f"view={view[1]}&what=step", content_type="text/plain").status_code == 410
    hits.drain(folder)
    assert not ItemHit.objects.exists()


def test_unknown_links_are_calm(made: Issue) -> None:
    assert Client().get("/news/item/nothing").status_code == 404
    assert Client().get("/news/item/2345678923").status_code == 404
    assert Client().post("/news/item/2345678923/seen").status_code == 404
