"""Pages of the news at the desk: empty and full, quick with ten thousand readers, and closed to others."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.audience.cast import host, issue, news_path, reader, sent
from tests.rooms.mail.outgoing import writer
from tests.rooms.portal.cast import published

from passalong.accounts.models import Member
from passalong.audience import consent_words
from passalong.audience.models import Issue, Sending, Subscriber, SubscriberState
from passalong.audience.services import issues, sending
from passalong.core import clock
from passalong.introductions.answer_pages import path_of_reply
from passalong.introductions.models import Reply
from passalong.kits.models import Link
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14


@pytest.fixture
def by() -> Member:
    return writer()


def many(by: Member, number: int) -> None:
    own: dict[str, Any] = {"practice": by.practice, "asked_at": clock.now(), "confirmed_at": clock.now()}
    rows = (
        Subscriber(address=f"r{n}@lind.example", address_key=f"{n:064d}", state=SubscriberState.ACTIVE, **own)
        for n in range(number)
    )
    Subscriber.objects.bulk_create(rows, batch_size=2000)


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert browser.get(path).status_code == 200, path
    return len(counted)


def test_pages_ask_as_much_with_ten_thousand_readers_as_with_three(by: Member) -> None:
    browser, made = make.browser(by), issue(by)
    many(by, 3)
    paths = (
        "/audience/",
        "/audience/readers/",
        "/audience/readers/?q=lind&state=active",
        f"/audience/issues/{made.public_id}",
    )
    few = [queries(browser, path) for path in paths]
    Subscriber.objects.all().delete()
    many(by, 10_000)
    assert [queries(browser, path) for path in paths] == few
    assert max(few) <= MOST_QUERIES, few
    assert "9,950" not in browser.get("/audience/readers/").content.decode()


def test_an_issue_to_many_is_written_in_batches_and_shown_while_it_goes(by: Member) -> None:
    made = issue(by)
    many(by, 120)
    from passalong.audience.services import issues

    issues.send(by=by, issue=made)
    assert sending.go_on(run_for=0) == 0
    sending.go_on()
    assert (Message.objects.count(), Sending.objects.count()) == (120, 120)
    page = make.browser(by).get(f"/audience/issues/{made.public_id}").content.decode()
    assert "0 / 120" in page


def test_empty_pages_say_what_the_place_is_for(by: Member) -> None:
    browser = make.browser(by)
    assert "Begin the first issue" in browser.get("/audience/").content.decode()
    page = browser.get("/audience/readers/").content.decode()
    assert "Nobody yet." in page
    assert news_path(by) in page


def test_every_address_of_another_practice_is_closed(by: Member) -> None:
    made, one = issue(by), reader(by, "one@lind.example")
    other = make.browser(make.member())
    piece = made.items.get().public_id
    for path in (
        f"/audience/issues/{made.public_id}",
        f"/audience/readers/{one.public_id}",
        f"/audience/pieces/{piece}",
    ):
        assert other.get(path).status_code == 404, path
        assert Client().get(path).status_code == 302, path
    for act in ("send", "stop", "test", "discard", "ask", "add", "add-kit"):
        assert other.post(f"/audience/issues/{made.public_id}/{act}", {"title": "x", "why": "x"}).status_code == 404, (
            act
        )
    assert other.post(f"/audience/readers/{one.public_id}/off").status_code == 404
    for act in ("move", "remove"):
        assert other.post(f"/audience/pieces/{piece}/{act}").status_code == 404
    assert Issue.objects.get().state == "draft"


def test_get_changes_nothing(by: Member) -> None:
    browser, made = make.browser(by), issue(by)
    for act in ("send", "stop", "test", "discard", "ask", "add", "add-kit"):
        assert browser.get(f"/audience/issues/{made.public_id}/{act}").status_code == 405
    assert browser.get("/audience/new").status_code == 405


def test_a_kit_goes_in_by_the_practices_own_link(by: Member) -> None:
    kit = published()
    made = issue(kit.owner)
    answer = make.browser(kit.owner).post(f"/audience/issues/{made.public_id}/add-kit", {"kit": kit.kit.public_id})
    assert answer.status_code == 302
    own = Link.objects.get(kit=kit.kit, is_own=True)
    assert made.items.get(kind="kit").url == f"/k/{own.token}"


def test_words_of_our_own_are_written_and_changed(by: Member) -> None:
    browser, made = make.browser(by), issue(by)
    path = f"/audience/issues/{made.public_id}"
    assert browser.post(f"{path}/add", {"title": "", "words": "x"}).status_code == 422
    assert browser.post(f"{path}/add", {"title": "Ours", "url": "javascript:alert(1)"}).status_code == 422
    assert browser.post(f"{path}/add", {"title": "Ours", "words": "Two lines"}).status_code == 302
    piece = made.items.get(title="Ours")
    assert browser.post(f"/audience/pieces/{piece.public_id}", {"title": "Ours now", "words": ""}).status_code == 302
    browser.post(f"/audience/pieces/{piece.public_id}/move", {"way": "up"})
    assert next(iter(made.items.values_list("title", flat=True))) == "Ours now"
    assert browser.post(path, {"subject": "", "opening": "", "closing": ""}).status_code == 422


def test_not_now_offers_the_list_and_nothing_more(by: Member) -> None:
    kit = published()
    said = {"step": "two_questions", "needs_help": "yes", "wish": "not_now", "view": "a-2345678901"}
    answer = Client().post(kit.path, said)
    assert "have the news by mail instead" in answer.content.decode().lower()
    own = path_of_reply(Reply.objects.get())
    if own:
        page = Client().get(own).content.decode()
        assert f'action="/news/{kit.owner.practice.public_id}"' in page
        assert 'name="by" value="answer"' in page
    Client().post(f"/news/{kit.owner.practice.public_id}", {"address": "jo@lind.example", "by": "answer"})
    assert Subscriber.objects.get().by == "answer"
    assert not Message.objects.exists(), "nothing goes before the worker has looked whether it may"


@pytest.mark.parametrize(("wish", "after"), [("yes", True), ("not_now", True), ("no", False)])
def test_the_list_is_offered_after_the_two_questions_where_there_are_issues_and_never_before(
    by: Member, wish: str, after: bool
) -> None:
    kit = published()
    reader(kit.owner, "one@lind.example")
    kit.owner.practice.imprint = "1 Harbour Street"
    kit.owner.practice.save()
    issues.send(by=kit.owner, issue=issue(kit.owner))
    own = f"/news/{kit.owner.practice.public_id}"
    assert own not in Client().get(kit.path).content.decode(), "nothing before the questions"
    said = {"step": "two_questions", "needs_help": "yes", "wish": wish, "name": "Jo", "reach": "jo@lind.example"}
    answer = Client().post(kit.path, said | {"view": "a-2345678901"}).content.decode()
    path = path_of_reply(Reply.objects.get())
    shown = Client().get(path).content.decode() if path else answer
    assert (own in shown) == after
    if wish == "yes":
        assert "Have the news by mail as well" in shown
        assert 'name="by" value="answer"' in shown, "whoever asks here came from the two questions, whatever they said"


def test_a_yes_is_offered_no_list_while_no_issue_has_gone_out(by: Member) -> None:
    kit = published()
    issue(kit.owner)
    said = {"step": "two_questions", "needs_help": "yes", "wish": "yes", "name": "Jo", "reach": "jo@lind.example"}
    assert "/news/" not in Client().post(kit.path, said | {"view": "a-2345678901"}).content.decode()
    path = path_of_reply(Reply.objects.get())
    assert path
    assert "/news/" not in Client().get(path).content.decode()


def test_what_stands_in_the_record_is_said_in_words(by: Member) -> None:
    reader(by, "one@lind.example")
    with host():
        sent(by, issue(by))
    page = make.browser(by).get("/settings/record/").content.decode()
    assert "Issue 1 of the news sent to 1" in page


def test_the_words_beside_the_field_are_the_very_words_kept_as_proof(by: Member) -> None:
    shown = render_to_string("portal/_subscribe.html", {"practice": by.practice})
    assert consent_words.asked(by.practice) in " ".join(unescape(shown).split())
