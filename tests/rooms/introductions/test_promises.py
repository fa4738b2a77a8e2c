"""Promises: made with a day, kept or dropped. None depends on introductions; they come before any ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions.depending import depends_on_introductions
from passalong.introductions.models import Hearing, Introduction, Promise, Stage, Trouble
from passalong.introductions.selectors import care
from passalong.introductions.services import move, open_introduction, promises
from passalong.introductions.stages import Who

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def ann(owner: Member) -> Contact:
    return make.client(owner, "Ann Okafor")


def promised(by: Member, to: Contact, words: str = "Call back about the pension", days: int = 3) -> Promise:
    return promises.make(by=by, to=to, words=words, due_on=clock.today() + timedelta(days=days))


def introduced(by: Member, ann: Contact) -> Introduction:
    return open_introduction(by=by, referrer=ann, prospect=make.contact(by, "Jo Lind", email="jo@lind.example"))


def test_a_promise_is_made_once_and_stands_in_the_record(owner, ann) -> None:
    made = promised(owner, ann)
    assert promised(owner, ann) == made
    assert Event.objects.filter(kind="introductions:promised", subject=made.public_id).count() == 1
    [line] = care.promises_due(owner.practice)
    assert line.line == "Call back about the pension, for Ann Okafor"
    assert not line.is_overdue


def test_nobody_is_asked_before_what_was_promised_is_kept(owner, ann) -> None:
    assert care.may_be_asked(ann) == (True, "")
    made = promised(owner, ann)
    may, why = care.may_be_asked(ann)
    assert not may
    assert "Call back about the pension" in why
    promises.keep(by=owner, promise=made)
    assert care.may_be_asked(ann) == (True, "")
    assert care.promises_due(owner.practice) == []


def test_a_dropped_promise_holds_nothing_up_and_a_kept_one_stays_kept(owner, ann) -> None:
    made = promises.drop(by=owner, promise=promised(owner, ann))
    assert care.may_be_asked(ann)[0]
    promises.keep(by=owner, promise=made)
    assert made.kept_on is None


def test_another_day_can_be_agreed_on(owner, ann) -> None:
    made = promised(owner, ann)
    later = clock.today() + timedelta(days=30)
    promises.put_off(by=owner, promise=made, due_on=later)
    assert Promise.objects.get().due_on == later
    assert care.promises_due(owner.practice) == []
    with pytest.raises(Refused):
        promises.put_off(by=owner, promise=made, due_on=clock.today() - timedelta(days=1))


def test_what_is_owed_to_a_friend_holds_up_the_ask_and_names_nobody(owner, ann) -> None:
    found = introduced(owner, ann)
    due = clock.today() + timedelta(days=2)
    owed = promises.make(by=owner, to=found.prospect, words="Send the guide", due_on=due, introduction=found)
    may, why = care.may_be_asked(ann)
    assert not may
    assert "Jo" not in why
    assert "guide" not in why
    promises.keep(by=owner, promise=owed)
    assert care.may_be_asked(ann)[0]


def test_a_first_answer_that_is_late_holds_up_the_ask(owner, ann, settings) -> None:
    found = introduced(owner, ann)
    move(introduction=found, act="answer yes", who=Who.PERSON)
    assert care.may_be_asked(ann)[0]
    settings.CLOCK_OFFSET = 8 * 86400
    assert not care.may_be_asked(ann)[0]
    move(introduction=found, act="first answer", who=Who.MEMBER, by=owner)
    assert found.stage == Stage.GREETED
    assert care.may_be_asked(ann)[0]


def test_something_that_went_wrong_is_put_right_first(owner, ann) -> None:
    found = introduced(owner, ann)
    Trouble.objects.create(practice=owner.practice, introduction=found, what="Late", due_on=clock.today())
    assert care.may_be_asked(ann) == (False, "We owe something that is not done yet. First that, then an ask.")


def test_who_left_or_wants_quiet_is_not_asked(owner, ann) -> None:
    hearing = Hearing.objects.create(
        practice=owner.practice, referrer=ann, chosen_at=clock.now(), chosen_by="desk", left_at=clock.now()
    )
    assert not care.may_be_asked(ann)[0]
    hearing.left_at, hearing.quiet_until = None, clock.today() + timedelta(days=5)
    hearing.save()
    assert not care.may_be_asked(ann)[0]
    hearing.quiet_until = clock.today()
    hearing.save()
    assert care.may_be_asked(ann)[0]


DEPENDING = [
    "If you introduce two friends, we review your fees for free",
    "Ten percent off for every introduction",
    "A discount for introductions",
    "Introduce two friends. Then your yearly review is free.",
    "We answer you first once you have referred somebody",
    "A bottle of wine for each name",
    "Faster answers to clients who refer",
    "When you bring a friend, you get an hour more",
    "In return for introductions we waive the fee",
    "Your fee goes up if you do not introduce anybody",
    "10% less per re\u00adferral",
    "Report each month, provided you recommend us",
]
FREE = [
    "Answer every call within one day",
    "Review your insurance when your son turns 18",
    "We introduce our new colleague to you",
    "Answer everybody you introduce within one working day",
    "We call your friends within a day once you introduced them",
    "Nothing we do for you depends on introductions: no fee, no discount",
    "Our work for you is the same whether or not you introduce anybody",
    "Reduce the fee we agreed on by June",
]


@pytest.mark.parametrize("words", DEPENDING)
def test_a_promise_that_depends_on_introductions_is_refused_with_the_name_of_the_rule(owner, ann, words) -> None:
    with pytest.raises(Refused, match=r"all\.promise\.for-referral") as refused:
        promised(owner, ann, words)
    assert refused.value.field == "words"
    assert not Promise.objects.exists()


@pytest.mark.parametrize("words", FREE)
def test_a_promise_that_only_speaks_of_introductions_is_made(owner, ann, words) -> None:
    assert promised(owner, ann, words).words == words
    assert not depends_on_introductions(words, strict=False)


def test_nothing_is_promised_to_a_client_because_of_an_introduction(owner, ann) -> None:
    found = introduced(owner, ann)
    with pytest.raises(Refused, match=r"all\.promise\.for-referral"):
        promises.make(by=owner, to=ann, words="A good dinner", due_on=clock.today(), introduction=found)


@pytest.mark.parametrize(
    ("words", "days", "field"), [(" ", 3, "words"), ("x" * 301, 3, "words"), ("A", -1, "due_on"), ("A", 900, "due_on")]
)
def test_bad_input_is_said_beside_its_field(owner, ann, words, days, field) -> None:
    with pytest.raises(Refused) as refused:
        promised(owner, ann, words, days)
    assert refused.value.field == field


def test_another_practice_promises_nothing_here(owner, ann) -> None:
    other, made = make.member(), promised(owner, ann)
    with pytest.raises(Refused):
        promised(other, ann)
    for act in (promises.keep, promises.drop):
        with pytest.raises(Refused):
            act(by=other, promise=made)
    assert care.promises_due(other.practice) == []
    with pytest.raises(Promise.DoesNotExist):
        care.promise(other.practice, made.public_id)


def test_the_reason_is_read_in_as_many_queries_for_many_clients(owner, django_assert_num_queries) -> None:
    clients = [make.client(owner) for _one in range(6)]
    for one in clients[:4]:
        promised(owner, one)
    with django_assert_num_queries(2):
        held = care.why_not_asked(owner.practice, [one.pk for one in clients])
    assert set(held) == {one.pk for one in clients[:4]}
