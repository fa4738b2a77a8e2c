"""What a referrer's own page tells of a friend: nothing without a consent, byte for byte, whatever the friend did."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests import make
from tests.rooms.introductions.cast import Passed, passed_along
from tests.rooms.portal.visiting import forget_limits, link_of

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Introduction, Reply, Way
from passalong.introductions.services import forgetting, ways
from passalong.introductions.services.moving import move
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.stages import Who, may
from passalong.kits.models import Hit

pytestmark = pytest.mark.django_db
SAID = ("agree", "pass along", "report a yes", "introduce")
Friend = Callable[[Passed, Introduction], None]


Does = Callable[[Passed, Introduction, Client], None]


class Undone(Exception):
    """The world is thrown away."""


def _reads(passed: Passed, _one: Introduction) -> None:
    own = {"practice": passed.practice, "link": passed.kit.link, "view": "a" * 12, "verdict": "person"}
    Hit.objects.create(at=clock.now(), kind="engaged", method="POST", **own)


def _answers(wish: str) -> Friend:
    def does(passed: Passed, _one: Introduction) -> None:
        passed.answers(wish)

    return does


def _goes_on(*acts: str) -> Friend:
    """They say yes, and the practice goes on with them."""

    def does(passed: Passed, one: Introduction) -> None:
        if not Reply.objects.exists():
            passed.answers("yes")
        one.refresh_from_db()
        for act in acts:
            who = Who.PERSON if act == "take back" else Who.MEMBER
            if may(act, one.stage, who):
                move(introduction=one, act=act, who=who, by=passed.by if who is Who.MEMBER else None)

    return does


FRIENDS: dict[str, Friend] = {
    "reads": _reads,
    "yes": _answers("yes"),
    "no": _answers("no"),
    "not now": _answers("not_now"),
    "becomes a client": _goes_on("first answer", "meet", "win"),
    "is lost": _goes_on("first answer", "lose"),
    "takes it back": _goes_on("take back"),
}


def _pages(browser: Client, one: Introduction) -> list[bytes]:
    found = []
    for path in ("/me/", f"/me/introductions/{one.public_id}"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        found.append(answer.content)
    return found


def _alike(page: bytes) -> str:
    """A page without what differs between any two worlds: random ids and the minute in which the visit ends."""
    text = page.decode()
    text = re.sub(r"/(introductions|kits)/[a-z0-9]{13}", r"/\1/ID", text)
    return re.sub(r"closes by itself at [^<]*", "", text)


def _world(friend: Friend | None, when: int, *, days: int = 0, settings: Any = None) -> list[str]:
    """Everything the referrer sees on the way, where the friend acts before the act numbered `when` of the referrer."""
    seen: list[str] = []
    try:
        with transaction.atomic(), passed_along() as passed:
            jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
            one = open_introduction(by=passed.by, referrer=passed.ann, prospect=jo, act="ask")
            browser = Client()
            assert browser.post(link_of(passed.ann), {"who": "me"}).status_code == 303
            for number, act in enumerate((*SAID, "")):
                if friend and number == when:
                    friend(passed, one)
                    Contact.objects.filter(pk=jo.pk).update(notes="They answered.")
                if days and number == 2:
                    settings.CLOCK_OFFSET = days * 24 * 3600
                    forgetting.forget_silent()
                    browser.post(link_of(passed.ann), {"who": "me"})
                seen += [_alike(page) for page in _pages(browser, one)]
                said = {"act": act, "words": "They would like to talk.", "on": ""}
                answer = browser.post(f"/me/introductions/{one.public_id}", said)
                seen.append(f"{act} {answer.status_code}")
            raise Undone
    except Undone:
        return seen
    finally:
        if settings:
            settings.CLOCK_OFFSET = 0


SILENT: list[str] = []  # the world in which the friend does nothing, made once


@pytest.mark.parametrize(("name", "when"), [*((name, 0) for name in FRIENDS), ("yes", 2), ("no", 1)])
def test_without_a_consent_every_page_is_the_same_whatever_the_friend_did(name: str, when: int) -> None:
    forget_limits()
    SILENT[:] = SILENT or _world(None, 0)
    assert any("You told us that Jo Lind said yes." in page for page in SILENT)
    assert _world(FRIENDS[name], when) == SILENT


@pytest.mark.parametrize("name", ["yes", "no"])
def test_silence_until_the_name_is_forgotten_shows_no_more_than_an_answer(name: str, settings: Any) -> None:
    forget_limits()
    silent = _world(None, 0, days=61, settings=settings)
    assert "Jo Lind" in silent[0]
    assert not any("Jo Lind" in page for page in silent[6:])
    assert any("You passed it along to somebody." in page for page in silent)
    assert _world(FRIENDS[name], 1, days=61, settings=settings) == silent


def _leaves(_passed: Passed, _one: Introduction, browser: Client) -> None:
    assert browser.post("/me/hearing", {"act": "leave"}).status_code == 303


def _agrees_in_a_meeting(passed: Passed, one: Introduction, _browser: Client) -> None:
    open_introduction(by=passed.by, referrer=passed.ann, prospect=one.prospect or passed.ann)


def _signs_a_letter(passed: Passed, one: Introduction, browser: Client) -> None:
    _agrees_in_a_meeting(passed, one, browser)
    Way.objects.create(practice=passed.practice, introduction=one, kind="letter", words="Dear Jo")
    ways.used_by_client(way=Way.objects.get())


@pytest.mark.parametrize("client", [_leaves, _agrees_in_a_meeting, _signs_a_letter])
def test_what_the_client_does_elsewhere_shows_the_same_whatever_the_friend_did(client: Does) -> None:
    """On another page, in a meeting, by their own hand: it stands on their page also where the friend was quicker."""
    forget_limits()
    seen = []
    for friend in (None, FRIENDS["yes"]):
        with transaction.atomic(), passed_along() as passed:
            jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
            one = open_introduction(by=passed.by, referrer=passed.ann, prospect=jo, act="ask")
            browser = Client()
            browser.post(link_of(passed.ann), {"who": "me"})
            before = [_alike(page) for page in _pages(browser, one)]
            if friend:
                friend(passed, one)
                one.refresh_from_db()
            client(passed, one, browser)
            seen.append([_alike(page) for page in _pages(browser, one)])
            assert seen[-1] != before
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_nothing_of_the_friend_changes_an_open_page() -> None:
    forget_limits()
    with passed_along() as passed:
        jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
        one = open_introduction(by=passed.by, referrer=passed.ann, prospect=jo)
        browser = Client()
        browser.post(link_of(passed.ann), {"who": "me"})
        before = _pages(browser, one)
        for friend in (_reads, _goes_on("first answer", "introduce", "meet", "win")):
            friend(passed, one)
            assert _pages(browser, one) == before
        one.refresh_from_db()
        assert one.stage == "client"


def test_somebody_who_came_by_themselves_is_no_introduction_of_theirs() -> None:
    forget_limits()
    with passed_along() as passed:
        browser = Client()
        browser.post(link_of(passed.ann), {"who": "me"})
        before = browser.get("/me/introductions/").content
        reply = passed.answers("yes")
        one = Introduction.objects.get(reply=reply)
        assert one.referrer == passed.ann
        assert browser.get("/me/introductions/").content == before
        assert browser.get(f"/me/introductions/{one.public_id}").status_code == 404
        assert clock.now() - one.created_at < timedelta(minutes=1)
