"""Inviting by mail, the guest's own answer, the day with its calendar entry, reminders: with a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.interviews.pipeline import Desk

from passalong.contacts.models import Standing
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.masking import masked
from passalong.interviews.models import Interview, Outcome, Stage
from passalong.interviews.selectors.one import invited
from passalong.interviews.services import inviting, reminding, scheduling
from passalong.interviews.services.voices import guest_voice
from passalong.interviews.stages import Who
from passalong.introductions.models import Terms
from passalong.mail.models import MailState, Message, Suppression
from passalong.mail.services import outbox, sending, suppression

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = re.compile(r"https://refer\.practice\.example(/talk/[\w-]+)")
SAID = {"subject": "May I interview you?", "opening": "Your work has been on my mind.", "gain": "Our clients meet you."}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with pipeline.desk_with_mail() as found:
        yield found


def invite(desk: Desk, **more: str) -> tuple[Interview, str]:
    """Invited by mail; the path of the guest's page as the mail that arrived says it."""
    found = inviting.plan(by=desk.by, guest=desk.pat, kind="partner")
    inviting.invite(by=desk.by, interview=found, to="pat@ledger.example", **(SAID | more))
    return found, path_in(arrived(desk))


def arrived(desk: Desk) -> Any:
    sending.deliver(run_for=20)
    return desk.sink.received[-1].parsed


def words(letter: Any) -> str:
    return " ".join(letter.get_body(("plain",)).get_content().split())


def path_in(letter: Any) -> str:
    found = PAGE.search(letter.get_body(("plain",)).get_content())
    assert found
    return found[1]


def press(path: str, **said: str) -> Any:
    return Client().post(f"{path}/answer", said)


def test_an_invitation_says_what_is_in_it_and_the_guest_says_yes_on_their_page(desk: Desk) -> None:
    found, path = invite(desk)
    letter = desk.sink.received[-1].parsed
    assert letter["To"].addresses[0].addr_spec == "pat@ledger.example"
    text = words(letter)
    assert "What is in it for you: Our clients meet you." in text
    assert "Your work has been on my mind." in text
    assert "we do not ask again" in text
    assert "There are 10 questions" in text
    assert found.stage == Stage.INVITED
    assert "Would you like to?" in Client().get(path).content.decode()
    Client().get(f"{path}/answer")
    found.refresh_from_db()
    assert found.stage == Stage.INVITED, "opening answers nothing"
    answer = press(path, act="accept")
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert not answer.cookies
    press(path, act="accept")
    found.refresh_from_db()
    assert (found.stage, found.steps.count()) == (Stage.AGREED, 3)
    assert path.rpartition("/")[2] not in masked(f"POST {path}/answer")


def test_a_guest_who_would_rather_not_ends_it_and_nothing_more_goes(desk: Desk) -> None:
    found, path = invite(desk)
    press(path, act="decline")
    press(path, act="decline")
    found.refresh_from_db()
    assert (found.stage, found.outcome) == (Stage.CLOSED, Outcome.DECLINED)
    assert "We do not ask again" in Client().get(path).content.decode()
    assert press(path, act="accept").status_code == 422
    assert press(path, act="nonsense").status_code == 422
    with pytest.raises(Refused):
        reminding.draft_reminder(by=desk.by, interview=found)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("gain", ""),
        ("gain", "You get a reward."),
        ("opening", "Please give us a positive review."),
        ("opening", "Only three places, hurry."),
        ("subject", "Last chance"),
    ],
)
def test_what_is_not_plain_does_not_go(desk: Desk, field: str, text: str) -> None:
    found = inviting.plan(by=desk.by, guest=desk.pat, kind="partner")
    with pytest.raises(Refused) as refused:
        inviting.invite(by=desk.by, interview=found, to="pat@ledger.example", **(SAID | {field: text}))
    assert refused.value.field == field
    found.refresh_from_db()
    assert found.stage == Stage.IDEA
    assert not Message.objects.exists()


def test_the_gate_is_asked_and_what_it_holds_back_moves_nothing(desk: Desk) -> None:
    stranger = make.contact(desk.by, "Sam Stone", email="sam@stone.example", standing="prospect")
    assert not Standing.objects.filter(contact=stranger, kind="partner").exists()
    found = inviting.plan(by=desk.by, guest=stranger, kind="author")
    with pytest.raises(Refused, match="no client or partner"):
        inviting.invite(by=desk.by, interview=found, to="sam@stone.example", **SAID)
    with pytest.raises(Refused, match="no address of"):
        inviting.invite(by=desk.by, interview=found, to="pat@ledger.example", **SAID)
    suppression.suppress(desk.practice.pk, "pat@ledger.example", reason="left")
    assert Suppression.objects.exists()
    other = inviting.plan(by=desk.by, guest=desk.pat, kind="partner")
    with pytest.raises(Refused, match="no more messages"):
        inviting.invite(by=desk.by, interview=other, to="pat@ledger.example", **SAID)
    assert not Message.objects.exists()
    assert set(Interview.objects.values_list("stage", flat=True)) == {Stage.IDEA}


