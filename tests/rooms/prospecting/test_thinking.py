"""“Let me think about it”, about somebody whom another client introduces already."""

from __future__ import annotations

import re

import pytest
from tests import make

from passalong.contacts.models import Contact
from passalong.contacts.person import person_of
from passalong.core import erasing
from passalong.introductions.models import AlsoBy, Introduction
from passalong.introductions.services import open_introduction
from passalong.prospecting import conversation, services
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.person import repoint

pytestmark = pytest.mark.django_db
NOT_DECIDED = "Nothing is recorded before they do."


@pytest.fixture
def held(town):
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)
    olga = make.client(town.owner, "Olga Earlier")
    open_introduction(by=town.owner, referrer=olga, prospect=town.ben)
    meeting = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    browser = make.browser(town.owner)
    for person in (town.ben, town.cara):  # Ben is introduced by Olga, Cara by nobody
        browser.post(url(meeting, "answer/"), {"person": person.public_id, "answer": "knows_well"})
        browser.post(url(meeting, "introduce/"), {"person": person.public_id, "act": "ask"})
    meeting.refresh_from_db()
    return town, meeting, browser


def url(meeting, page: str = "") -> str:
    return f"/meetings/{meeting.public_id}/{page}"


def said_of(page: str, person: Contact) -> str:
    """What the sheet shows of this answer, without the name and what differs with every row."""
    (part,) = re.findall(rf'<li id="said-{person.public_id}">(.*?)</li>', page, re.DOTALL)
    part = re.sub(r'(id|for|value|name="csrfmiddlewaretoken" value)="[^"]*"', r'\1=""', part)
    return " ".join(part.replace(person.full_name, "…").split())


def test_the_client_reads_what_they_would_read_of_anybody(held) -> None:
    town, meeting, browser = held
    page = browser.get(url(meeting)).content.decode()
    assert "you think about it" in said_of(page, town.ben)
    assert said_of(page, town.ben) == said_of(page, town.cara)
    agreed = browser.get(url(meeting, "agreed/")).content.decode()
    thinking = agreed.split('id="thinking"')[1]
    for shown in (page, agreed):
        assert "Olga" not in shown
        assert NOT_DECIDED not in shown
    assert "Ben Sato" in thinking
    assert "Cara Lind" in thinking


def test_the_desk_reads_in_one_line_that_nothing_was_recorded(held) -> None:
    town, meeting, browser = held
    assert not AlsoBy.objects.exists()
    assert not Introduction.objects.filter(referrer=town.ann, prospect=town.ben).exists()
    desk = browser.get(url(meeting, "after/")).content.decode()
    assert desk.count("Thinks about it") == 2
    assert desk.count(NOT_DECIDED) == 1, "Cara was asked for, and that is recorded"
    above = desk.split(NOT_DECIDED)[0]
    assert re.findall(r">(Ben Sato|Cara Lind)<", above)[-1] == "Ben Sato"


def test_a_yes_later_ends_the_thinking(held) -> None:
    town, meeting, browser = held
    browser.post(url(meeting, "introduce/"), {"person": town.ben.public_id})
    meeting.refresh_from_db()
    assert meeting.thinking == []
    assert AlsoBy.objects.filter(referrer=town.ann).count() == 1
    desk = browser.get(url(meeting, "after/")).content.decode()
    assert NOT_DECIDED not in desk
    assert [one.name for one in conversation.agreed_in(meeting).agreed] == ["Ben Sato"]


def test_who_is_forgotten_is_forgotten_here_too_and_meetings_joined_keep_it(held) -> None:
    town, _meeting, _browser = held
    twin = make.client(town.owner, "Ann Okafor-Lee")
    other = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, twin))
    repoint(town.practice.pk, town.ann.pk, twin.pk)
    other.refresh_from_db()
    assert other.thinking == [{"id": town.ben.public_id}]
    erasing.erase(person_of(town.ben), why="asked")
    other.refresh_from_db()
    assert other.thinking == []
