"""Onto the list by one's own act, confirmed from one's own mailbox; off it by one press."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.mailhost import Sink
from tests.rooms.audience.cast import ask, host, link_in, news_path, reader
from tests.rooms.mail.outgoing import writer

from passalong.accounts.models import Member
from passalong.audience import person as part
from passalong.audience.models import Subscriber, SubscriberKey, SubscriberState
from passalong.audience.services import importing, subscribing
from passalong.core import clock, erasing, tombstones
from passalong.core.masking import masked
from passalong.core.models import Event, Tombstone
from passalong.core.person import Person
from passalong.mail.models import Message, Suppression
from passalong.mail.services.sending import deliver
from passalong.mail.services.suppression import suppress
from passalong.portal.views import news

pytestmark = pytest.mark.django_db
DAY = 24 * 3600  # seconds


@pytest.fixture
def by() -> Member:
    return writer()


@pytest.fixture
def sink():
    with host() as found:
        yield found


def confirmed(by: Member, sink: Sink, address: str = "jo@lind.example") -> Subscriber:
    ask(by, address, name="Jo Lind")
    deliver()
    answer = Client().post(link_in(sink.received[-1]))
    assert answer.status_code == 200
    return Subscriber.objects.get(practice=by.practice, address=address)


@pytest.mark.storage
def test_a_reader_is_on_the_list_after_a_yes_from_their_own_mailbox_and_not_before(by: Member, sink: Sink) -> None:
    ask(by, "Jo@Lind.example", name="Jo Lind")
    found = Subscriber.objects.get()
    assert (found.state, found.confirmed_at) == (SubscriberState.ASKED, None)
    assert deliver() == 1
    letter = sink.received[-1]
    assert letter.recipients == ["Jo@lind.example"]
    assert "List-Unsubscribe" in letter.parsed
    assert b"Lind" not in letter.content, "whatever a stranger typed as a name goes to nobody"
    path = link_in(letter)
    for method in ("get", "head"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 200
        assert not answer.cookies
    found.refresh_from_db()
    assert found.state == SubscriberState.ASKED, "programs that look at mail open every link"
    assert Client().post(path).status_code == 200
    found.refresh_from_db()
    assert found.state == SubscriberState.ACTIVE
    proof = bytes(found.evidence.content).decode()
    assert "Harbour Wealth may send me its news" in proof
    assert "Yes, send me the news of Harbour Wealth." in proof
    assert "Lind" not in proof, "what hangs on the subscription names nobody"
    kinds = list(Event.objects.filter(kind__startswith="audience:").values_list("kind", flat=True))
    assert kinds == ["audience:asked", "audience:confirmed"]


def test_pressing_twice_is_pressing_once_and_the_secret_is_kept_nowhere(by: Member, sink: Sink) -> None:
    confirmed(by, sink)
    path = link_in(sink.received[-1])
    token = path.rpartition("/")[2]
    at = Subscriber.objects.get().confirmed_at
    assert Client().post(path).status_code == 200
    assert Subscriber.objects.get().confirmed_at == at
    assert not SubscriberKey.objects.filter(token_digest=token).exists()
    assert token not in masked(f"GET {path} 200")
    page = make.browser(by).get(f"/mail/{Message.objects.get().public_id}/")
    assert token not in page.content.decode(), "nobody at the desk confirms for a reader"


def test_the_page_says_the_same_to_everybody(by: Member, sink: Sink) -> None:
    confirmed(by, sink)
    reader(by, "gone@lind.example", state=SubscriberState.LEFT)
    suppress(by.practice_id, "never@lind.example", reason="complained")
    pages = set()
    for address in ("jo@lind.example", "gone@lind.example", "never@lind.example", "new@lind.example"):
        answer = Client().post(news_path(by), {"address": address})
        pages.add((answer.status_code, answer.content))
    assert len(pages) == 1


def test_only_whoever_may_be_written_to_is_asked_to_confirm(by: Member, sink: Sink) -> None:
    reader(by, "gone@lind.example", state=SubscriberState.LEFT)
    suppress(by.practice_id, "never@lind.example", reason="complained")
    suppress(by.practice_id, "noNews@lind.example", scope="news", reason="unsubscribed")
    suppress(by.practice_id, "gone@lind.example", reason="objected")
    suppress(by.practice_id, "nonews@lind.example", scope="all", reason="unsubscribed")
    for address in ("gone@lind.example", "never@lind.example", "nonews@lind.example", "jo@lind.example"):
        ask(by, address)
    deliver()
    assert [one.recipients for one in sink.received] == [["jo@lind.example"]]
    assert not Subscriber.objects.filter(address__startswith="n").exists(), "nothing is kept of who said no before"


def test_the_question_is_not_repeated_to_whoever_never_answers(by: Member, sink: Sink, settings: Any) -> None:
    for _time in range(4):
        news.ASKED_ABOUT.forget()
        ask(by)
    assert Message.objects.count() == 1
    settings.CLOCK_OFFSET = 2 * 3600
    news.ASKED_ABOUT.forget()
    ask(by)
    assert Message.objects.count() == 2


def test_the_link_ends_after_seven_days_and_the_address_is_forgotten_after_thirty(
    by: Member, sink: Sink, settings: Any
) -> None:
    ask(by)
    deliver()
    path = link_in(sink.received[-1])
    settings.CLOCK_OFFSET = 8 * DAY
    ended = Client().post(path)
    assert (ended.status_code, Subscriber.objects.get().state) == (404, SubscriberState.ASKED)
    assert ended.content == Client().post("/news/confirm/nothing-of-ours").content
    subscribing.tidy()
    assert Subscriber.objects.count() == 1
    settings.CLOCK_OFFSET = 31 * DAY
    subscribing.tidy()
    assert not Subscriber.objects.exists()


def test_leaving_by_the_link_in_the_mail_takes_them_off_and_nobody_comes_back(by: Member, sink: Sink) -> None:
    found = confirmed(by, sink)
    leave = re.search(r"<(https://[^>]+/u/[^>]+)>", sink.received[-1].parsed["List-Unsubscribe"])
    path = "/" + leave[1].partition("//")[2].partition("/")[2]
    Client().get(path)
    found.refresh_from_db()
    assert found.state == SubscriberState.ACTIVE
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    found.refresh_from_db()
    assert found.state == SubscriberState.LEFT
    assert Suppression.objects.get().scope == "news"
    old = link_in(sink.received[-1])
    assert Client().post(old).status_code == 404
    assert subscribing.confirm(token=old.rpartition("/")[2]) is None


def ask_again(by: Member) -> None:
    news.ASKED_ABOUT.forget()
    ask(by)
    deliver()


@pytest.mark.storage
def test_who_left_comes_back_by_asking_and_confirming_anew_and_by_nothing_else(by: Member, sink: Sink) -> None:
    found = confirmed(by, sink)
    old = link_in(sink.received[-1])
    suppress(by.practice_id, "jo@lind.example", scope="news", reason="unsubscribed")
    row = f"address,agreed_on,how,where\njo@lind.example,{clock.today()},a form,archive\n"
    assert importing.bring_in(by=by, content=row.encode(), attested=True).added == 0
    ask_again(by)
    found.refresh_from_db()
    assert (found.state, found.address) == (SubscriberState.ASKED, "jo@lind.example")
    assert len(sink.received) == 2
    assert Suppression.objects.exists(), "asking alone lifts nothing: anybody can type an address"
    assert importing.bring_in(by=by, content=row.encode(), attested=True).added == 0
    assert Client().post(old).status_code == 404, "an old link confirms nothing new"
    assert Client().post(link_in(sink.received[-1])).status_code == 200
    found.refresh_from_db()
    assert (found.state, Suppression.objects.count()) == (SubscriberState.ACTIVE, 0)
    assert found.left_at is None
    assert Event.objects.filter(kind="mail:lifted").count() == 1
    suppress(by.practice_id, "jo@lind.example", scope="news", reason="unsubscribed")
    found.refresh_from_db()
    assert found.state == SubscriberState.LEFT, "and they can leave again"


def test_who_left_is_asked_once_and_not_again_while_they_say_nothing(by: Member, sink: Sink, settings: Any) -> None:
    found = confirmed(by, sink)
    subscribing.take_off(by=by, subscriber=found)
    for days in (0, 1, 8, 20):
        settings.CLOCK_OFFSET = days * DAY
        ask_again(by)
    assert len(sink.received) == 2


@pytest.mark.parametrize(
    ("scope", "reason"), [("all", "unsubscribed"), ("news", "complained"), ("news", "objected"), ("all", "by_hand")]
)
def test_who_stopped_more_than_the_news_is_not_asked_and_not_let_in(
    by: Member, sink: Sink, scope: str, reason: str
) -> None:
    found = confirmed(by, sink)
    suppress(by.practice_id, "jo@lind.example", scope="news", reason="unsubscribed")
    ask_again(by)
    fresh = link_in(sink.received[-1])
    Suppression.objects.all().delete()
    suppress(by.practice_id, "jo@lind.example", scope=scope, reason=reason)
    ask_again(by)
    assert len(sink.received) == 2
    assert Client().post(fresh).status_code == 404
    found.refresh_from_db()
    assert found.state == SubscriberState.LEFT
    assert Suppression.objects.count() == 1


def test_a_backup_from_before_their_leaving_does_not_take_them_off_twice(by: Member, sink: Sink) -> None:
    confirmed(by, sink)
    suppress(by.practice_id, "jo@lind.example", scope="news", reason="unsubscribed")
    ask_again(by)
    Client().post(link_in(sink.received[-1]))
    stones = list(tombstones.laid())
    assert tombstones.replay(stones).suppressed == 0, "the database knows of both: leaving, and coming back"
    assert not Suppression.objects.exists()
    Tombstone.objects.all().delete()  # an older database: it knows of neither, nor of the new confirming
    tombstones.replay(stones)
    assert Suppression.objects.exists()


def test_the_address_of_who_left_is_forgotten_after_a_month(by: Member, settings: Any) -> None:
    found = reader(by, "jo@lind.example")
    subscribing.take_off(by=by, subscriber=found)
    assert found.state == SubscriberState.LEFT
    settings.CLOCK_OFFSET = 31 * DAY
    subscribing.tidy()
    found.refresh_from_db()
    assert (found.address, bool(found.address_key)) == ("", True)


@pytest.mark.parametrize("address", ["", "jo", "jo@lind.example, ann@lind.example", "jo@lind.example\nBcc: x@y"])
def test_what_is_no_address_is_told_beside_the_field(by: Member, address: str) -> None:
    answer = Client().post(news_path(by), {"address": address})
    assert answer.status_code == 422
    assert not Subscriber.objects.exists()


def test_the_pages_are_not_for_other_sites_nor_for_many_at_once(by: Member) -> None:
    path = news_path(by)
    assert Client().post(path, {"address": "a@b.example"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Client().post(path, {"address": "a@b.example", "name": "x" * 30_000}).status_code == 413
    said = [Client().post(path, {"address": f"a{n}@b.example"}).status_code for n in range(12)]
    assert said[:10] == [200] * 10
    assert said[11] == 429
    assert Client().get("/news/nothing").status_code == 404


def test_a_member_does_not_confirm_for_a_reader(by: Member, sink: Sink) -> None:
    ask(by)
    deliver()
    assert make.browser(by).post(link_in(sink.received[-1])).status_code == 403
    assert Subscriber.objects.get().state == SubscriberState.ASKED


def test_forgetting_a_person_takes_their_subscription_along(by: Member, sink: Sink) -> None:
    found = confirmed(by, sink)
    told = Person(by.practice_id, None, (), emails=("jo@lind.example",), keys=(found.address_key,))
    assert "jo@lind.example" in str(part.held_about(told)[0].rows)
    part.erase(told)
    assert not Subscriber.objects.exists()
    assert not SubscriberKey.objects.exists()


def test_a_restored_backup_forgets_a_subscription_again(by: Member, sink: Sink) -> None:
    found = confirmed(by, sink)
    assert erasing.erase_known(by.practice_id, [], [found.address_key]) == 1
    assert not Subscriber.objects.exists()
