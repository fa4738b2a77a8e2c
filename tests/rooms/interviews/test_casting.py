"""A casting call: clients are chosen, each is asked once through the gate, and answers on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk

from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.masking import masked
from passalong.interviews import letters
from passalong.interviews.models import CastingAsk, CastingCall, Interview, Outcome, Stage
from passalong.interviews.selectors import casting as reads
from passalong.interviews.services import casting
from passalong.mail.models import Message
from passalong.mail.services import sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = re.compile(r"https://refer\.practice\.example(/cast/[\w-]+)")
YES = {"q-story": "yes", "q-public": "yes", "q-time": "yes", "would": "yes"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    cache.clear()
    with pipeline.desk_with_mail() as found:
        yield found


def call(desk: Desk) -> CastingCall:
    asked = [one["text"] for one in letters.casting_questions()]
    return casting.open_call(by=desk.by, title="Be featured?", text=letters.casting_text(desk.practice), asked=asked)


def client(desk: Desk, name: str, mail: bool = True) -> Contact:
    email = f"{name.split()[0].lower()}@client.example" if mail else ""
    return make.contact(desk.by, name, email=email, standing="client")


def pages(desk: Desk) -> dict[str, str]:
    """Address -> path of the page, as the mails that came say."""
    sending.deliver(run_for=20)
    found = {}
    for one in desk.sink.received:
        text = one.parsed.get_body(("plain",)).get_content()
        if page := PAGE.search(text):
            found[one.recipients[0]] = page[1]
    return found


@pytest.fixture
def asked(desk: Desk) -> dict[str, str]:
    """Ann and Bea were asked; their pages."""
    found = call(desk)
    casting.choose(by=desk.by, call=found, clients=[client(desk, "Ann Okafor"), client(desk, "Bea Lund")])
    assert casting.send(by=desk.by, call=found) == (2, 0, "")
    return pages(desk)


def stages(desk: Desk) -> dict[str, str]:
    rows = Interview.objects.filter(practice=desk.practice).select_related("guest")
    return {str(one.guest): one.stage for one in rows}


def test_each_client_gets_one_mail_and_a_yes_becomes_an_idea(desk: Desk, asked: dict[str, str]) -> None:
    assert set(asked) == {"ann@client.example", "bea@client.example"}
    letter = desk.sink.received[0].parsed.get_body(("plain",)).get_content()
    assert "What is in it for you" in letter
    ann, bea = asked["ann@client.example"], asked["bea@client.example"]
    told = Client().get(ann).content.decode()
    assert told.count("<legend>") == 3
    assert "checked" not in told, "nothing is answered beforehand"
    Client().head(ann)
    assert not CastingAsk.objects.exclude(would=None).exists()
    answer = Client().post(ann, YES)
    assert (answer.status_code, answer["Location"], dict(answer.cookies)) == (303, ann, {})
    Client().post(bea, {"would": "no"})
    assert stages(desk) == {"Ann Okafor": Stage.IDEA}
    found = Interview.objects.get()
    assert (found.kind, found.questions.count(), bool(found.gain)) == ("client", 10, True)
    assert [step.act for step in found.steps.all()] == ["volunteer"]
    one = CastingAsk.objects.get(would=True)
    assert one.answers == {"story": True, "public": True, "time": True}
    shown = make.browser(desk.by).get(f"/interviews/casting/{one.call.public_id}/").content.decode()
    assert "would like to" in shown
    assert "rather not" in shown


def test_a_yes_needs_the_three_answers_and_can_be_taken_back(desk: Desk, asked: dict[str, str]) -> None:
    ann = asked["ann@client.example"]
    assert Client().post(ann, {"would": "yes", "q-story": "yes"}).status_code == 422
    assert Client().post(ann, {"would": "perhaps"}).status_code == 422
    assert not Interview.objects.exists()
    Client().post(ann, YES)
    Client().post(ann, YES)
    assert Interview.objects.count() == 1
    Client().post(ann, {"would": "no"})
    found = Interview.objects.get()
    assert (found.stage, found.outcome) == (Stage.CLOSED, Outcome.DECLINED)
    assert CastingAsk.objects.get(contact=found.guest).would is False


def test_who_answers_a_question_with_no_is_no_idea_until_that_changes(desk: Desk, asked: dict[str, str]) -> None:
    ann = asked["ann@client.example"]
    Client().post(ann, YES | {"q-public": "no"})
    one = CastingAsk.objects.get(would=True)
    assert (one.interview, one.answers) == (None, {"story": True, "public": False, "time": True})
    assert not Interview.objects.exists()
    assert "does not fit just now" in Client().get(ann).content.decode()
    there = f"/interviews/casting/{one.call.public_id}/"
    assert "would like to, does not fit" in make.browser(desk.by).get(there).content.decode()
    Client().post(ann, YES)
    assert stages(desk) == {"Ann Okafor": Stage.IDEA}
    assert "does not fit" not in Client().get(ann).content.decode()
    Client().post(ann, YES | {"q-time": "no"})
    found = Interview.objects.get()
    assert (found.stage, found.outcome) == (Stage.CLOSED, Outcome.DECLINED)


def test_pressing_send_again_writes_to_nobody_twice(desk: Desk, asked: dict[str, str]) -> None:
    found = CastingCall.objects.get()
    assert casting.send(by=desk.by, call=found) == (0, 0, "")
    assert len(pages(desk)) == len(desk.sink.received) == 2
    with pytest.raises(Refused):
        casting.change(by=desk.by, call=found, title="Other", text="Other", asked=["a", "b", "c"])


def test_who_may_not_be_written_to_is_left_out_with_the_reason(desk: Desk) -> None:
    found, ann = call(desk), client(desk, "Ann Okafor")
    casting.choose(by=desk.by, call=found, clients=[ann, client(desk, "Bea Lund")])
    suppression.suppress(desk.practice.pk, "ann@client.example", reason="left")
    went, held, why = casting.send(by=desk.by, call=found)
    assert (went, held) == (1, 1)
    assert "no more messages" in why
    assert set(pages(desk)) == {"bea@client.example"}


def test_who_can_be_chosen(desk: Desk, asked: dict[str, str]) -> None:
    """Nobody without a mail address, asked within a year, who said no, objected, or is interviewed already."""
    Client().post(asked["bea@client.example"], {"would": "no"})
    client(desk, "Cleo Mail", mail=False)
    client(desk, "Dora Free")
    gone = client(desk, "Eve Gone")
    Contact.objects.filter(pk=gone.pk).update(objected_at="2026-01-01T00:00Z")
    pipeline.at(Stage.AGREED, desk.by, client(desk, "Fay Busy"), kind="client")
    make.contact(desk.by, "Gus Prospect", email="gus@x.example", standing="prospect")
    found = call(desk)
    assert [one.full_name for one in reads.candidates(desk.practice, found)] == ["Dora Free"]
    assert casting.choose(by=desk.by, call=found, clients=list(Contact.objects.all())) == 1
    assert casting.choose(by=desk.by, call=found, clients=list(Contact.objects.all())) == 0


@pytest.mark.parametrize("field", ["title", "text", "question2"])
def test_a_call_asks_for_no_praise_and_offers_no_reward(desk: Desk, field: str) -> None:
    said: dict[str, Any] = {"title": "Be featured?", "text": "Would you?", "asked": ["a?", "b?", "c?"]}
    bad = "You get a reward for a positive review"
    said |= {"asked": ["a?", bad, "c?"]} if field == "question2" else {field: bad}
    with pytest.raises(Refused) as refused:
        casting.open_call(by=desk.by, **said)
    assert refused.value.field == field


def test_a_call_that_ended_and_one_that_never_was_look_the_same(desk: Desk, asked: dict[str, str]) -> None:
    ann = asked["ann@client.example"]
    casting.end(by=desk.by, call=CastingCall.objects.get())
    ended, never = Client().get(ann), Client().get("/cast/never-was")
    assert (ended.status_code, ended.content) == (never.status_code, never.content) == (404, never.content)
    assert Client().post(ann, YES).status_code == 404
    assert not Interview.objects.exists()
    for answer in (ended, never):
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")


def test_only_the_client_answers_and_the_secret_stays_out_of_logs(desk: Desk, asked: dict[str, str]) -> None:
    ann = asked["ann@client.example"]
    assert make.browser(desk.by).post(ann, YES).status_code == 403
    assert Client().post(ann, YES, headers={"origin": "https://evil.example"}).status_code == 403
    assert Client().post(ann, YES | {"x": "x" * 30_000}).status_code == 413
    assert not Interview.objects.exists()
    assert ann.rpartition("/")[2] not in masked(f"GET {ann}")
    stored = CastingAsk.objects.values_list("token_digest", flat=True)
    assert ann.rpartition("/")[2] not in stored


def test_another_practice_reads_and_sends_nothing(desk: Desk) -> None:
    found = call(desk)
    casting.choose(by=desk.by, call=found, clients=[client(desk, "Ann Okafor")])
    other = make.member()
    for act in (
        lambda: casting.send(by=other, call=found),
        lambda: casting.choose(by=other, call=found, clients=[]),
        lambda: casting.end(by=other, call=found),
        lambda: casting.leave_out(by=other, ask=found.asks.get()),
    ):
        with pytest.raises(Refused):
            act()
    web = make.browser(other)
    assert web.get(f"/interviews/casting/{found.public_id}/").status_code == 404
    assert web.post(f"/interviews/casting/{found.public_id}/act/", {"act": "send"}).status_code == 404
    theirs = call(Desk(other, desk.sink, desk.pat))
    assert casting.choose(by=other, call=theirs, clients=list(Contact.objects.all())) == 0
    assert not Message.objects.exists()
