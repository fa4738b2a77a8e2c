"""The board, the list, and the page of one introduction, as a member sees and uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import make
from tests.rooms.introductions import flow
from tests.rooms.portal.cast import published

from passalong.accounts.models import Member
from passalong.contacts.models import StandingKind
from passalong.core import clock
from passalong.introductions.models import How, Introduction, Outcome, Reply, Rest, Stage, Terms, Thanks
from passalong.introductions.services.opening import open_introduction

pytestmark = pytest.mark.django_db
BOARD, LIST, TERMS = "/introductions/board/", "/introductions/", "/settings/introductions/"


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def web(owner: Member) -> Client:
    return make.browser(owner)


def page(web: Client, found: Introduction) -> str:
    return web.get(f"/introductions/{found.public_id}/").content.decode()


def press(web: Client, found: Introduction, act: str, **said: Any) -> Any:
    answer = web.post(f"/introductions/{found.public_id}/move/", {"act": act, **said})
    found.refresh_from_db()
    return answer


def test_the_board_shows_every_stage_with_what_is_next_and_overdue_in_red(web: Client, owner: Member) -> None:
    for stage in Stage.values:
        flow.at(stage, owner, prospect=make.contact(owner, f"Jo {stage.title()}"))
    Introduction.objects.filter(stage=Stage.ANSWERED).update(due_at=clock.now() - timedelta(days=2))
    told = web.get(BOARD).content.decode()
    for stage in Stage.values[:-2]:
        assert f"Jo {stage.title()}" in told
    assert "Jo Client" not in told
    assert "Answer them" in told
    assert "overdue since" in told
    assert "1 is overdue" in told
    assert told.index("Withdrawn") > told.index("Ended")


def test_an_empty_board_and_list_say_where_introductions_come_from(web: Client) -> None:
    for address in (BOARD, LIST):
        told = web.get(address).content.decode()
        assert "the introduction stands here" in told
        assert told.count("btn-primary") == 1, "one filled button"
        assert 'class="btn btn-primary" href="/gameplan/"' in told


def test_one_button_is_filled_whatever_the_list_shows(web: Client, owner: Member) -> None:
    flow.at(Stage.AGREED, owner)
    for address in (BOARD, LIST, f"{LIST}?q=nobody"):
        told = web.get(address).content.decode()
        assert told.count("btn-primary") == 1, address
        filled = told.split("btn-primary", 1)[1].split("</a>")[0]
        assert ("New introduction" in filled) is ("nobody" not in address)


def test_the_list_is_searched_by_either_end_and_narrowed_by_stage_and_day(web: Client, owner: Member) -> None:
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    flow.at(Stage.AGREED, owner, referrer=ann, prospect=jo)
    flow.at(Stage.ANSWERED, owner, prospect=make.contact(owner, "Zoe Hill"))
    flow.at(Stage.CLOSED, owner, prospect=make.contact(owner, "Max Gone"))

    def names(**asked: str) -> set[str]:
        told = web.get(LIST, asked).content.decode()
        return {name for name in ("Jo Lind", "Zoe Hill", "Max Gone") if name in told}

    assert names() == {"Jo Lind", "Zoe Hill"}
    assert names(q="okafor") == {"Jo Lind"}
    assert names(q="HILL zoe") == {"Zoe Hill"}
    assert names(stage="answered") == {"Zoe Hill"}
    assert names(stage="all") == {"Jo Lind", "Zoe Hill", "Max Gone"}
    assert names(outcome="withdrawn") == {"Max Gone"}
    assert names(stage="nonsense", due="x") == {"Jo Lind", "Zoe Hill"}
    assert names(due="overdue") == set()
    Introduction.objects.filter(stage=Stage.AGREED).update(due_at=clock.now() - timedelta(hours=1))
    assert names(due="overdue") == {"Jo Lind"}
    assert "No introduction is like this" in web.get(LIST, {"q": "nobody"}).content.decode()


def test_everything_is_moved_by_buttons_from_agreed_to_client(web: Client, owner: Member) -> None:
    jo = make.contact(owner, "Jo Lind", standing=StandingKind.PROSPECT)
    found = flow.at(Stage.AGREED, owner, prospect=jo)
    assert press(web, found, "pass along", note="by letter").status_code == 302
    assert (found.stage, found.forget_on) == (Stage.PASSED, timezone.localdate() + timedelta(days=60))
    assert "by letter" in page(web, found)
    flow.go(found, "answer yes", flow.PERSON)
    press(web, found, "first answer")
    press(web, found, "meet", on=str(clock.today()))
    assert press(web, found, "win", value="1200.50").status_code == 302
    assert (found.stage, found.is_open, str(found.value)) == (Stage.CLIENT, False, "1200.50")
    assert set(jo.standings.filter(until=None).values_list("kind", flat=True)) == {StandingKind.CLIENT}
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert (found.stage, found.is_open, found.value, found.client_on) == (Stage.MET, True, None, None)
    assert set(jo.standings.filter(until=None).values_list("kind", flat=True)) == {StandingKind.PROSPECT}


@pytest.mark.parametrize("act", ["answer yes", "win", "undo", "lapse", "forget", "report a yes", "nonsense", ""])
def test_what_the_practice_may_not_do_is_refused_and_said(web: Client, owner: Member, act: str) -> None:
    found = flow.at(Stage.PASSED, owner)
    answer = press(web, found, act)
    assert answer.status_code == 422
    assert found.stage == Stage.PASSED


def test_a_day_to_come_is_refused_beside_its_field(web: Client, owner: Member) -> None:
    found = flow.at(Stage.AGREED, owner)
    answer = press(web, found, "pass along", on=str(clock.today() + timedelta(days=1)))
    assert answer.status_code == 422
    assert "This day has not come yet." in answer.content.decode()
    assert found.stage == Stage.AGREED


def test_no_button_is_there_that_the_table_does_not_hold(web: Client, owner: Member) -> None:
    told = page(web, flow.at(Stage.PASSED, owner))
    assert "I answered them" not in told
    assert "We met" not in told
    assert "The client tells of a yes" in told
    closed = page(web, flow.at(Stage.CLOSED, owner))
    assert "/move/" not in closed


@pytest.mark.parametrize("act", ["report a no", "report a not now"])
def test_a_refusal_told_by_the_client_ends_it_marked_as_reported_and_lets_them_rest(
    web: Client, owner: Member, act: str
) -> None:
    ann, jo = make.client(owner), make.contact(owner, email="jo@lind.example")
    found = flow.at(Stage.PASSED, owner, referrer=ann, prospect=jo)
    press(web, found, act, note="on the phone")
    assert (found.stage, found.answered_how) == (Stage.CLOSED, How.REPORTED)
    assert {tuple(one.referrers) for one in Rest.objects.all()} == {(ann.public_id,)}
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert found.stage == Stage.CLOSED


def test_the_last_move_is_taken_back_for_a_day_and_once(web: Client, owner: Member, settings: Any) -> None:
    found = flow.at(Stage.AGREED, owner)
    reached, due = found.stage_at, found.due_at
    press(web, found, "pass along")
    assert "Take back" in page(web, found)
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert (found.stage, found.stage_at, found.due_at) == (Stage.AGREED, reached, due)
    assert "Take back" not in page(web, found)
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert found.stage == Stage.AGREED
    press(web, found, "pass along")
    settings.CLOCK_OFFSET = 86_400 + 60
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert found.stage == Stage.PASSED


def test_the_client_is_thanked_for_what_the_desk_heard_of_and_not_for_what_is_taken_back(
    web: Client, owner: Member
) -> None:
    asked, agreed = flow.at(Stage.ASKED, owner), flow.at(Stage.AGREED, owner)
    press(web, asked, "agree")
    press(web, agreed, "pass along")
    assert {(one.referrer, one.because, one.about) for one in Thanks.objects.all()} == {
        (asked.referrer, "agreed", asked.public_id),
        (agreed.referrer, "passed", agreed.public_id),
    }
    web.post(f"/introductions/{asked.public_id}/undo/")
    assert Thanks.objects.get().about == agreed.public_id
    press(web, asked, "agree")
    press(web, asked, "agree")
    assert Thanks.objects.filter(about=asked.public_id).count() == 1
    press(web, asked, "withdraw")
    assert Thanks.objects.count() == 2


def test_what_somebody_else_did_is_not_taken_back(web: Client, owner: Member) -> None:
    found = flow.at(Stage.ANSWERED, owner)
    web.post(f"/introductions/{found.public_id}/undo/")
    found.refresh_from_db()
    assert found.stage == Stage.ANSWERED


def test_taking_back_an_end_is_refused_once_somebody_else_introduces_them(web: Client, owner: Member) -> None:
    jo = make.contact(owner)
    first = flow.at(Stage.GREETED, owner, prospect=jo)
    press(web, first, "lose")
    second = open_introduction(by=owner, referrer=make.client(owner), prospect=jo)
    assert second != first
    web.post(f"/introductions/{first.public_id}/undo/")
    first.refresh_from_db()
    assert first.stage == Stage.CLOSED


def test_the_day_of_the_next_act_is_put_off_but_never_a_promised_one(web: Client, owner: Member) -> None:
    agreed, answered = flow.at(Stage.AGREED, owner), flow.at(Stage.ANSWERED, owner)
    until, promised = clock.today() + timedelta(days=20), answered.due_at
    web.post(f"/introductions/{agreed.public_id}/remind/", {"until": str(until)})
    agreed.refresh_from_db()
    assert agreed.due_at is not None
    assert timezone.localdate(agreed.due_at) == until
    refused = web.post(f"/introductions/{answered.public_id}/remind/", {"until": str(until)})
    answered.refresh_from_db()
    assert (refused.status_code, answered.due_at) == (422, promised)
    past = web.post(f"/introductions/{agreed.public_id}/remind/", {"until": "2001-01-01"})
    assert past.status_code == 422


def test_a_second_referrer_stands_beside_the_first(web: Client, owner: Member) -> None:
    jo = make.contact(owner, "Jo Lind")
    found = flow.at(Stage.AGREED, owner, prospect=jo)
    open_introduction(by=owner, referrer=make.client(owner, "Ben Adeyemi"), prospect=jo)
    assert Introduction.objects.count() == 1
    told = page(web, found)
    assert "Would introduce them too" in told
    assert "Ben Adeyemi" in told


def test_only_an_owner_sets_what_is_promised_within_limits(web: Client, owner: Member) -> None:
    good = {"first_answer_days": 2, "silent_days": 30, "rest_months": 12}
    assert web.post(TERMS, good).status_code == 302
    assert Terms.objects.get().silent_days == 30
    refused = web.post(TERMS, good | {"silent_days": 3})
    assert refused.status_code == 422
    assert "Choose between 14 and 365." in refused.content.decode()
    helper = make.browser(make.assistant(owner.practice))
    assert "An owner of the practice can change this" in helper.get(TERMS).content.decode()
    helper.post(TERMS, good | {"silent_days": 99})
    assert Terms.objects.get().silent_days == 30


def test_an_assistant_moves_and_a_stranger_finds_nothing(owner: Member) -> None:
    found = flow.at(Stage.AGREED, owner)
    assert press(make.browser(make.assistant(owner.practice)), found, "pass along").status_code == 302
    stranger = make.browser(make.member())
    for address in ("", "move/", "undo/", "remind/"):
        path = f"/introductions/{found.public_id}/{address}"
        assert (stranger.post(path) if address else stranger.get(path)).status_code == 404
    for address in (BOARD, LIST):
        assert found.public_id not in stranger.get(address, {"stage": "all"}).content.decode()
    found.refresh_from_db()
    assert found.stage == Stage.PASSED


def test_pages_take_as_many_queries_for_many_as_for_one(
    web: Client, owner: Member, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        flow.at(Stage.AGREED, owner)
    found = flow.at(Stage.GREETED, owner)
    for address, most in ((BOARD, 12), (LIST, 12), (f"/introductions/{found.public_id}/", 23)):
        with django_assert_max_num_queries(most):
            assert web.get(address).status_code == 200


def test_an_introduction_without_a_person_is_shown_without_a_name(web: Client, owner: Member) -> None:
    ann = make.client(owner, "Ann Okafor")
    found = flow.at(Stage.AGREED, owner, referrer=ann)
    Introduction.objects.filter(pk=found.pk).update(prospect=None, named_key="k")
    assert "Somebody Ann Okafor named" in web.get(LIST).content.decode()
    Introduction.objects.filter(pk=found.pk).update(
        stage=Stage.CLOSED, is_open=False, outcome=Outcome.SILENT, named_key="", referrer=None
    )
    assert "Somebody, forgotten" in page(web, found)


@pytest.mark.parametrize(
    ("reach", "leads_to"), [("jo@post.example", "/write/"), ("+1 509 555 0167", 'href="tel:+15095550167"')]
)
def test_after_a_yes_the_page_leads_to_where_they_asked_to_be_reached(reach: str, leads_to: str) -> None:
    kit = published()
    web, own = make.browser(kit.owner), {"practice": kit.owner.practice, "link": kit.link, "edition": kit.edition}
    asked, passed = flow.at(Stage.ANSWERED, kit.owner), flow.at(Stage.PASSED, kit.owner)
    asked.reply = Reply.objects.create(step="two_questions", reach=reach, wish="yes", at=clock.now(), **own)
    asked.save()
    told = page(web, asked)
    assert f"{reach}</strong>" in told
    assert leads_to in told
    assert "asked to be reached" not in page(web, passed)


def test_what_is_over_has_nothing_next_and_says_how_it_ended(web: Client, owner: Member) -> None:
    for stage in (Stage.CLIENT, Stage.CLOSED):
        flow.at(stage, owner, prospect=make.contact(owner, f"Jo {stage.title()}"))
    told = web.get(LIST, {"stage": "all"}).content.decode()
    assert told.count("<td></td>") == 4
    assert ">Withdrawn</td>" in told
