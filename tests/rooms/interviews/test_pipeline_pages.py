"""The board, the list, one interview and its pages, as a member sees and uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.desk import waiting
from passalong.interviews.models import Interview, Outcome, Stage
from passalong.interviews.selectors import board
from passalong.mail.models import Message
from passalong.mail.services import sending

pytestmark = pytest.mark.django_db
LIST, BOARD, NEW = "/interviews/", "/interviews/board/", "/interviews/new/"
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def web(owner: Member) -> Client:
    return make.browser(owner)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with pipeline.desk_with_mail() as found:
        yield found


def page(web: Client, found: Interview) -> str:
    return web.get(f"/interviews/{found.public_id}/").content.decode()


def press(web: Client, found: Interview, act: str, **said: Any) -> Any:
    answer = web.post(f"/interviews/{found.public_id}/move/", {"act": act, **said})
    found.refresh_from_db()
    return answer


def test_board_and_list_show_every_stage_with_what_is_next(web: Client, owner: Member) -> None:
    for stage in Stage.values:
        pipeline.at(stage, owner, pipeline.partner(owner, f"Jo {stage.title()}"))
    Interview.objects.filter(stage=Stage.INVITED).update(due_at=clock.now() - timedelta(days=2))
    told = web.get(BOARD).content.decode()
    for stage in Stage.values[:-2]:
        assert f"Jo {stage.title()}" in told
    assert "Jo Closed" not in told
    assert "Invite the guest, and say what is in it for them" in told
    assert "1 is overdue" in told
    assert told.count("btn-primary") == 1
    listed = web.get(LIST).content.decode()
    assert "overdue since" in listed
    assert "Jo Returned" not in listed
    assert listed.count("btn-primary") == 1


def test_the_list_is_narrowed_by_name_kind_stage_and_day(web: Client, owner: Member) -> None:
    pipeline.at(Stage.AGREED, owner, make.client(owner, "Ann Okafor"), kind="client", title="Boats of oak")
    pipeline.at(Stage.IDEA, owner, pipeline.partner(owner, "Pat Ledger"))
    pipeline.at(Stage.CLOSED, owner, pipeline.partner(owner, "Max Gone"))

    def names(**asked: str) -> set[str]:
        told = web.get(LIST, asked).content.decode()
        return {name for name in ("Ann Okafor", "Pat Ledger", "Max Gone") if name in told}

    assert names() == {"Ann Okafor", "Pat Ledger"}
    assert names(q="okafor") == names(q="oak") == names(kind="client") == names(stage="agreed") == {"Ann Okafor"}
    assert names(stage="all") == {"Ann Okafor", "Pat Ledger", "Max Gone"}
    assert names(outcome="dropped") == {"Max Gone"}
    assert names(stage="nonsense", due="x") == {"Ann Okafor", "Pat Ledger"}
    assert "No interview is like this" in web.get(LIST, {"q": "nobody"}).content.decode()


def test_empty_places_offer_the_one_thing_to_do(web: Client) -> None:
    for path in (LIST, BOARD, "/interviews/casting/", "/interviews/questions/"):
        told = web.get(path).content.decode()
        assert told.count("btn-primary") == 1, path
        assert 'class="empty"' in told


def test_a_new_interview_is_planned_for_somebody_on_file(web: Client, owner: Member) -> None:
    pat = pipeline.partner(owner, "Pat Ledger")
    for name in ("Jo Two", "Jo Two"):
        make.contact(owner, name)
    assert web.post(NEW, {"guest": "Nobody Here", "kind": "partner"}).status_code == 422
    several = web.post(NEW, {"guest": "Jo Two", "kind": "partner"})
    assert "Several people are meant" in several.content.decode()
    assert not Interview.objects.exists()
    assert 'value="Pat Ledger"' in web.get(NEW, {"guest": pat.public_id}).content.decode()
    answer = web.post(NEW, {"guest": "Pat Ledger", "kind": "partner", "title": "Taxes"})
    found = Interview.objects.get()
    assert answer["Location"] == f"/interviews/{found.public_id}/"
    assert (found.guest, found.title, found.questions.count()) == (pat, "Taxes", 10)
    assert "own words" in found.gain
    assert not Message.objects.exists()
    web.post(NEW, {"guest": "Pat Ledger", "kind": "partner"})
    assert Interview.objects.count() == 1


def test_an_invitation_is_seen_as_it_goes_and_then_sent(desk: Desk) -> None:
    web, found = make.browser(desk.by), pipeline.at(Stage.IDEA, desk.by, desk.pat)
    path = f"/interviews/{found.public_id}/invite/"
    begun = web.get(path).context["form"].initial
    said = {"to": "pat@ledger.example", **begun}
    seen = web.post(path, said | {"act": "see"}).content.decode()
    assert "What is in it for you: Our clients and readers" in seen
    assert "https://refer.practice.example/talk/…" in seen
    assert not Message.objects.exists()
    wrong = web.post(path, said | {"act": "send", "gain": "A reward"})
    assert wrong.status_code == 422
    assert "no rewards" in wrong.content.decode()
    assert web.post(path, said | {"act": "send"}).status_code == 302
    sending.deliver(run_for=20)
    found.refresh_from_db()
    assert found.stage == Stage.INVITED
    came = desk.sink.received[-1].parsed.get_body(("plain",)).get_content()
    assert begun["opening"].split(".")[0] in " ".join(came.split())
    assert "They have been invited already" in web.get(path).content.decode()


@pytest.mark.parametrize("act", ["record", "edit", "approve", "publish", "return", "take down", "nonsense", ""])
def test_what_has_a_page_of_its_own_is_not_done_by_a_press(web: Client, owner: Member, act: str) -> None:
    """Recording, approving and publishing ask for more than a button: consent, sound, the guest."""
    found = pipeline.at(Stage.APPROVED if act in ("publish", "take down") else Stage.SCHEDULED, owner)
    before = found.stage
    assert press(web, found, act).status_code == 422
    assert found.stage == before


def test_moves_by_a_press_with_a_note(web: Client, owner: Member) -> None:
    found = pipeline.at(Stage.IDEA, owner)
    press(web, found, "invite", note="over lunch")
    press(web, found, "accept", note="by phone")
    assert found.stage == Stage.AGREED
    told = page(web, found)
    assert "over lunch" in told
    assert "by phone" in told
    press(web, found, "drop")
    assert (found.stage, found.outcome) == (Stage.CLOSED, Outcome.DROPPED)
    assert "/move/" not in page(web, found)


@pytest.mark.parametrize("stage", Stage.values)
def test_the_page_of_every_stage_has_one_thing_to_do(web: Client, owner: Member, stage: str) -> None:
    told = page(web, pipeline.at(stage, owner))
    assert told.count("btn-primary") <= 1
    if stage not in (Stage.INVITED, Stage.RETURNED, Stage.CLOSED):
        assert told.count("btn-primary") == 1


def test_a_day_is_offered_agreed_on_and_taken_along(web: Client, owner: Member) -> None:
    found = pipeline.at(Stage.AGREED, owner)
    path, day = f"/interviews/{found.public_id}/day/", pipeline.in_days(3)
    local = day.strftime("%Y-%m-%dT%H:%M")
    assert web.get(f"/interviews/{found.public_id}/day.ics").status_code == 404
    web.post(path, {"act": "offer", "day1": local, "place": "Here", "minutes": 40})
    found.refresh_from_db()
    assert (len(found.proposed), found.minutes, found.stage) == (1, 40, Stage.AGREED)
    past = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert web.post(path, {"act": "fix", "at": past, "minutes": 40}).status_code == 422
    web.post(path, {"act": "fix", "at": local, "place": "Here", "minutes": 40})
    found.refresh_from_db()
    assert (found.stage, found.place) == (Stage.SCHEDULED, "Here")
    event = Calendar.from_ical(web.get(f"/interviews/{found.public_id}/day.ics").content).walk("VEVENT")[0]
    assert "attendee" not in event
    assert str(found.guest) in str(event["summary"])


def test_a_letter_is_drafted_and_shown_before_it_goes(desk: Desk) -> None:
    web, found = make.browser(desk.by), pipeline.at(Stage.AGREED, desk.by, desk.pat)
    answer = web.post(f"/interviews/{found.public_id}/write/", {"letter": "questions"})
    message = Message.objects.get()
    assert answer["Location"] == f"/mail/{message.public_id}/" or message.public_id in answer["Location"]
    assert message.state == "draft"
    assert web.post(f"/interviews/{found.public_id}/write/", {"letter": "nonsense"}).status_code == 302
    assert message.subject in page(web, found)


def test_the_next_act_is_put_off_but_not_an_agreed_day(web: Client, owner: Member) -> None:
    found, fixed = pipeline.at(Stage.INVITED, owner), pipeline.at(Stage.SCHEDULED, owner)
    until = clock.today() + timedelta(days=30)
    for one in (found, fixed):
        web.post(f"/interviews/{one.public_id}/remind/", {"until": str(until)})
        one.refresh_from_db()
    assert found.due_at is not None
    assert found.due_at.date() >= until
    assert fixed.due_at == fixed.scheduled_at


def test_today_says_what_is_next_in_one_query(web: Client, owner: Member) -> None:
    pipeline.at(Stage.INVITED, owner, pipeline.partner(owner, "Pat Ledger"))
    with CaptureQueriesContext(connection) as queries:
        lines = board.next_acts(owner.practice, 6)
    assert len(queries) == 1
    assert [one.line for one in lines] == ["Pat Ledger: Hear what the guest says"]
    assert "interviews" in {section.key for section in waiting.sections(owner.practice)}
    assert "Hear what the guest says" in web.get("/").content.decode()


def test_pages_ask_the_same_number_of_queries_with_few_and_with_many(web: Client, owner: Member) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert web.get(path).status_code == 200
        return len(queries)

    paths = (LIST, BOARD, f"{LIST}?stage=all&q=jo")
    for stage in Stage.values:
        pipeline.at(stage, owner)
    before = [count(path) for path in paths]
    people = [Contact(practice=owner.practice, full_name=f"Jo {at}", search=f"jo {at}") for at in range(120)]
    Contact.objects.bulk_create(people)
    Interview.objects.bulk_create(
        Interview(practice=owner.practice, guest=one, kind="partner", due_at=clock.now()) for one in people
    )
    assert [count(path) for path in paths] == before


def test_hostile_words_are_shown_as_words(web: Client, owner: Member) -> None:
    bad = "<script>alert(1)</script>"
    found = pipeline.at(Stage.AGREED, owner, title=bad, gain=bad)
    web.post(f"/interviews/{found.public_id}/questions/", {"act": "add", "text": bad, "hint": bad})
    for path in (LIST, BOARD, f"/interviews/{found.public_id}/", f"/interviews/{found.public_id}/questions/"):
        told = web.get(path).content.decode()
        assert bad not in told
        assert json.dumps(bad) not in told


OF_ONE = ("one", "describe", "invite", "schedule", "entry", "asked")
POSTED = ("move", "put_off", "write", "invite", "schedule", "describe", "asked")


def test_another_practice_finds_none_of_these_pages(owner: Member) -> None:
    found = pipeline.at(Stage.SCHEDULED, owner)
    before = (found.stage, found.title, found.steps.count(), found.due_at)
    stranger = make.browser(make.member())
    for name in OF_ONE:
        assert stranger.get(reverse(f"interviews:{name}", args=[found.public_id])).status_code == 404, name
    said = {"act": "drop", "title": "x", "letter": "remind", "until": "2100-01-01", "text": "x"}
    for name in POSTED:
        assert stranger.post(reverse(f"interviews:{name}", args=[found.public_id]), said).status_code == 404, name
    guest = found.guest
    assert guest is not None
    assert stranger.get(NEW, {"guest": guest.public_id}).status_code == 404
    found.refresh_from_db()
    assert (found.stage, found.title, found.steps.count(), found.due_at) == before
    for name in (*OF_ONE, "list", "board", "new", "casting", "questions"):
        path = reverse(f"interviews:{name}", args=[found.public_id] if name in OF_ONE else [])
        assert Client().get(path).status_code == 302, "nobody comes in unsigned"
