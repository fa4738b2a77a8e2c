"""Keeping a referrer informed: drafted by where the introduction stands, limited to the consent and to how they want
to hear; several things in one letter; what went wrong is told first, or not at all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.introductions.cast import PAGE, Passed
from tests.rooms.introductions.informed import HOME, allows, days_on, friend, home, lines, met, wrong

from passalong.accounts.models import Profession
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions.models import Because, Introduction, Reply, Told, Trouble
from passalong.introductions.selectors import news, updates
from passalong.introductions.selectors import thanks as thank_yous
from passalong.introductions.selectors import troubles as found_troubles
from passalong.introductions.services import digesting, hearing, thanking, troubles, updating
from passalong.mail.models import MailState, Message
from passalong.mail.services import outbox, sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_due_until_it_is_true_and_allowed(passed: Passed) -> None:
    found = friend(passed)
    assert not lines(passed)
    grant = allows(passed, found, "spoke", "client")
    assert not lines(passed), "allowed, and not true yet"
    met(passed, found)
    assert lines(passed) == ["Tell Ann Okafor what became of an introduction"]
    message = digesting.write(by=passed.by, referrer=passed.ann)
    assert message.state == MailState.DRAFT
    assert "Jo Lind and we have spoken." in message.text
    assert not lines(passed), "it is written"
    outbox.send(by=passed.by, message=message)
    assert sending.deliver() == 1
    told = Told.objects.get()
    assert (told.introduction, told.referrer, told.grant, told.field) == (found, passed.ann, grant.public_id, "spoke")
    grant.refresh_from_db()
    assert grant.uses == 1


def test_the_further_thing_is_told_and_the_nearer_only_where_it_alone_is_allowed(passed: Passed) -> None:
    one, two = friend(passed), friend(passed, "Al Berg", "al@berg.example")
    allows(passed, met(passed, one, client=True), "spoke", "client")
    allows(passed, met(passed, two, client=True), "spoke")
    fields = {item.friend: item.field for item in updates.items(passed.practice)}
    assert fields == {"Jo Lind": "client", "Al Berg": "spoke"}


def test_without_a_consent_or_with_one_for_other_things_nothing_is_due(passed: Passed) -> None:
    one = met(passed, friend(passed), client=True)
    assert one.reply
    assert not lines(passed)
    passed.asked(one.reply)
    assert not lines(passed)
    grant = consent.grant(grant=passed.news(), scope=["done"], page=PAGE, choice={})
    assert not lines(passed)
    consent.revoke(grant=grant)
    with pytest.raises(Refused, match="nothing Ann Okafor may be told"):
        digesting.write(by=passed.by, referrer=passed.ann)
    assert not Message.objects.exists()


def test_several_things_go_in_one_letter_each_by_its_own_consent(passed: Passed) -> None:
    one, two = friend(passed), friend(passed, "Al Berg", "al@berg.example")
    grants = [allows(passed, met(passed, one), "spoke"), allows(passed, met(passed, two, client=True), "client")]
    assert lines(passed) == ["Tell Ann Okafor what became of 2 introductions"]
    message = digesting.write(by=passed.by, referrer=passed.ann)
    assert digesting.holds(message)
    outbox.send(by=passed.by, message=message)
    assert sending.deliver() == 1
    text = passed.sink.received[0].parsed.get_body(("plain",)).get_content()
    assert "Jo Lind and we have spoken." in text
    assert "Al Berg has decided to work with us." in text
    for grant in grants:
        grant.refresh_from_db()
        assert grant.uses == 1
    used = Event.objects.filter(kind="compliance:consent_used")
    assert {one.payload.data["field"] for one in used} == {"spoke", "client"}
    assert {blobs.read(one.payload.texts.get().blob) for one in used} == {passed.sink.received[0].content}


def test_one_consent_taken_back_holds_the_whole_letter_as_it_leaves(passed: Passed) -> None:
    one, two = friend(passed), friend(passed, "Al Berg", "al@berg.example")
    first = allows(passed, met(passed, one), "spoke")
    second = allows(passed, met(passed, two), "spoke")
    message = outbox.send(by=passed.by, message=digesting.write(by=passed.by, referrer=passed.ann))
    assert message.state == MailState.QUEUED
    consent.revoke(grant=first)
    sending.deliver()
    message.refresh_from_db()
    assert (message.state, message.rule) == (MailState.HELD, "invariant-1")
    assert not passed.sink.received
    for grant in (first, second):
        grant.refresh_from_db()
        assert grant.uses == 0
    again = digesting.write(by=passed.by, referrer=passed.ann)
    assert "Jo Lind" not in again.text
    assert "Al Berg and we have spoken." in again.text
    outbox.send(by=passed.by, message=again)
    assert outbox.send(by=passed.by, message=message).state == MailState.HELD, "the one before never goes"
    sending.deliver()
    assert len(passed.sink.received) == 1


def test_a_consent_taken_back_holds_a_single_letter_as_it_leaves(passed: Passed) -> None:
    found = met(passed, friend(passed))
    grant = allows(passed, found, "spoke")
    message = outbox.send(by=passed.by, message=digesting.write(by=passed.by, referrer=passed.ann))
    consent.revoke(grant=grant)
    sending.deliver()
    message.refresh_from_db()
    assert (message.state, message.rule, passed.sink.received) == (MailState.HELD, "invariant-1", [])
    assert not lines(passed)


@pytest.mark.parametrize(("rhythm", "days"), [("", 7), ("each", 0), ("weekly", 7), ("monthly", 30)])
def test_nobody_hears_more_often_than_they_want(passed: Passed, settings: Any, rhythm: str, days: int) -> None:
    one, two = friend(passed), friend(passed, "Al Berg", "al@berg.example")
    if rhythm:
        hearing.choose(referrer=passed.ann, channel="mail", rhythm=rhythm, quiet_until=None)
    allows(passed, met(passed, one), "spoke")
    digesting.write(by=passed.by, referrer=passed.ann)
    allows(passed, met(passed, two), "spoke")
    if days:
        assert not lines(passed)
        with pytest.raises(Refused, match="told something lately"):
            digesting.write(by=passed.by, referrer=passed.ann)
        days_on(settings, days - 1)
        assert not lines(passed)
    days_on(settings, days)
    assert lines(passed) == ["Tell Ann Okafor what became of an introduction"]
    assert "Al Berg" in digesting.write(by=passed.by, referrer=passed.ann).text


def test_who_wants_quiet_or_left_hears_nothing(passed: Passed) -> None:
    allows(passed, met(passed, friend(passed)), "spoke")
    until = clock.today() + timedelta(days=30)
    hearing.choose(referrer=passed.ann, channel="mail", rhythm="each", quiet_until=until)
    for _way in range(2):
        assert not lines(passed)
        with pytest.raises(Refused, match="wants to hear nothing"):
            digesting.write(by=passed.by, referrer=passed.ann)
        hearing.choose(referrer=passed.ann, channel="mail", rhythm="each", quiet_until=None)
        hearing.leave(referrer=passed.ann)
    assert not Message.objects.exists()


@pytest.mark.parametrize("channel", ["card", "screen"])
def test_a_card_and_the_screen_use_the_consent_without_mail(passed: Passed, channel: str) -> None:
    grant = allows(passed, met(passed, friend(passed)), "spoke")
    hearing.choose(referrer=passed.ann, channel=channel, rhythm="each", quiet_until=None)
    browser, where = make.browser(passed.by), f"{HOME}{passed.ann.public_id}/"
    assert "Jo Lind and we have spoken." in browser.get(where).content.decode()
    if channel == "card":
        assert browser.get(f"{where}card.pdf").content.startswith(b"%PDF")
    with pytest.raises(Refused, match="does not hear by mail"):
        digesting.write(by=passed.by, referrer=passed.ann)
    with pytest.raises(Refused, match="does not hear by mail"):
        updating.tell(by=passed.by, reply=Reply.objects.get(), field="spoke")
    assert browser.post(where, {"act": "handed"}).status_code == 302
    grant.refresh_from_db()
    assert (grant.uses, Told.objects.get().channel) == (1, channel)
    assert browser.get(f"{where}card.pdf").status_code == 404, "it is told"
    assert not Message.objects.exists()


def test_suppression_beats_news(passed: Passed) -> None:
    allows(passed, met(passed, friend(passed)), "spoke")
    message = digesting.write(by=passed.by, referrer=passed.ann)
    suppression.suppress(passed.practice.pk, "ann@client.example", scope="all", reason="asked")
    assert outbox.send(by=passed.by, message=message).rule == "suppression"
    sending.deliver()
    assert not passed.sink.received


def test_where_clients_are_secret_the_signed_form_comes_first(passed: Passed) -> None:
    passed.works_as(Profession.ATTORNEY)
    found = met(passed, friend(passed))
    grant = allows(passed, found, "spoke", "trouble")
    assert not lines(passed)
    row = wrong(passed, found)
    with pytest.raises(Refused, match="has not allowed it"):
        troubles.tell(by=passed.by, trouble=row)
    consent.record_form(by=passed.by, grant=grant, form_id="F-1")
    assert lines(passed)
    assert troubles.tell(by=passed.by, trouble=row)


def test_another_practice_reads_and_does_nothing(passed: Passed) -> None:
    found = met(passed, friend(passed))
    allows(passed, found, "spoke", "trouble")
    row = wrong(passed, found)
    thanks = thanking.thank(referrer=passed.ann, because=Because.AGREED, about=found)
    stranger = make.member()
    browser = make.browser(stranger)
    for where in (
        f"{HOME}{passed.ann.public_id}/",
        f"{HOME}{passed.ann.public_id}/card.pdf",
        f"/introductions/thanks/{thanks.public_id}/",
        f"/introductions/thanks/{thanks.public_id}/card.pdf",
        f"/introductions/troubles/{row.public_id}/",
        f"/introductions/{found.public_id}/trouble/",
    ):
        assert browser.get(where).status_code == 404, where
    for act in ("write", "handed", "mail", "right", "tell"):
        for where in (f"{HOME}{passed.ann.public_id}/", f"/introductions/troubles/{row.public_id}/"):
            assert browser.post(where, {"act": act}).status_code == 404
    for verb, own in ((digesting.write, {"referrer": passed.ann}), (troubles.tell, {"trouble": row})):
        with pytest.raises(Refused):
            verb(by=stranger, **own)
    assert "Ann" not in browser.get(HOME).content.decode()
    assert not Message.objects.exists()


def test_the_pages_show_what_waits_and_how_it_stands(passed: Passed) -> None:
    browser = make.browser(passed.by)
    assert "Nobody waits for a word from you" in home(passed)
    found = met(passed, friend(passed))
    allows(passed, found, "spoke")
    wrong(passed, found)
    thanks = thanking.thank(referrer=passed.ann, because=Because.AGREED, about=found)
    text = home(passed)
    for words in ("We sent the wrong papers.", "Jo Lind and we have spoken.", "agreed to introduce you"):
        assert words in text
    where = f"/introductions/thanks/{thanks.public_id}/"
    assert "offering to introduce us" in browser.get(where).content.decode()
    assert browser.get(f"{where}card.pdf").content.startswith(b"%PDF")
    assert browser.post(where, {"act": "mail"}).status_code == 302
    assert "agreed to introduce you" not in home(passed)
    assert "Ann Okafor" in browser.get("/introductions/thanks/").content.decode()
    written = browser.post(f"{HOME}{passed.ann.public_id}/", {"act": "write"})
    assert re.match(r"/mail/messages/\w+/", written["Location"])
    shown = news.about(passed.practice, found)
    assert [one.words for one in shown.told] == ["we spoke"]
    assert shown.thanks == (thanks,)
    assert not shown.may_tell_trouble


def test_lines_for_today_and_the_page_ask_the_same_number_of_questions_whatever_their_length(passed: Passed) -> None:
    def counted() -> list[int]:
        numbers = []
        for read in (
            lambda: updates.due(passed.practice),
            lambda: thank_yous.due(passed.practice),
            lambda: found_troubles.open(passed.practice),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert read()
            numbers.append(len(queries))
        browser = make.browser(passed.by)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(HOME).status_code == 200
        return [*numbers, len(queries)]

    def one_more(number: int) -> None:
        own = {"practice": passed.practice}
        referrer = make.client(passed.by)
        reply = Reply.objects.create(
            link=passed.kit.link, edition=passed.kit.edition, step="two_questions", name=f"Friend {number}",
            at=clock.now(), **own,
        )  # fmt: skip
        found = Introduction.objects.create(referrer=referrer, reply=reply, stage="met", stage_at=clock.now(), **own)
        Grant.objects.create(
            purpose="update", state="granted", given="own", scope=["spoke"], about=reply.public_id, recipient=referrer,
            granted_at=clock.now(), **own,
        )  # fmt: skip
        Trouble.objects.create(introduction=found, what="Late.", due_on=clock.today(), **own)
        thanking.thank(referrer=referrer, because=Because.AGREED, about=found)

    one_more(0)
    before = counted()
    for number in range(1, 12):
        one_more(number)
    assert counted() == before
    assert len(updates.due(passed.practice)) == 5
