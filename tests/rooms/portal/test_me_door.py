"""The door of a referrer's own page: a mailed link, opened once by a chosen answer; the same words for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.introductions.cast import Passed, passed_along
from tests.rooms.portal.visiting import MAIL, forget_limits, link_by_mail, link_of, look_all_up, visit

from passalong.contacts.models import Contact, ContactPoint
from passalong.core.masking import masked
from passalong.core.models import Event
from passalong.introductions.models import PortalAsk, PortalKey
from passalong.introductions.services import portal_keys as services
from passalong.mail.models import Message
from passalong.mail.services import sending
from passalong.portal import limits
from passalong.portal.visits import COOKIE
from passalong.privacy.services import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def passed() -> Iterator[Passed]:
    forget_limits()
    with passed_along() as cast:
        yield cast


def test_from_the_address_to_the_page_and_out(passed: Passed) -> None:
    path = link_by_mail(passed.sink)
    browser = Client()
    asked = browser.get(path)
    assert "Ann" not in asked.content.decode()
    assert not asked.cookies
    opened = browser.post(path, {"who": "me"})
    assert (opened.status_code, opened["Location"]) == (303, "/me/")
    cookie = opened.cookies[COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("/me/", "Strict", True, 1800)
    assert list(opened.cookies) == [COOKIE]
    page = browser.get("/me/")
    assert "Your page, Ann" in page.content.decode()
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    assert browser.post("/me/out").status_code == 200
    assert "Your mail address" in browser.get("/me/").content.decode()


def test_the_secret_is_kept_nowhere_but_in_the_mail(passed: Passed, settings: Any) -> None:
    path = link_by_mail(passed.sink)
    token = path.removeprefix("/me/in/")
    key = PortalKey.objects.get()
    assert token not in (key.link_digest, key.visit_digest)
    message = Message.objects.get(purpose="account")
    desk = make.browser(passed.by)
    for at in (f"/mail/messages/{message.public_id}/", f"/mail/messages/{message.public_id}/body"):
        answer = desk.get(at)
        assert answer.status_code == 200
        assert token not in answer.content.decode()
    assert token not in masked(f'"GET {path} HTTP/1.1" 200')
    settings.CLOCK_OFFSET = 25 * 3600
    asking.tidy()
    message.refresh_from_db()
    assert (message.text, message.mime) == ("", None)


@pytest.mark.parametrize("who", ["", "yes", "ME"])
def test_a_machine_that_opens_and_presses_uses_nothing_up(passed: Passed, who: str) -> None:
    path = link_of(passed.ann)
    machine = Client()
    for _turn in range(3):
        assert machine.get(path).status_code == machine.head(path).status_code == 200
        assert machine.post(path, {"who": who} if who else {}).status_code == 422
    assert PortalKey.objects.get().used_at is None
    assert COOKIE not in machine.cookies
    assert Client().post(path, {"who": "me"}).status_code == 303


def test_used_ended_guessed_and_taken_back_links_answer_alike(passed: Passed, settings: Any) -> None:
    used, mine, ended = (link_of(passed.ann) for _turn in range(3))
    assert Client().post(mine, {"who": "other"}).status_code == 200
    settings.CLOCK_OFFSET = 61 * 60
    fresh = link_of(passed.ann)
    assert Client().post(fresh, {"who": "me"}).status_code == 303
    guessed = "/me/in/" + "x" * 32
    answers = [Client().post(path, {"who": "me"}) for path in (fresh, mine, ended, used, guessed, "/me/in/short")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not any(COOKIE in answer.cookies for answer in answers)


def test_one_link_opens_one_visit_and_ends_the_one_before(passed: Passed) -> None:
    first = visit(passed.ann)
    assert "Your page, Ann" in first.get("/me/").content.decode()
    second = visit(passed.ann)
    assert "Your page, Ann" in second.get("/me/").content.decode()
    assert first.get("/me/introductions/").status_code == 403
    assert Event.objects.filter(kind="introductions:page_opened").count() == 2


def test_two_who_press_at_once_open_one_visit(passed: Passed) -> None:
    link_of(passed.ann)
    both = [PortalKey.objects.get() for _turn in range(2)]
    assert services.open_visit(key=both[0])
    assert services.open_visit(key=both[1]) is None


def test_a_visit_lasts_half_an_hour(passed: Passed, settings: Any) -> None:
    browser = visit(passed.ann)
    settings.CLOCK_OFFSET = 31 * 60
    answer = browser.get("/me/hearing")
    assert answer.status_code == 403
    assert "Your visit has ended" in answer.content.decode()
    assert "Your mail address" in browser.get("/me/").content.decode()


def test_a_forwarded_cookieless_address_shows_nothing(passed: Passed) -> None:
    visit(passed.ann)
    stranger = Client()
    for path in ("/me/introductions/", "/me/hearing", f"/me/kits/{passed.kit.link.public_id}"):
        for answer in (stranger.get(path), stranger.post(path, {"act": "leave"})):
            assert answer.status_code in (403, 405)
            assert "Ann" not in answer.content.decode()


@pytest.mark.parametrize("address", ["nobody@else.example", "jo@lind.example", "prospect@else.example"])
def test_known_and_unknown_addresses_read_the_same(passed: Passed, address: str) -> None:
    make.contact(passed.by, "Pia Prospect", email="prospect@else.example")
    known = Client().post("/me/", {"address": MAIL})
    other = Client().post("/me/", {"address": address})
    assert known.content == other.content
    assert PortalAsk.objects.count() == 2
    look_all_up()
    assert not PortalAsk.objects.exists()
    assert [one.address for one in Message.objects.filter(purpose="account")] == [MAIL]


def test_what_is_no_address_is_said_beside_its_field(passed: Passed) -> None:
    answer = Client().post("/me/", {"address": "not an address"})
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.content.decode()
    assert not PortalAsk.objects.exists()


def test_an_address_of_several_opens_nobodys_page(passed: Passed) -> None:
    ben = make.client(passed.by, "Ben Okafor")
    ContactPoint.objects.create(practice=passed.practice, contact=ben, kind="email", value=MAIL, key=MAIL)
    Client().post("/me/", {"address": MAIL})
    look_all_up()
    assert not PortalKey.objects.exists()
    assert sending.deliver() == 1
    text = passed.sink.received[0].parsed.get_body(("plain",)).get_content()
    assert "Several people on file share this address" in text
    assert "Ben" not in text
    assert "/me/in/" not in text


def test_nobody_is_flooded_and_the_page_says_the_same(passed: Passed) -> None:
    answers = [Client().post("/me/", {"address": MAIL}) for _turn in range(8)]
    assert len({answer.content for answer in answers}) == 1
    look_all_up()
    assert PortalKey.objects.count() == 4
    for _turn in range(8):
        forget_limits()
        Client().post("/me/", {"address": MAIL})
        look_all_up()
    assert PortalKey.objects.count() == services.MOST_A_DAY


def test_one_network_address_asks_only_so_often(passed: Passed) -> None:
    statuses = [Client().post("/me/", {"address": f"a{number}@x.example"}).status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_guessing_links_is_slowed_down(passed: Passed) -> None:
    limits.SECRETS_OF_ADDRESS.forget()
    statuses = {Client().get(f"/me/in/{number:032}").status_code for number in range(70)}
    assert statuses == {404, 429}
    limits.SECRETS_OF_ADDRESS.forget()


def test_a_post_from_elsewhere_or_of_the_desk_opens_nothing(passed: Passed) -> None:
    path = link_of(passed.ann)
    foreign = Client(headers={"sec-fetch-site": "cross-site"})
    assert foreign.post(path, {"who": "me"}).status_code == 403
    desk = make.browser(passed.by)
    assert desk.post(path, {"who": "me"}).status_code == 403
    assert PortalKey.objects.get().used_at is None
    browser = visit(passed.ann)
    for place in ("same-site", "cross-site"):
        answer = browser.post("/me/hearing", {"act": "leave"}, headers={"sec-fetch-site": place})
        assert answer.status_code == 403


def test_several_practices_are_asked_and_none_is_named(passed: Passed) -> None:
    other = make.member(make.practice("Other Advisers"))
    make.contact(other, "Ann Elsewhere", email=MAIL, standing="client")
    page = Client().get("/me/").content.decode()
    assert "Harbour Wealth" not in page
    assert "Other Advisers" not in page
    Client().post("/me/", {"address": MAIL})
    look_all_up()
    assert {one.practice for one in PortalKey.objects.all()} == {passed.practice, other.practice}
    own = Client().get(f"/me/at/{passed.practice.public_id}").content.decode()
    assert "Harbour Wealth" in own
    assert "Other Advisers" not in own


def test_old_links_and_visits_are_forgotten(passed: Passed, settings: Any) -> None:
    link_of(passed.ann)
    visit(passed.ann)
    services.ask(practice=passed.practice, address=MAIL)
    settings.CLOCK_OFFSET = timedelta(days=2).total_seconds()
    assert services.tidy() == 1
    assert not PortalAsk.objects.exists()
    settings.CLOCK_OFFSET = timedelta(days=31).total_seconds()
    assert services.tidy() == 1
    assert Contact.objects.filter(pk=passed.ann.pk).exists()