def test_the_guest_picks_one_of_the_days_and_gets_it_for_the_calendar(desk: Desk) -> None:
    found, path = invite(desk)
    one, two = pipeline.in_days(4), pipeline.in_days(6)
    scheduling.propose(by=desk.by, interview=found, days=[two, one], place="Mill Café", minutes=30)
    press(path, act="accept")
    told = Client().get(path).content.decode()
    assert told.count('name="day"') == 2
    assert press(path, act="choose", day=pipeline.in_days(9).isoformat()).status_code == 422
    assert Client().get(f"{path}/day.ics").status_code == 404
    assert press(path, act="choose", day=two.isoformat()).status_code == 303
    found.refresh_from_db()
    assert (found.stage, found.scheduled_at, found.place) == (Stage.SCHEDULED, two, "Mill Café")
    entry = Client().get(f"{path}/day.ics")
    event = Calendar.from_ical(entry.content).walk("VEVENT")[0]
    assert (event.decoded("dtstart"), str(event["location"])) == (two, "Mill Café")
    message = scheduling.draft_entry(by=desk.by, interview=found)
    outbox.send(by=desk.by, message=message)
    letter = arrived(desk)
    part = next(one for one in letter.walk() if one.get_content_type() == "text/calendar")
    sent = Calendar.from_ical(part.get_content()).walk("VEVENT")[0]
    assert (part.get_param("method"), int(sent["sequence"]), sent["uid"]) == ("REQUEST", 0, event["uid"])
    assert str(sent["attendee"]) == "mailto:pat@ledger.example"
    scheduling.fix(by=desk.by, interview=found, at=one, place="By phone", minutes=30)
    found = Interview.objects.get(pk=found.pk)
    again = Calendar.from_ical(Client().get(f"{path}/day.ics").content).walk("VEVENT")[0]
    assert (int(again["sequence"]), again["uid"], str(again["location"])) == (1, event["uid"], "By phone")


def test_a_day_that_is_past_or_too_far_is_refused(desk: Desk) -> None:
    found = pipeline.at(Stage.AGREED, desk.by, desk.pat)
    for wrong in (clock.now() - timedelta(minutes=1), clock.now() + timedelta(days=500)):
        with pytest.raises(Refused):
            scheduling.fix(by=desk.by, interview=found, at=wrong)
        with pytest.raises(Refused):
            scheduling.propose(by=desk.by, interview=found, days=[wrong])
    assert invited(guest_voice(interview=found))["days"] == []


def test_the_questions_go_ahead_and_the_guest_is_reminded_twice_at_most(desk: Desk) -> None:
    found, _path = invite(desk)
    with pytest.raises(Refused):
        inviting.draft_questions(by=desk.by, interview=found)
    for again in (1, 2):
        assert reminding.draft_reminder(by=desk.by, interview=found) == reminding.draft_reminder(
            by=desk.by, interview=found
        ), "one that is written already is taken up, not written again"
        outbox.send(by=desk.by, message=reminding.draft_reminder(by=desk.by, interview=found))
        assert ("last time I write" in words(arrived(desk))) is (again == 2)
    with pytest.raises(Refused, match="twice"):
        reminding.draft_reminder(by=desk.by, interview=found)
    pipeline.go(found, "accept", Who.GUEST)
    outbox.send(by=desk.by, message=inviting.draft_questions(by=desk.by, interview=found))
    text = words(arrived(desk))
    assert "1. Who are you, and whom do you help?" in text
    assert "10. Where can people read or hear more of you?" in text


def test_the_clock_writes_to_members_alone_once_a_day(desk: Desk) -> None:
    found = pipeline.at(Stage.INVITED, desk.by, desk.pat)
    Interview.objects.update(due_at=clock.now() - timedelta(hours=1))
    assert reminding.remind_due() == 0, "nobody asked for reminders"
    Terms.objects.create(practice=desk.practice, reminds=True)
    assert (reminding.remind_due(), reminding.remind_due()) == (1, 0)
    letter = Message.objects.get()
    assert (letter.address, letter.state) == (desk.by.user.email, MailState.QUEUED)
    assert "1 interview waits for you. 1 of them is overdue." in letter.text
    assert str(found.guest) not in letter.text


def test_nobody_of_the_practice_answers_for_the_guest(desk: Desk) -> None:
    found, path = invite(desk)
    assert make.browser(desk.by).post(f"{path}/answer", {"act": "accept"}).status_code == 403
    assert (
        Client().post(f"{path}/answer", {"act": "accept"}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )
    assert Client().post("/talk/none/answer", {"act": "accept"}).status_code == 404
    found.refresh_from_db()
    assert found.stage == Stage.INVITED


def test_another_practice_moves_nothing(desk: Desk) -> None:
    found, _path = invite(desk)
    other = make.member()
    for act in (
        lambda: inviting.describe(by=other, interview=found, title="x", gain="x", note="x"),
        lambda: scheduling.propose(by=other, interview=found, days=[pipeline.in_days(3)]),
        lambda: scheduling.fix(by=other, interview=found, at=pipeline.in_days(3)),
        lambda: reminding.draft_reminder(by=other, interview=found),
        lambda: reminding.put_off(by=other, interview=found, until=clock.today()),
        lambda: inviting.plan(by=other, guest=desk.pat, kind="partner"),
    ):
        with pytest.raises(Refused):
            act()
