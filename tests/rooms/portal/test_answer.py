"""The two questions on a page of their own: handed on by a client, answered by a POST, changed and taken back later."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from tests import make
from tests.rooms.portal.cast import Published, published

from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.core.masking import masked
from passalong.core.models import Event
from passalong.introductions.answer_pages import path_of_reply, token_of
from passalong.introductions.models import Introduction, Outcome, Reply, Stage
from passalong.introductions.services import move, open_introduction
from passalong.introductions.stages import Who
from passalong.kits.models import Kit, Link
from passalong.portal import limits

pytestmark = pytest.mark.django_db
YES = {"needs_help": "yes", "wish": "yes", "name": "Jo Lind", "reach": "jo@lind.example", "view": "a-2345678901"}
NO = {"needs_help": "no", "wish": "no", "view": "a-2345678901"}


@pytest.fixture
def kit() -> Published:
    return published()


@pytest.fixture
def one(kit: Published) -> Introduction:
    """Ann has passed the page on to Jo."""
    found = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=make.contact(kit.owner, "Jo Lind"))
    return move(introduction=found, act="pass along", who=Who.REFERRER)


def path(one: Introduction) -> str:
    return f"/answer/{token_of(one)}"


def stage(one: Introduction) -> str:
    one.refresh_from_db()
    return one.stage


def answered(one: Introduction, said: dict[str, str] = YES) -> str:
    """Where the answer leads: the page of whoever gave it."""
    answer = Client().post(path(one), said)
    assert answer.status_code == 303, answer.content
    return str(answer["Location"])


def test_the_page_says_who_asks_who_will_know_and_chooses_nothing_beforehand(one: Introduction) -> None:
    answer = Client().get(path(one))
    page = answer.content.decode()
    for words in ("Ann Okafor passed this on", one.practice.name, "Who will know what", "within one working day"):
        assert words in page, words
    assert "Jo Lind" not in page, "whoever opens it is not told for whom it is meant"
    assert "checked" not in page
    assert not answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"


def test_looking_and_posting_without_a_choice_do_nothing(one: Introduction) -> None:
    events = Event.objects.count()
    browser = Client()
    for _ in range(3):
        browser.get(path(one))
        browser.head(path(one))
        browser.get(path(one), headers={"Sec-Purpose": "prefetch"})
    for said in ({}, {"answer": "answer"}, {"answer": "take_back"}, {"wish": "yes"}, {"needs_help": "yes"}):
        assert browser.post(path(one), said).status_code == 422
    assert browser.put(path(one)).status_code == 405
    assert stage(one) == Stage.PASSED
    assert (Reply.objects.count(), Event.objects.count()) == (0, events)


def test_a_yes_leads_to_a_page_of_ones_own_with_the_page_as_evidence(one: Introduction) -> None:
    own = answered(one)
    assert stage(one) == Stage.ANSWERED
    page = Client().get(own).content.decode()
    assert "please get in touch, at j…@lind.example" in page
    grant = Grant.objects.get(purpose=Purpose.CONTACT)
    assert grant.state == GrantState.GRANTED
    assert grant.evidence is not None
    assert grant.evidence.media_type == "text/html"


def test_the_page_that_was_handed_on_never_tells_that_it_was_answered(one: Introduction) -> None:
    def seen() -> str:
        return re.sub(r'value="a-\w+"', "", Client().get(path(one)).content.decode())

    before = seen()
    own = answered(one)
    assert seen() == before
    Client().post(own, {"answer": "take_back"})
    assert seen() == before


def test_the_client_who_holds_the_page_cannot_take_the_yes_back(one: Introduction) -> None:
    answered(one)
    Client().post(path(one), {**NO, "view": "a-bbbbbbbbbb"})
    Client().post(path(one), {"answer": "take_back"})
    assert stage(one) == Stage.ANSWERED


def test_a_yes_is_taken_back_and_given_again_on_ones_own_page(one: Introduction) -> None:
    own = answered(one)
    assert Client().post(own, {"answer": "take_back"})["Location"] == own
    assert stage(one) == Stage.CLOSED
    assert one.outcome == Outcome.TAKEN_BACK
    assert b"You took it back" in Client().get(own).content
    assert not Grant.objects.filter(state=GrantState.GRANTED).exists()
    assert Client().post(own, {"needs_help": "yes", "wish": "yes"}).status_code == 303, "name and address stay"
    again = Introduction.objects.get(is_open=True)
    assert (again.stage, again.prospect) == (Stage.ANSWERED, one.prospect)
    assert Reply.objects.get().reach == "jo@lind.example"


@pytest.mark.parametrize(("wish", "outcome"), [("no", Outcome.NO), ("not_now", Outcome.NOT_NOW)])
def test_a_no_without_a_name_closes_the_pages_introduction_and_no_other(
    kit: Published, one: Introduction, wish: str, outcome: str
) -> None:
    other = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=make.contact(kit.owner, "Mia Berg"))
    own = answered(one, {**NO, "wish": wish})
    assert (stage(one), one.outcome) == (Stage.CLOSED, outcome)
    assert stage(other) == Stage.AGREED
    assert b"Nobody contacts you" in Client().get(own).content


def test_somebody_else_to_whom_the_page_was_handed_on_is_somebody_else(one: Introduction) -> None:
    answered(one, {**YES, "name": "Bob Moor", "reach": "bob@moor.example"})
    assert stage(one) == Stage.PASSED
    other = Introduction.objects.exclude(pk=one.pk).get()
    assert (str(other.prospect), other.referrer, other.stage) == ("Bob Moor", one.referrer, Stage.ANSWERED)


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(one: Introduction) -> None:
    answer = Client().post(path(one), {**YES, "reach": "nowhere", "note": "<script>x</script>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a mail address or a phone number" in page
    assert 'value="Jo Lind"' in page
    assert "<script>x" not in page
    assert stage(one) == Stage.PASSED


def test_guessed_forged_and_ended_addresses_get_the_same_words(kit: Published, one: Introduction) -> None:
    token = token_of(one)
    Client().post(path(one), YES)
    own = path_of_reply(Reply.objects.get()).removeprefix("/answer/")
    withdrawn = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=make.contact(kit.owner, "Mia Berg"))
    move(introduction=withdrawn, act="withdraw", who=Who.MEMBER, by=kit.owner)
    forged = [token[:-1] + ("0" if token[-1] != "0" else "1"), "y" + token[1:], "q" + own[1:], "x" * 46, "é" * 46, "q"]
    seen = set()
    for address in (*forged, token_of(withdrawn)):
        for answer in (Client().get(f"/answer/{address}"), Client().post(f"/answer/{address}", YES)):
            seen.add((answer.status_code, answer.content))
    assert len(seen) == 1
    assert seen.pop()[0] == 404


def test_the_desk_can_hand_the_address_on_until_there_is_an_answer(one: Introduction, settings: Any) -> None:
    settings.PUBLIC_URL = "https://refer.practice.example"
    browser, desk = make.browser(one.practice.members.get()), f"/introductions/{one.public_id}/"
    address = f'href="https://refer.practice.example{path(one)}"'
    assert address in browser.get(desk).content.decode()
    answered(one)
    assert address not in browser.get(desk).content.decode()


def test_guessing_is_slowed(one: Introduction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECRETS_OF_ADDRESS", limits.AddressLimiter(3, 1e9))
    assert [Client().get(f"/answer/q{number:045}").status_code for number in range(5)] == [404, 404, 404, 429, 429]
    assert Client().get(path(one)).status_code == 200


def test_one_address_answers_so_often_an_hour(one: Introduction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWERS_OF_ADDRESS", limits.AddressLimiter(2, 3600))
    codes = [Client().post(path(one), {**YES, "view": f"a-222222222{n}"}).status_code for n in (2, 3, 4)]
    assert codes == [303, 303, 429]


def test_nobody_of_the_practice_answers_for_the_person_and_no_other_site_does(one: Introduction) -> None:
    owner = one.practice.members.first()
    assert make.browser(owner).post(path(one), YES).status_code == 403
    on_kit = make.browser(owner).post(f"/k/{Link.objects.get().token}", {**YES, "step": "two_questions"})
    assert on_kit.status_code == 403
    assert Client().post(path(one), YES, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert stage(one) == Stage.PASSED


def test_where_clients_are_a_secret_none_is_named(kit: Published, one: Introduction) -> None:
    kit.owner.practice.profession = "attorney"
    kit.owner.practice.save()
    page = Client().get(path(one)).content.decode()
    assert "Okafor" not in page
    assert "Somebody you know passed this on" in page


def test_without_a_kit_that_is_out_the_page_has_ended(one: Introduction) -> None:
    own = answered(one)
    Kit.objects.update(archived_at=one.stage_at)
    one.link = None
    Introduction.objects.update(link=None)
    assert Client().get(path(one)).status_code == 404
    assert Client().post(own, {"answer": "take_back"}).status_code == 303, "a yes can be taken back all the same"


def test_logs_do_not_hold_the_address(one: Introduction) -> None:
    assert token_of(one) not in masked(f'"POST {path(one)} HTTP/1.1" 303')


def test_the_page_asks_a_fixed_number_of_questions(one: Introduction, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        Client().get(path(one))


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_fifty_posts_at_once_make_one_introduction(one: Introduction) -> None:
    gate, said = threading.Barrier(50), []

    def send(number: int) -> None:
        gate.wait()
        try:
            said.append(Client(REMOTE_ADDR=f"198.51.100.{number}").post(path(one), YES))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in said} == {303}
    assert len({answer["Location"] for answer in said}) == 1, "each is led to the same page of their own"
    assert stage(one) == Stage.ANSWERED
    assert (Introduction.objects.count(), Reply.objects.count()) == (1, 1)
    assert one.steps.filter(act="answer yes").count() == 1
