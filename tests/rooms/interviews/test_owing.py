"""Turning the tables: asked for after publishing and not before, agreed on, logged; and who owes whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk
from tests.rooms.introductions import flow

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.interviews.models import Interview, Return, Stage
from passalong.interviews.selectors import owing
from passalong.interviews.services import partnering, returning, touching
from passalong.interviews.stages import Who
from passalong.mail.models import MailState, Message
from passalong.mail.services import sending

WORDS = "Dear Pat, shall we turn the tables?"


@pytest.fixture
def owner() -> Member:
    return make.member()


BEFORE = [Stage.IDEA, Stage.INVITED, Stage.AGREED, Stage.SCHEDULED, Stage.RECORDED, Stage.EDITED, Stage.APPROVED]


@pytest.mark.django_db
@pytest.mark.parametrize("stage", BEFORE)
def test_nothing_is_asked_scheduled_or_logged_before_their_interview_is_published(owner: Member, stage: str) -> None:
    found = pipeline.at(stage, owner)
    is_time, sentence = owing.right_moment(found)
    assert not is_time
    assert sentence
    with pytest.raises(Refused):
        returning.ask(by=owner, interview=found, pitch=WORDS)
    with pytest.raises(Refused):
        returning.schedule(by=owner, interview=found, on=clock.now(), where="Their podcast")
    with pytest.raises(Refused):
        returning.log(by=owner, interview=found, reached=10)
    assert not Return.objects.exists()
    assert owing.context(owner.practice, found) == {}


@pytest.mark.django_db
def test_the_moment_is_when_they_shared_it_or_after_two_weeks(owner: Member, settings: Any) -> None:
    published, shared = pipeline.at("published", owner), pipeline.at("shared", owner)
    assert owing.right_moment(shared)[0]
    assert not owing.right_moment(published)[0]
    settings.CLOCK_OFFSET = 15 * 86400
    assert owing.right_moment(published)[0]


@pytest.mark.django_db
def test_it_is_asked_for_agreed_on_and_logged_with_what_came_of_it(owner: Member) -> None:
    found = pipeline.at("shared", owner)
    returning.ask(by=owner, interview=found, pitch=WORDS)
    assert (found.stage, found.return_talk.pitch) == (Stage.RETURN_ASKED, WORDS)
    assert returning.ask(by=owner, interview=found, pitch="again") is None
    assert Return.objects.get().pitch == WORDS
    day = clock.now() + timedelta(days=9)
    returning.schedule(by=owner, interview=found, on=day, where="Their podcast", url="https://cast.example/7")
    with pytest.raises(Refused, match="has not come yet"):
        returning.log(by=owner, interview=found, reached=100)
    Return.objects.update(on=clock.now() - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        returning.log(by=owner, interview=found, reached=10, came=11)
    assert refused.value.field == "came"
    returning.log(by=owner, interview=found, reached=1200, came=7)
    assert found.stage == Stage.RETURNED
    returning.log(by=owner, interview=found, reached=1300, came=9)
    told = Return.objects.get()
    assert (told.reached, told.came) == (1300, 9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"where": " "}, "where"),
        ({"url": "http://plain.example"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://[bad"}, "url"),
        ({"on": 900}, "on"),
    ],
)
def test_a_day_and_place_that_do_not_fit_are_refused_beside_the_field(owner: Member, said: Any, field: str) -> None:
    found = pipeline.at("shared", owner)
    told = {"on": 5, "where": "Their podcast", "url": ""} | said
    told["on"] = clock.now() + timedelta(days=told["on"])
    with pytest.raises(Refused) as refused:
        returning.schedule(by=owner, interview=found, **told)
    assert refused.value.field == field
    assert not Return.objects.exists()


@pytest.mark.django_db
def test_words_that_press_ask_for_nothing(owner: Member) -> None:
    found = pipeline.at("shared", owner)
    for words in ("", "x" * 4001, "Hurry, you owe me this before it is too late."):
        with pytest.raises(Refused) as refused:
            returning.ask(by=owner, interview=found, pitch=words)
        assert refused.value.field == "pitch"
    found.refresh_from_db()
    assert found.stage == Stage.SHARED


@pytest.fixture
def desk() -> Iterator[Desk]:
    with pipeline.desk_with_mail() as found:
        yield found


@pytest.mark.django_db(transaction=True)
def test_the_mail_that_asks_is_shown_first_and_comes_as_it_was_shown(desk: Desk) -> None:
    found = pipeline.at("shared", desk.by, guest=desk.pat)
    web, path = make.browser(desk.by), f"/interviews/{found.public_id}/return/"
    shown = web.get(path).context["ask_form"]["pitch"].value()
    assert "Dear Pat," in shown
    assert "Nothing is sold" in shown
    assert web.post(f"{path}ask/", {"pitch": shown, "by_mail": "yes"}).status_code == 302
    assert web.post(f"{path}ask/", {"pitch": shown, "by_mail": "yes"}).status_code == 302
    message = Message.objects.get(about=found.public_id)
    Message.objects.filter(pk=message.pk).update(due_at=clock.now())
    sending.deliver(run_for=20)
    message.refresh_from_db()
    assert message.state == MailState.SENT
    [received] = desk.sink.received
    assert received.recipients == ["pat@ledger.example"]
    body = received.parsed.get_body(("plain",)).get_content()
    assert "turn" in received.parsed["Subject"]
    assert "hear the other side" in " ".join(body.split())


@pytest.mark.django_db
def test_without_an_address_the_mail_is_refused_and_nothing_is_moved(owner: Member) -> None:
    found = pipeline.at("shared", owner)
    web, path = make.browser(owner), f"/interviews/{found.public_id}/return/"
    refused = web.post(f"{path}ask/", {"pitch": WORDS, "by_mail": "yes"})
    assert refused.status_code == 422
    assert "There is no mail address" in refused.content.decode()
    found.refresh_from_db()
    assert found.stage == Stage.SHARED
    assert not Return.objects.exists()
    assert web.post(f"{path}ask/", {"pitch": WORDS, "by_mail": "no"}).status_code == 302
    day = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert web.post(f"{path}day/", {"on": day, "where": "Their podcast"}).status_code == 302
    assert web.post(f"{path}done/", {"reached": "900", "came": "1000"}).status_code == 422
    assert web.post(f"{path}done/", {"reached": "900", "came": "4"}).status_code == 302
    told = web.get(path).content.decode()
    assert "900" in told
    found.refresh_from_db()
    assert found.stage == Stage.RETURNED


@pytest.mark.django_db
def test_what_will_not_be_returned_is_owed_no_more(owner: Member) -> None:
    found = pipeline.at("return_asked", owner)
    [account] = owing.ledger(owner.practice).accounts
    assert account.they_owe == 1
    make.browser(owner).post(f"/interviews/{found.public_id}/return/forgo/")
    [account] = owing.ledger(owner.practice).accounts
    assert (account.given, account.forgone, account.they_owe, account.words) == (1, 1, 0, "Even")


# Twenty interviews with five partners: what became of each, who owes how many. One is open at a time.
TWENTY: tuple[tuple[str, tuple[str, ...], int, int], ...] = (
    ("Pat Ledger", ("returned", "returned", "returned", "shared"), 1, 0),
    ("Kim Field", ("returned", "not_returned", "dropped", "return_asked"), 1, 0),
    ("Lee Ward", ("returned", "returned", "returned", "edited"), 0, 1),
    ("Sam Hill", ("not_returned", "not_returned", "returned", "approved"), 0, 1),
    ("Jo Brook", ("returned", "dropped", "taken_down", "invited"), 0, 0),
)


def one_with(by: Member, guest: Contact, became: str) -> None:
    """One interview, by its real acts, up to what became of it."""
    if became == "dropped":
        pipeline.go(pipeline.at("recorded", by, guest), "drop", Who.MEMBER, by)
    elif became == "taken_down":
        pipeline.go(pipeline.at("shared", by, guest), "take down", Who.MEMBER, by)
    elif became == "not_returned":
        returning.forgo(by=by, interview=pipeline.at("return_asked", by, guest))
    elif became == "returned":
        returning.log(by=by, interview=pipeline.at("return_asked", by, guest), reached=100, came=2)
    else:
        pipeline.at(became, by, guest)


@pytest.mark.storage
@pytest.mark.django_db
def test_twenty_interviews_of_five_partners_tell_who_owes_whom(
    owner: Member, django_assert_max_num_queries: Any
) -> None:
    for name, each, _theirs, _ours in TWENTY:
        partner = partnering.choose(by=owner, contact=make.contact(owner, name), trade="Tax")
        for became in each:
            one_with(owner, partner.contact, became)
    assert Interview.objects.count() == 20
    with django_assert_max_num_queries(6):
        found = owing.ledger(owner.practice)
    told = {str(one.guest): (one.they_owe, one.we_owe) for one in found.accounts}
    assert told == {name: (theirs, ours) for name, _each, theirs, ours in TWENTY}
    assert [str(one.guest) for one in found.accounts] == ["Kim Field", "Pat Ledger", "Sam Hill", "Lee Ward", "Jo Brook"]
    words = {str(one.guest): one.words for one in found.accounts}
    assert words["Kim Field"] == "Kim owes you 1 interview"
    assert words["Lee Ward"] == "You owe Lee 1 interview"
    assert words["Jo Brook"] == "Even"
    returned = sum(each.count("returned") for _name, each, _theirs, _ours in TWENTY)
    assert (found.totals["returned"], found.totals["reached"], found.totals["came"]) == (9, 900, 18)
    assert returned == 9
    page = make.browser(owner).get("/interviews/owing/").content.decode()
    assert "Kim owes you 1 interview" in page
    data = make.browser(owner).get("/interviews/owing.json").json()
    by_name = {one["name"]: one for one in data["partners"]}
    assert by_name["Kim Field"]["they_owe"] == by_name["Kim Field"]["return_asked"] == 1
    assert (by_name["Pat Ledger"]["reached"], by_name["Pat Ledger"]["came"]) == (300, 6)
    assert data["totals"]["they_owe"] == data["totals"]["we_owe"] == 2
    backs = [one["return"] for one in data["interviews"] if one["stage"] == "returned"]
    assert [(one["reached"], one["came"]) for one in backs] == [(100, 2)] * 9
    assert all("readers" in one["reach"] for one in data["interviews"])


@pytest.mark.django_db
def test_introductions_both_ways_stand_beside_and_clients_owe_nothing(owner: Member) -> None:
    pat = partnering.choose(by=owner, contact=make.client(owner, "Pat Ledger"), trade="Tax")
    pipeline.at("shared", owner, guest=pat.contact)
    touching.touch(by=owner, partner=pat, kind="introduction", note="one")
    flow.at("agreed", owner, referrer=pat.contact)
    flow.at("agreed", owner, referrer=pat.contact)
    pipeline.at("shared", owner, guest=make.client(owner, "Ann Okafor"), kind="client")
    [account] = owing.ledger(owner.practice).accounts
    assert (account.introduced_to_us, account.introduced_to_them) == (2, 1)
    names = {one["name"] for one in make.browser(owner).get("/interviews/owing.json").json()["interviews"]}
    assert names == {"Pat Ledger", "Ann Okafor"}, "what a client's interview reached is told too"


@pytest.mark.django_db
def test_another_practice_finds_nothing(owner: Member) -> None:
    found = pipeline.at("shared", owner)
    stranger = make.browser(make.member())
    path = f"/interviews/{found.public_id}/return/"
    assert stranger.get(path).status_code == 404
    for rest in ("ask/", "day/", "done/", "forgo/"):
        assert stranger.post(f"{path}{rest}", {"pitch": WORDS, "by_mail": "no"}).status_code == 404
    assert stranger.get("/interviews/owing.json").json()["partners"] == []
    assert Client().get("/interviews/owing.json").status_code == 302
    with pytest.raises(Refused):
        returning.ask(by=make.member(), interview=found, pitch=WORDS)
