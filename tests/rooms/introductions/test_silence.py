"""Asks that met silence: found, one follow-up that asks for less, and never again about that name."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction, Outcome, SilentAsk, Stage
from passalong.introductions.selectors import care
from passalong.introductions.services import move, open_introduction, promises, silence
from passalong.introductions.stages import Who
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db
DAY = 86400


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def ann(owner: Member) -> Contact:
    return make.contact(owner, "Ann Okafor", email="ann@client.example", standing="client")


def asked(by: Member, ann: Contact, act: str = "ask", name: str = "Jo Lind") -> Introduction:
    mail = f"{name.split()[0].lower()}@friend.example"
    return open_introduction(by=by, referrer=ann, prospect=make.contact(by, name, email=mail), act=act)


def found_one(owner: Member) -> SilentAsk:
    assert silence.find(owner.practice) == 1
    return care.silent_asks(owner.practice).get()


@pytest.mark.parametrize(("act", "days"), [("ask", 21), ("agree", 28)])
def test_silence_is_found_on_its_day_and_moves_nobody(owner, ann, settings, act, days) -> None:
    row = asked(owner, ann, act)
    before = row.stage
    settings.CLOCK_OFFSET = days * DAY - 60
    assert silence.find(owner.practice) == 0
    settings.CLOCK_OFFSET = days * DAY + 60
    assert silence.find(owner.practice) == 1
    assert silence.find(owner.practice) == 0
    row.refresh_from_db()
    assert row.stage == before
    [line] = care.silent(owner.practice)
    assert "Ann Okafor" in line.line


def test_a_friend_who_does_not_answer_is_no_silent_ask(owner, ann, settings) -> None:
    row = asked(owner, ann, "agree")
    move(introduction=row, act="pass along", who=Who.REFERRER)
    settings.CLOCK_OFFSET = 50 * DAY
    assert silence.find(owner.practice) == 0


def test_one_follow_up_by_mail_that_names_nobody_and_then_never_again(owner, ann, settings) -> None:
    row = asked(owner, ann)
    settings.CLOCK_OFFSET = 22 * DAY
    ask = found_one(owner)
    message = silence.follow_up(by=owner, ask=ask, how="mail")
    assert message
    assert message.address == "ann@client.example"
    assert "will not bring it up again" in message.text
    assert "Jo" not in message.text + message.subject
    assert care.silent(owner.practice) == []
    with pytest.raises(Refused, match="already"):
        silence.follow_up(by=owner, ask=ask, how="call")
    assert silence.let_go(owner.practice) == 0
    settings.CLOCK_OFFSET = 44 * DAY
    assert silence.let_go(owner.practice) == 1
    row.refresh_from_db()
    assert (row.stage, row.outcome) == (Stage.CLOSED, Outcome.SILENT)
    jo = row.prospect
    with pytest.raises(Refused):
        open_introduction(by=owner, referrer=ann, prospect=jo)
    settings.CLOCK_OFFSET = 900 * DAY  # rested for others, but never again by this client
    with pytest.raises(Refused, match="somebody else"):
        open_introduction(by=owner, referrer=ann, prospect=jo)
    assert open_introduction(by=owner, referrer=make.client(owner, "Ben Hale"), prospect=jo)


def test_the_letter_is_the_same_whoever_the_friend_is(owner, ann, settings) -> None:
    asked(owner, ann, name="Jo Lind")
    asked(owner, ann, name="Zacharias Quimby")
    settings.CLOCK_OFFSET = 22 * DAY
    assert silence.find(owner.practice) == 2
    drafted = [silence.follow_up(by=owner, ask=one, how="mail") for one in care.silent_asks(owner.practice)]
    assert drafted[0].text.encode() == drafted[1].text.encode()
    assert Message.objects.count() == 2


def test_a_client_who_answers_meanwhile_is_not_let_go(owner, ann, settings) -> None:
    row = asked(owner, ann)
    settings.CLOCK_OFFSET = 22 * DAY
    ask = found_one(owner)
    silence.follow_up(by=owner, ask=ask, how="call")
    move(introduction=row, act="agree", who=Who.REFERRER)
    settings.CLOCK_OFFSET = 44 * DAY
    assert silence.let_go(owner.practice) == 0
    move(introduction=row, act="pass along", who=Who.REFERRER)
    settings.CLOCK_OFFSET = 99 * DAY
    assert silence.let_go(owner.practice) == 0
    row.refresh_from_db()
    assert row.stage == Stage.PASSED


def test_silent_once_more_it_ends_without_a_second_follow_up(owner, ann, settings) -> None:
    row = asked(owner, ann)
    settings.CLOCK_OFFSET = 22 * DAY
    silence.follow_up(by=owner, ask=found_one(owner), how="call")
    move(introduction=row, act="agree", who=Who.REFERRER)
    settings.CLOCK_OFFSET = 51 * DAY
    assert silence.find(owner.practice) == 0
    assert silence.let_go(owner.practice) == 1


def test_left_alone_it_ends_at_once(owner, ann, settings) -> None:
    asked(owner, ann)
    settings.CLOCK_OFFSET = 22 * DAY
    assert silence.follow_up(by=owner, ask=found_one(owner), how="none") is None
    assert silence.let_go(owner.practice) == 1
    assert Message.objects.count() == 0


def test_nobody_is_followed_up_before_a_promise_is_kept(owner, ann, settings) -> None:
    asked(owner, ann)
    settings.CLOCK_OFFSET = 22 * DAY
    ask = found_one(owner)
    made = promises.make(by=owner, to=ann, words="Call back", due_on=clock.today() + timedelta(days=1))
    with pytest.raises(Refused, match="Call back"):
        silence.follow_up(by=owner, ask=ask, how="mail")
    promises.keep(by=owner, promise=made)
    assert silence.follow_up(by=owner, ask=ask, how="mail")


def test_what_cannot_be_done_is_said(owner, settings) -> None:
    ben = make.client(owner, "Ben Hale")
    row = asked(owner, ben)
    settings.CLOCK_OFFSET = 22 * DAY
    ask = found_one(owner)
    with pytest.raises(Refused, match="no mail address"):
        silence.follow_up(by=owner, ask=ask, how="mail")
    with pytest.raises(Refused, match="Choose"):
        silence.follow_up(by=owner, ask=ask, how="shout")
    with pytest.raises(Refused):
        silence.follow_up(by=make.member(), ask=ask, how="none")
    move(introduction=row, act="rather not", who=Who.REFERRER)
    with pytest.raises(Refused, match="meanwhile"):
        silence.follow_up(by=owner, ask=ask, how="call")
    ask.refresh_from_db()
    assert ask.followed_at is None


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_follow_up(settings) -> None:
    owner = make.member()
    asked(owner, make.contact(owner, "Ann Okafor", email="ann@client.example", standing="client"))
    settings.CLOCK_OFFSET = 22 * DAY
    ask, said = found_one(owner), []

    def follow() -> None:
        try:
            said.append(silence.follow_up(by=owner, ask=ask, how="mail"))
        except Refused:
            said.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=follow) for _one in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(said) == 10
    assert sum(one is not None for one in said) == 1
    assert Message.objects.count() == 1
