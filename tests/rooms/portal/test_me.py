"""A referrer's own pages: what they can say, what a consent lets them read, how they hear, and nobody else's rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.introductions.cast import Passed, passed_along
from tests.rooms.portal.visiting import forget_limits, visit

from passalong.compliance.models import Given, Grant, Purpose
from passalong.compliance.services import consent
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.models import PracticeOwned
from passalong.introductions.models import Channel, Hearing, Introduction, OwnAct, Step, Thanks
from passalong.introductions.services import hearing, updating
from passalong.introductions.services.moving import move
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.stages import Who
from passalong.kits.models import Passing

pytestmark = pytest.mark.django_db


@pytest.fixture
def passed() -> Iterator[Passed]:
    forget_limits()
    with passed_along() as cast:
        yield cast


@pytest.fixture
def jo(passed: Passed) -> Contact:
    return make.contact(passed.by, "Jo Lind", email="jo@lind.example")


def _asked(passed: Passed, jo: Contact, act: str = "ask") -> Introduction:
    return open_introduction(by=passed.by, referrer=passed.ann, prospect=jo, act=act)


def _say(browser: Client, one: Introduction, act: str, **more: str) -> Any:
    return browser.post(f"/me/introductions/{one.public_id}", {"act": act, **more})


def _text(browser: Client, path: str = "/me/") -> str:
    return browser.get(path).content.decode()


def test_an_ask_is_answered_on_the_page_and_moves_the_introduction(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    browser = visit(passed.ann)
    assert "Would you introduce us to Jo Lind?" in _text(browser)
    answer = _say(browser, one, "agree", **{"from": "home"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/?done=said")
    assert _say(browser, one, "pass along").status_code == 303
    one.refresh_from_db()
    assert one.stage == "passed"
    assert list(Step.objects.values_list("act", "who")) == [
        ("ask", Who.MEMBER),
        ("agree", Who.REFERRER),
        ("pass along", Who.REFERRER),
    ]
    assert "You passed it along to Jo Lind." in _text(browser)
    assert Thanks.objects.filter(referrer=passed.ann).exists()
    assert "Would you introduce" not in _text(browser)


def test_rather_not_closes_it_and_nobody_asks_why(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    browser = visit(passed.ann)
    _say(browser, one, "rather not")
    one.refresh_from_db()
    assert (one.stage, one.outcome) == ("closed", "rather_not")
    assert not Thanks.objects.exists()
    assert _say(browser, one, "agree").status_code == 422


def test_said_twice_is_said_once(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    browser = visit(passed.ann)
    assert [_say(browser, one, "agree").status_code for _turn in range(2)] == [303, 303]
    assert OwnAct.objects.count() == 1


def test_a_reported_yes_is_kept_as_reported_with_what_was_said(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo, "agree")
    browser = visit(passed.ann)
    short = _say(browser, one, "report a yes", words="Yes")
    assert short.status_code == 422
    assert "what they said" in short.content.decode()
    future = (clock.today() + timedelta(days=2)).isoformat()
    assert _say(browser, one, "report a yes", words="They would like to talk.", on=future).status_code == 422
    assert not OwnAct.objects.exists()
    day = (clock.today() - timedelta(days=2)).isoformat()
    assert _say(browser, one, "report a yes", words="They would like to talk.", on=day).status_code == 303
    grant = Grant.objects.get(purpose=Purpose.CONTACT)
    assert (grant.given, grant.words, grant.told_by) == (Given.REPORTED, "They would like to talk.", passed.ann)
    one.refresh_from_db()
    assert (one.stage, one.answered_how, one.answered_on.isoformat()) == ("answered", "reported", day)


def test_a_profession_that_wants_the_persons_own_answer_is_not_told_a_yes(passed: Passed, jo: Contact) -> None:
    passed.works_as("dentist")
    one = _asked(passed, jo, "agree")
    browser = visit(passed.ann)
    page = _text(browser, f"/me/introductions/{one.public_id}")
    assert "They said yes" not in page
    assert "They said no" in page
    assert _say(browser, one, "report a yes", words="They would like to talk.").status_code == 422
    one.refresh_from_db()
    assert one.stage == "agreed"


def test_what_was_told_stands_there_while_its_consent_holds_and_not_a_moment_longer(passed: Passed) -> None:
    passed.practice.refresh_from_db()
    reply = passed.answers("yes")
    one = Introduction.objects.get(reply=reply)
    browser = visit(passed.ann)
    grant = passed.granted(reply, "spoke", "client")
    assert "Jo Lind" not in _text(browser, "/me/introductions/"), "allowed, and not told yet"
    told = {"grant": grant, "referrer": passed.ann, "introduction": one, "message": None}
    updating.note_told(field="spoke", channel=Channel.SCREEN, **told)
    assert "Jo Lind and we have spoken." in _text(browser, "/me/introductions/")
    assert "has decided to work with us" not in _text(browser, "/me/introductions/")
    updating.note_told(field="done", channel=Channel.SCREEN, **told)
    assert "is done" not in _text(browser, f"/me/introductions/{one.public_id}"), "not in what was allowed"
    consent.revoke(grant=grant)
    assert "Jo Lind" not in _text(browser, "/me/introductions/")
    assert browser.get(f"/me/introductions/{one.public_id}").status_code == 404


def test_what_is_mailed_stands_there_once_it_is_out(passed: Passed) -> None:
    from passalong.mail.services import outbox, sending

    reply = passed.answers("yes")
    passed.granted(reply, "spoke")
    browser = visit(passed.ann)
    message = updating.tell(by=passed.by, reply=reply, field="spoke")
    assert "Jo Lind" not in _text(browser, "/me/introductions/")
    outbox.send(by=passed.by, message=message)
    sending.deliver()
    assert "Jo Lind and we have spoken." in _text(browser, "/me/introductions/")


def test_a_consent_for_somebody_else_tells_them_nothing(passed: Passed) -> None:
    reply = passed.answers("yes")
    one = Introduction.objects.get(reply=reply)
    grant = passed.granted(reply, "spoke")
    ben = make.client(passed.by, "Ben Roth")
    updating.note_told(
        grant=grant, referrer=passed.ann, introduction=one, message=None, field="spoke", channel=Channel.SCREEN
    )
    browser = visit(ben)
    assert "Jo Lind" not in _text(browser, "/me/introductions/")
    assert browser.get(f"/me/introductions/{one.public_id}").status_code == 404


def test_somebody_elses_introduction_is_not_there(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    ben, other = make.client(passed.by, "Ben Roth"), make.member()
    stranger = make.client(other, "Cy Vance")
    before = {model: model._default_manager.count() for model in (OwnAct, Step, Thanks)}
    for who in (ben, stranger):
        browser = visit(who)
        assert browser.get(f"/me/introductions/{one.public_id}").status_code == 404
        assert _say(browser, one, "agree").status_code == 404
        assert browser.get(f"/me/kits/{passed.kit.link.public_id}").status_code == 404
        assert "Jo Lind" not in _text(browser)
    assert {model: model._default_manager.count() for model in before} == before


def test_whoever_is_recorded_beside_sees_no_other_referrer(passed: Passed, jo: Contact) -> None:
    _asked(passed, jo, "agree")
    ben = make.client(passed.by, "Ben Roth")
    one = open_introduction(by=passed.by, referrer=ben, prospect=jo)
    browser = visit(ben)
    page = _text(browser)
    assert "You would introduce us to Jo Lind." in page
    assert "Ann" not in page
    assert _say(browser, one, "pass along").status_code == 303
    one.refresh_from_db()
    assert one.stage == "agreed", "the introduction is Ann's"
    assert "You passed it along to Jo Lind." in _text(browser)
    assert "You would introduce us to Jo Lind." in _text(visit(passed.ann))
    desk = make.browser(passed.by).get(f"/introductions/{one.public_id}/").content.decode()
    assert "Said on their own page" in desk
    assert "Ben Roth" in desk


def test_what_moved_the_introduction_is_told_once_at_the_desk(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    _say(visit(passed.ann), one, "agree")
    assert (
        "Said on their own page" not in make.browser(passed.by).get(f"/introductions/{one.public_id}/").content.decode()
    )


def test_a_name_the_practice_may_not_keep_stands_nowhere(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo, "agree")
    Introduction.objects.filter(pk=one.pk).update(prospect=None, named_key="x" * 64)
    browser = visit(passed.ann)
    assert "You would introduce us to somebody." in _text(browser)
    before = _text(browser)
    Introduction.objects.filter(pk=one.pk).update(prospect=jo)
    assert _text(browser) == before, "they answered, and the name is known now"


def test_what_the_practice_takes_back_is_taken_back_here(passed: Passed, jo: Contact) -> None:
    from passalong.introductions.services.moving import undo

    one = _asked(passed, jo)
    move(introduction=one, act="agree", who=Who.MEMBER, by=passed.by)
    browser = visit(passed.ann)
    assert "You would introduce us to Jo Lind." in _text(browser)
    undo(introduction=one, by=passed.by)
    assert "Would you introduce us to Jo Lind?" in _text(browser, "/me/introductions/")


def test_planned_only_is_not_shown(passed: Passed, jo: Contact) -> None:
    _asked(passed, jo, "plan")
    assert "Jo Lind" not in _text(visit(passed.ann))


def test_how_they_hear_is_chosen_and_leaving_ends_the_asks(passed: Passed, jo: Contact) -> None:
    one = _asked(passed, jo)
    browser = visit(passed.ann)
    chosen = {"act": "choose", "channel": "screen", "rhythm": "monthly", "quiet_until": ""}
    assert browser.post("/me/hearing", chosen).status_code == 303
    kept = Hearing.objects.get()
    assert (kept.channel, kept.rhythm, kept.chosen_by) == ("screen", "monthly", "referrer")
    assert browser.post("/me/hearing", chosen | {"quiet_until": "2001-01-01"}).status_code == 422
    quiet = (clock.today() + timedelta(days=30)).isoformat()
    browser.post("/me/hearing", chosen | {"quiet_until": quiet})
    assert "What we would ask of you" not in _text(browser)
    browser.post("/me/hearing", {"act": "leave"})
    one.refresh_from_db()
    assert one.outcome == "rather_not"
    assert "You have left" in _text(browser, "/me/hearing")
    browser.post("/me/hearing", {"act": "return"})
    assert Hearing.objects.get().left_at is None


def test_a_kit_is_passed_along_and_thanked_from_here(passed: Passed) -> None:
    browser = visit(passed.ann)
    path = f"/me/kits/{passed.kit.link.public_id}"
    page = _text(browser, path)
    for word in (f"/k/{passed.kit.link.token}", "mailto:?", "sms:?", "card.pdf"):
        assert word in page
    assert browser.get(f"{path}/code.svg")["Content-Type"] == "image/svg+xml"
    assert browser.get(f"{path}/card.pdf")["Content-Type"] == "application/pdf"
    assert browser.post(path, {"act": "passed", "channel": "mail"}).status_code == 303
    assert Passing.objects.get().said_by == "referrer"
    assert Thanks.objects.get().because == "passed"
    assert "Thank you" in _text(browser)


def test_looking_changes_nothing(passed: Passed, jo: Contact) -> None:
    from django.apps import apps

    one = _asked(passed, jo)
    browser = visit(passed.ann)

    def rows() -> dict[str, list[Any]]:
        kept = [model for model in apps.get_models() if issubclass(model, PracticeOwned)]
        return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in kept}

    before = rows()
    for path in ("/me/", "/me/introductions/", f"/me/introductions/{one.public_id}", "/me/hearing", "/me/agreement",
                 f"/me/kits/{passed.kit.link.public_id}", "/me/out"):  # fmt: skip
        browser.get(path, {"act": "agree", "who": "me"})
        browser.head(path)
    assert rows() == before
    assert "sessionid" not in browser.cookies
    assert "csrftoken" not in browser.cookies


def test_the_agreement_is_read_and_acknowledged_here(passed: Passed, jo: Contact) -> None:
    from passalong.introductions.services import agreements, promises

    words = {"good_introduction": "Somebody who knows.", "treatment": "With care.", "quality": "An answer in a day."}
    agreement = agreements.save(by=passed.by, client=passed.ann, **words)
    promises.make(by=passed.by, to=passed.ann, words="Send the paper", due_on=clock.today())
    browser = visit(passed.ann)
    page = _text(browser)
    assert "Somebody who knows." in page
    assert "Send the paper" in page
    assert browser.post("/me/agreement", {"answer": "yes", "shown": "other words"}).status_code == 409
    shown = page.split('name="shown" value="')[1].split('"')[0]
    assert browser.post("/me/agreement", {"answer": "yes", "shown": shown}).status_code == 303
    agreement.refresh_from_db()
    assert agreement.acknowledged_how == "portal"


def test_the_desk_writes_it_down_and_mails_a_link(passed: Passed) -> None:
    desk = make.browser(passed.by)
    path = f"/hearing/{passed.ann.public_id}/"
    person = desk.get(f"/people/{passed.ann.public_id}/").content.decode()
    assert "They have not said how they want to hear." in person
    desk.post(path, {"act": "choose", "channel": "card", "rhythm": "weekly", "quiet_until": ""})
    assert Hearing.objects.get().chosen_by == "desk"
    assert desk.post(path, {"act": "choose", "channel": "fax", "rhythm": "weekly"}).status_code == 422
    answer = desk.post(path, {"act": "link"}, follow=True)
    assert "on its way" in answer.content.decode()
    hearing.leave(referrer=passed.ann, by=passed.by)
    assert "Left on" in desk.get(path).content.decode()
    assert make.browser(make.member()).get(path).status_code == 404
