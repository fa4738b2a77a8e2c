"""How a referrer wants to hear: chosen by themselves or by the desk, quiet, leaving and coming back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions.models import Hearing, Introduction, Outcome, Stage
from passalong.introductions.selectors import hearing as selectors
from passalong.introductions.services import hearing, opening

pytestmark = pytest.mark.django_db
WEEKLY = {"channel": "screen", "rhythm": "weekly", "quiet_until": None}


@pytest.fixture
def by() -> Member:
    return make.member()


@pytest.fixture
def ann(by: Member) -> Contact:
    return make.client(by, "Ann Okafor")


def test_whoever_has_chosen_nothing_hears_by_mail_whenever_there_is_something(ann: Contact) -> None:
    found = selectors.of(ann)
    assert (found.channel, found.rhythm, found.quiet_until, found.left_at) == ("mail", "each", None, None)
    assert not selectors.is_quiet(found)
    assert not Hearing.objects.exists()


def test_the_referrer_and_the_desk_choose_and_the_record_says_who(by: Member, ann: Contact) -> None:
    hearing.choose(referrer=ann, by=by, channel="card", rhythm="each", quiet_until=None)
    assert Hearing.objects.get().chosen_by == "desk"
    hearing.choose(referrer=ann, **WEEKLY)
    kept = selectors.of(ann)
    assert (kept.channel, kept.rhythm, kept.chosen_by) == ("screen", "weekly", "referrer")
    actors = (
        Event.objects.filter(kind="introductions:hearing_chosen").order_by("number").values_list("actor", flat=True)
    )
    assert list(actors) == [by.public_id, ""]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"quiet_until": 0}, "quiet_until"),
        ({"quiet_until": 367}, "quiet_until"),
    ],
)
def test_what_is_not_offered_is_refused_beside_its_field(ann: Contact, wrong: dict[str, Any], field: str) -> None:
    if "quiet_until" in wrong:
        wrong = {"quiet_until": clock.today() + timedelta(days=wrong["quiet_until"])}
    with pytest.raises(Refused) as refused:
        hearing.choose(referrer=ann, **{**WEEKLY, **wrong})
    assert refused.value.field == field
    assert not Hearing.objects.exists()


def test_quiet_ends_by_itself(ann: Contact, settings: Any) -> None:
    until = clock.today() + timedelta(days=10)
    kept = hearing.choose(referrer=ann, channel="mail", rhythm="each", quiet_until=until)
    assert selectors.is_quiet(kept)
    settings.CLOCK_OFFSET = 10 * 24 * 3600
    assert not selectors.is_quiet(selectors.of(ann))


def test_leaving_ends_the_asks_that_wait_and_nothing_else(by: Member, ann: Contact) -> None:
    made = {
        act: opening.open_introduction(by=by, referrer=ann, prospect=make.contact(by), act=act)
        for act in ("plan", "ask", "agree")
    }
    hearing.leave(referrer=ann)
    hearing.leave(referrer=ann)
    found = {act: Introduction.objects.get(pk=one.pk) for act, one in made.items()}
    assert [(one.stage, one.outcome) for one in found.values()] == [
        (Stage.CLOSED, Outcome.RATHER_NOT),
        (Stage.CLOSED, Outcome.RATHER_NOT),
        (Stage.AGREED, ""),
    ]
    assert Event.objects.filter(kind="introductions:referrer_left").count() == 1
    with pytest.raises(Refused, match="does not want to be asked"):
        opening.open_introduction(by=by, referrer=ann, prospect=make.contact(by), act="ask")
    hearing.return_(referrer=ann, by=by)
    assert opening.open_introduction(by=by, referrer=ann, prospect=make.contact(by), act="ask").is_open


def test_no_member_of_another_practice_chooses_for_them(ann: Contact) -> None:
    stranger = make.member()
    for act in (hearing.leave, hearing.return_):
        with pytest.raises(Refused):
            act(referrer=ann, by=stranger)
    with pytest.raises(Refused):
        hearing.choose(referrer=ann, by=stranger, **WEEKLY)
    assert not Hearing.objects.exists()


def test_many_are_read_at_once(by: Member, ann: Contact, django_assert_num_queries: Any) -> None:
    hearing.choose(referrer=ann, **WEEKLY)
    people = [ann, *(make.client(by) for _turn in range(5))]
    with django_assert_num_queries(1):
        found = selectors.of_many(people)
    assert [found[one.pk].rhythm for one in people] == ["weekly", *["each"] * 5]
