"""What is said about how the practice works by referral, when; and what a client's introductions tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, Standing
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.introductions.lessons import LESSONS, Aspect
from passalong.introductions.models import LessonGiven, Seed, Way
from passalong.introductions.seeds import SEEDS
from passalong.introductions.selectors import lessons as telling
from passalong.introductions.selectors import seeds as read
from passalong.introductions.services import lessons, move, open_introduction, seeds
from passalong.introductions.stages import Who
from passalong.ties.models import Answer, AnswerKind

pytestmark = pytest.mark.django_db
DAY = 86400
ROAD = ("pass along", "answer yes")
WHO = {"pass along": Who.REFERRER, "answer yes": Who.PERSON, "answer no": Who.PERSON}


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def ann(owner: Member) -> Contact:
    return client_since(owner, "Ann Okafor", 0)


def client_since(by: Member, name: str, days: int) -> Contact:
    made = make.client(by, name)
    Standing.objects.filter(contact=made).update(since=clock.today() - timedelta(days=days))
    return made


def introduced(by: Member, ann: Contact, name: str, *acts: str, need: str = "", agreed: bool = True) -> None:
    jo = make.contact(by, name, email=f"{name.split()[0].lower()}@friend.example")
    told = {"answer": AnswerKind.KNOWS_WELL, "answered_at": clock.now(), "need": need}
    Answer.objects.create(practice=by.practice, client=ann, prospect=jo, **told)
    if agreed:
        found = open_introduction(by=by, referrer=ann, prospect=jo)
        for act in acts:
            move(introduction=found, act=act, who=WHO[act])


def aspect(ann: Contact, which: Aspect) -> telling.Measure:
    return next(one for one in telling.reading_of(ann).measures if one.aspect is which)


def test_seeds_come_one_at_a_time_weeks_apart_and_are_logged(owner, ann, settings) -> None:
    first = read.next_of(ann)
    assert first.text.key == "by_referral"
    assert first.is_due
    seeds.say(by=owner, client=ann, key="by_referral", note="She nodded")
    assert Event.objects.filter(kind="introductions:seed_said").count() == 1
    following = read.next_of(ann)
    assert following.text.key == "no_pressure"
    assert not following.is_due
    settings.CLOCK_OFFSET = 28 * DAY
    assert read.next_of(ann).is_due
    seeds.skip(by=owner, client=ann, key="no_pressure")
    settings.CLOCK_OFFSET = 56 * DAY
    assert read.next_of(ann).text.key == "whom_we_help"
    assert [one.seed.key for one in read.sown_with(ann)] == ["no_pressure", "by_referral"]


def test_a_client_of_long_standing_hears_them_in_order_too(owner) -> None:
    old = client_since(owner, "Old Friend", 3000)
    assert read.next_of(old).text.key == "by_referral"
    for one in SEEDS:
        seeds.skip(by=owner, client=old, key=one.key)
    assert read.next_of(old) is None


def test_a_new_client_hears_a_later_seed_on_its_day(owner, ann) -> None:
    for key in ("by_referral", "no_pressure"):
        seeds.say(by=owner, client=ann, key=key, on=clock.today() - timedelta(days=60))
    assert read.next_of(ann).due_on == clock.today() + timedelta(days=30)


def test_only_who_is_a_client_or_was_introduced_is_spoken_with(owner) -> None:
    wished = make.contact(owner, "Wished For", standing="prospect")
    assert read.next_of(wished) is None
    found = open_introduction(by=owner, referrer=make.client(owner, "Ben Hale"), prospect=wished)
    for act in (*ROAD, "introduce"):
        move(introduction=found, act=act, who=WHO.get(act, Who.REFERRER))
    assert read.next_of(wished).text.key == "by_referral"
    for key in ("by_referral", "no_pressure"):
        seeds.say(by=owner, client=wished, key=key)
    assert read.next_of(wished) is None  # the rest comes once they are a client


def test_the_clock_writes_down_what_is_due_once(owner, ann, settings, django_assert_num_queries) -> None:
    for number in range(5):
        client_since(owner, f"Client {'ABCDE'[number]}", 10)
    quiet = client_since(owner, "Quiet One", 10)
    quiet.do_not_ask = True
    quiet.save()
    with django_assert_num_queries(3):
        assert seeds.write_due(owner.practice) == 6
    assert seeds.write_due(owner.practice) == 0
    assert read.due(owner.practice).count() == 6
    assert not Seed.objects.filter(client=quiet).exists()
    seeds.say(by=owner, client=ann, key="by_referral")
    assert read.due(owner.practice).count() == 5
    assert read.due(make.practice()).count() == 0


def test_said_twice_it_stays_said_on_the_first_day(owner, ann, settings) -> None:
    first = seeds.say(by=owner, client=ann, key="by_referral").said_on
    settings.CLOCK_OFFSET = 5 * DAY
    assert seeds.say(by=owner, client=ann, key="by_referral").said_on == first
    assert seeds.skip(by=owner, client=ann, key="by_referral").skipped_on is None


@pytest.mark.parametrize(("verb", "key"), [(seeds.say, "x"), (seeds.skip, "x"), (lessons.give, "x")])
def test_what_nobody_knows_and_another_practice_are_refused(owner, ann, verb, key) -> None:
    with pytest.raises(Refused):
        verb(by=owner, client=ann, key=key)
    known = "two_questions" if verb is lessons.give else "by_referral"
    with pytest.raises(Refused):
        verb(by=make.member(), client=ann, key=known)
    assert not Seed.objects.exists()
    assert not LessonGiven.objects.exists()


def test_no_seed_is_said_tomorrow(owner, ann) -> None:
    with pytest.raises(Refused):
        seeds.say(by=owner, client=ann, key="by_referral", on=clock.today() + timedelta(days=1))


@pytest.mark.parametrize("one", [*SEEDS, *LESSONS], ids=lambda one: one.key)
def test_no_seed_or_lesson_says_what_we_never_say(one) -> None:
    words = f"{one.title} {one.words} {one.why}".casefold()
    for never in ("reward", "guarantee", "leads", "funnel", "hurry", "only today", "!", "discount", "free "):
        assert never not in words


def test_nothing_is_told_before_anything_was_asked(owner, ann) -> None:
    read_now = telling.reading_of(ann)
    assert not read_now.has_any
    assert read_now.next is None


def test_friends_who_said_no_lead_to_the_two_questions(owner, ann) -> None:
    for name in ("Jo Lind", "Kim Ode"):
        introduced(owner, ann, name, "pass along", "answer no", need="A pension")
    introduced(owner, ann, "Lea Moss", *ROAD, need="A pension")
    assert aspect(ann, Aspect.CONSENT).words == "1 of 3 said yes"
    assert telling.reading_of(ann).next.key == "two_questions"
    lessons.give(by=owner, client=ann, key="two_questions")
    assert lessons.give(by=owner, client=ann, key="two_questions").given_on == clock.today()
    after = telling.reading_of(ann)
    assert after.next.key == "own_words"
    assert [text.key for _row, text in after.given] == ["two_questions"]


def test_a_need_nobody_knew_leads_to_what_to_listen_for(owner, ann) -> None:
    introduced(owner, ann, "Jo Lind", *ROAD)
    assert aspect(ann, Aspect.NEED).words == "Told the need of 0 of 1"
    assert telling.reading_of(ann).next.key == "listen_for"


def test_fit_is_read_from_the_ideal_client(owner, ann) -> None:
    from passalong.prospecting.models import Trait, TraitKind

    introduced(owner, ann, "Jo Lind", *ROAD, need="A pension")
    assert aspect(ann, Aspect.FIT).value is None  # nobody said what fits
    Trait.objects.create(practice=owner.practice, kind=TraitKind.TOWN, value="Salem")
    jo = Contact.objects.get(full_name="Jo Lind")
    make.affiliation(owner, jo, "Elsewhere", kind="town")
    assert aspect(ann, Aspect.FIT).value == 0
    assert telling.reading_of(ann).next.key == "whom_we_help"
    make.affiliation(owner, jo, "Salem", kind="town")
    assert aspect(ann, Aspect.FIT).words == "1 of 1 fit well"


def test_trust_is_read_from_the_way_and_leads_on_to_the_next(owner, ann) -> None:
    introduced(owner, ann, "Jo Lind", *ROAD, need="A pension")
    assert telling.reading_of(ann).next.key == "own_words"
    found = ann.introductions_given.get()
    way = Way.objects.create(practice=owner.practice, introduction=found, kind="letter", used_at=clock.now())
    assert telling.reading_of(ann).next.key == "in_person"
    way.kind = "call"
    way.save()
    assert telling.reading_of(ann).next is None
    assert aspect(ann, Aspect.TRUST).words == "1 of 1 in person, 0 with words of their own"


def test_more_they_know_comes_last_and_leaves_clients_out(owner, ann) -> None:
    introduced(owner, ann, "Jo Lind", *ROAD, need="A pension")
    Way.objects.create(
        practice=owner.practice, introduction=ann.introductions_given.get(), kind="call", used_at=clock.now()
    )
    introduced(owner, ann, "Kim Ode", agreed=False)
    assert telling.reading_of(ann).next.key == "others_you_know"
    assert aspect(ann, Aspect.MORE).words == "1 more person they know"
    Standing.objects.create(practice=owner.practice, contact=Contact.objects.get(full_name="Kim Ode"), kind="client")
    assert aspect(ann, Aspect.MORE).words == "0 more people they know"


def test_who_would_rather_not_is_told_what_it_involves(owner, ann) -> None:
    jo = make.contact(owner, "Jo Lind")
    found = open_introduction(by=owner, referrer=ann, prospect=jo, act="ask")
    assert telling.reading_of(ann).next is None
    move(introduction=found, act="rather not", who=Who.REFERRER)
    assert aspect(ann, Aspect.WILLING).words == "Agreed to 0 of 1"
    assert telling.reading_of(ann).next.key == "what_it_involves"


def test_the_reading_takes_as_many_queries_for_many(owner, ann, django_assert_max_num_queries) -> None:
    for name in ("Jo Lind", "Kim Ode", "Lea Moss", "Max Park"):
        introduced(owner, ann, name, *ROAD)
    with django_assert_max_num_queries(10):
        telling.reading_of(ann)
