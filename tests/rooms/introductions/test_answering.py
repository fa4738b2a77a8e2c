"""An own answer moves introductions: a yes opens or moves one, no and not now close it, a yes can be taken back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.rooms.portal.cast import Published, published

from passalong.compliance.models import Given, Grant, GrantState, Purpose
from passalong.contacts import resting
from passalong.contacts.models import Contact, ContactPoint, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import Payload
from passalong.introductions.models import AlsoBy, HeldBack, How, Introduction, Outcome, Reply, Rest, Stage
from passalong.introductions.services import Answer, move, open_introduction, record_reply
from passalong.introductions.services.answering import name_only
from passalong.introductions.services.forgetting import forget_silent
from passalong.introductions.services.replies import take_back
from passalong.introductions.stages import Who
from passalong.kits.models import Link
from passalong.kits.services import passing
from passalong.mail.services import suppression

pytestmark = pytest.mark.django_db
JO, MAIL = "Jo Lind", "jo@lind.example"
_views = iter(range(10**6))


@pytest.fixture
def kit() -> Published:
    return published()


def says(
    kit: Published,
    wish: str = "yes",
    *,
    name: str = JO,
    reach: str = MAIL,
    view: str = "",
    link: Link | None = None,
    **more: Any,
) -> Reply:
    answer = Answer("two_questions", True, wish, name=name, reach=reach)
    return record_reply(
        link=link or kit.link, edition=kit.edition, answer=answer, view=view or f"view{next(_views):08}", **more
    )


def agreed(kit: Published, *, name: str = JO, email: str = "", passed: bool = False) -> Introduction:
    person = make.contact(kit.owner, name, email=email)
    found = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=person)
    return move(introduction=found, act="pass along", who=Who.REFERRER) if passed else found


def the_one() -> Introduction:
    return Introduction.objects.get()


def test_a_yes_opens_an_introduction_with_the_persons_own_words(kit: Published) -> None:
    reply = says(kit)
    one = the_one()
    assert (one.stage, one.referrer, one.reply, one.answered_how) == (Stage.ANSWERED, kit.referrer, reply, How.OWN)
    assert one.prospect is not None
    assert (one.prospect.full_name, one.prospect.source) == (JO, "kit")
    assert one.prospect.informed_at is not None, "they told us themselves: no clock runs"
    assert one.prospect.points.get().key == MAIL
    assert one.due_at is not None
    assert [(step.act, step.who) for step in one.steps.all()] == [("answer yes", "the person")]


@pytest.mark.parametrize("email", ["", MAIL])
def test_a_yes_moves_the_open_one_by_name_or_address(kit: Published, email: str) -> None:
    before = agreed(kit, email=email, passed=True)
    says(kit)
    one = the_one()
    assert (one.pk, one.stage, one.prospect) == (before.pk, Stage.ANSWERED, before.prospect)
    assert Contact.objects.filter(full_name=JO).count() == 1
    assert ContactPoint.objects.filter(contact=one.prospect, key=MAIL).count() == 1


def test_an_address_finds_the_person_whatever_name_they_give_and_whoever_passed_it(kit: Published) -> None:
    before = agreed(kit, name="Johanna Lindqvist", email=MAIL)
    bo = make.client(kit.owner, "Bo Hill")
    says(kit, name="Jo", link=passing.link_for(by=kit.owner, kit=kit.kit, referrer=bo))
    one = the_one()
    assert (one.pk, one.stage, one.referrer) == (before.pk, Stage.ANSWERED, kit.referrer)
    assert AlsoBy.objects.get().referrer == bo, "a second referrer is recorded"


def test_a_namesake_of_another_clients_friend_is_another_person(kit: Published) -> None:
    agreed(kit)
    bo = make.client(kit.owner, "Bo Hill")
    says(kit, link=passing.link_for(by=kit.owner, kit=kit.kit, referrer=bo))
    assert sorted(Introduction.objects.values_list("referrer__full_name", "stage")) == [
        ("Ann Okafor", "agreed"),
        ("Bo Hill", "answered"),
    ]


@pytest.mark.parametrize(("wish", "outcome"), [("no", Outcome.NO), ("not_now", Outcome.NOT_NOW)])
@pytest.mark.parametrize("who", [(JO, MAIL), (JO, ""), ("", "")])
def test_no_and_not_now_close_it(kit: Published, wish: str, outcome: str, who: tuple[str, str]) -> None:
    agreed(kit, passed=True)
    says(kit, wish, name=who[0], reach=who[1])
    one = the_one()
    assert (one.stage, one.outcome, one.is_open) == (Stage.CLOSED, outcome, False)
    assert Rest.objects.exists(), "nobody asks again for a while"


def test_an_answer_that_names_nobody_closes_nothing_where_it_may_be_about_two(kit: Published) -> None:
    agreed(kit)
    agreed(kit, name="Mia Berg")
    says(kit, "no", name="", reach="")
    assert not Introduction.objects.filter(is_open=False).exists()


def test_an_answer_that_names_nobody_takes_no_yes_back(kit: Published) -> None:
    says(kit)
    says(kit, "no", name="", reach="")
    assert the_one().stage == Stage.ANSWERED


def test_a_yes_turned_into_a_no_closes_what_it_opened(kit: Published) -> None:
    says(kit, view="view-aaaaaaa")
    says(kit, "no", view="view-aaaaaaa")
    assert the_one().outcome == Outcome.NO
    assert not Grant.objects.filter(purpose=Purpose.CONTACT, state=GrantState.GRANTED).exists()


def test_a_yes_is_taken_back_with_all_it_allowed_and_stays_so(kit: Published) -> None:
    reply = says(kit, view="view-aaaaaaa")
    take_back(reply=reply)
    take_back(reply=reply)
    assert the_one().outcome == Outcome.TAKEN_BACK
    assert set(Grant.objects.values_list("state", flat=True)) == {GrantState.REVOKED}
    again = says(kit, view="view-aaaaaaa")
    assert again.taken_back_at is not None, "the old form sent once more changes nothing"
    assert Introduction.objects.filter(is_open=True).count() == 0
    says(kit, view="view-aaaaaaa", anew=True)
    assert Introduction.objects.get(is_open=True).stage == Stage.ANSWERED


def test_an_own_yes_after_a_no_opens_another(kit: Published) -> None:
    says(kit, "no")
    says(kit, view="view-bbbbbbb")
    assert Introduction.objects.get(is_open=True).stage == Stage.ANSWERED


def test_asking_for_a_time_is_a_yes_and_taking_the_pdf_says_nothing(kit: Published) -> None:
    record_reply(link=kit.link, edition=kit.edition, answer=Answer("download"))
    assert not Introduction.objects.exists()
    answer = Answer("times", chosen_time="Friday 14:00", name=JO, reach="+1 555 010 0199")
    record_reply(link=kit.link, edition=kit.edition, answer=answer, view="view-ttttttt")
    assert the_one().stage == Stage.ANSWERED


def test_the_practices_own_link_opens_one_of_nobody(kit: Published) -> None:
    says(kit, link=passing.link_for(by=kit.owner, kit=kit.kit, referrer=None))
    assert (the_one().referrer, the_one().source) == (None, "link")


def test_what_an_own_yes_does_not_open(kit: Published) -> None:
    ContactPoint.objects.create(
        practice=kit.owner.practice, contact=kit.referrer, kind="email", value="ann@o.example", key="ann@o.example"
    )
    client = make.contact(kit.owner, "Cleo Client", email="cleo@c.example", standing=StandingKind.CLIENT)
    suppression.suppress(kit.owner.practice_id, "gone@g.example", reason="unsubscribed")
    objected = make.contact(kit.owner, "Otto Objects", email="otto@o.example")
    Contact.objects.filter(pk=objected.pk).update(objected_at=objected.created_at)
    for name, reach, why in (
        ("Ann Okafor", "ann@o.example", HeldBack.SELF),
        ("Anna O.", "<Ann@o.example>", HeldBack.SELF),
        (client.full_name, "cleo@c.example", HeldBack.CLIENT),
        ("Greta Gone", "GONE@g.example", HeldBack.SUPPRESSED),
        ("Otto Objects", "otto@o.example", HeldBack.SUPPRESSED),
    ):
        assert says(kit, name=name, reach=reach).held_back == why
    assert not Introduction.objects.exists()
    assert not Contact.objects.filter(full_name="Greta Gone").exists()
    assert Grant.objects.count() == 1, "only of the client, who may be written to anyway"


def test_the_desk_sees_what_came_of_each_answer(kit: Published) -> None:
    page = make.browser(kit.owner)
    suppression.suppress(kit.owner.practice_id, "gone@g.example", reason="unsubscribed")
    says(kit, name="Greta Gone", reach="gone@g.example")
    take_back(reply=says(kit, name="Tom Turn", reach="tom@t.example"))
    says(kit)
    one = Introduction.objects.get(stage=Stage.ANSWERED)
    with CaptureQueriesContext(connection) as few:
        words = page.get("/introductions/replies/").content.decode()
    for said in ("wants nothing from you", "Took the yes back", f"/introductions/{one.public_id}/"):
        assert said in words, said
    for number in range(10):
        says(kit, name="Many More", reach=f"more{number}@m.example")
    with CaptureQueriesContext(connection) as more:
        page.get("/introductions/replies/")
    assert len(more) == len(few)


def test_one_client_opens_so_many_a_day(kit: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    from passalong.introductions.services import answering

    monkeypatch.setattr(answering, "MOST_OF_LINK_A_DAY", 2)
    for number in range(3):
        says(kit, name=f"Person {number}", reach=f"p{number}@lind.example")
    assert Introduction.objects.count() == 2
    assert Reply.objects.latest("pk").held_back == HeldBack.MANY


@pytest.fixture
def berlin(kit: Published) -> Published:
    kit.owner.practice.country = "DE"
    kit.owner.practice.save()
    return kit


def test_in_europe_a_name_is_a_hash_until_the_person_answers(berlin: Published) -> None:
    before = Contact.objects.count()
    named = name_only(by=berlin.owner, referrer=berlin.referrer, full_name="  jo LIND ")
    assert name_only(by=berlin.owner, referrer=berlin.referrer, full_name=JO) == named
    assert (named.stage, named.prospect, Contact.objects.count()) == (Stage.AGREED, None, before)
    assert named.forget_on is not None, "the wait has an end"
    assert "lind" not in str(list(Payload.objects.values_list("data"))).casefold()
    assert "lind" not in str(list(Introduction.objects.values_list())).casefold()
    says(berlin)
    one = the_one()
    assert (one.pk, one.stage, str(one.prospect)) == (named.pk, Stage.ANSWERED, JO)


def test_a_name_nobody_answers_to_is_forgotten_on_the_day_and_may_still_answer(berlin: Published) -> None:
    named = name_only(by=berlin.owner, referrer=berlin.referrer, full_name=JO)
    Introduction.objects.update(forget_on=clock.today())
    forget_silent()
    named.refresh_from_db()
    assert (named.named_key, named.outcome) == ("", Outcome.SILENT)
    says(berlin)
    assert Introduction.objects.get(is_open=True).stage == Stage.ANSWERED


def test_two_clients_who_name_the_same_person_are_both_recorded(berlin: Published) -> None:
    name_only(by=berlin.owner, referrer=berlin.referrer, full_name=JO)
    bo = make.client(berlin.owner, "Bo Hill")
    found = name_only(by=berlin.owner, referrer=bo, full_name=JO)
    assert (found.referrer, AlsoBy.objects.get().referrer) == (berlin.referrer, bo)


def test_a_name_that_is_none_ones_own_or_rests_is_refused(berlin: Published) -> None:
    named = name_only(by=berlin.owner, referrer=berlin.referrer, full_name=JO)
    says(berlin, "no", name=JO, reach="")
    named.refresh_from_db()
    assert named.outcome == Outcome.NO
    for name in ("", "Jo", "Ann Okafor", JO):
        with pytest.raises(Refused):
            name_only(by=berlin.owner, referrer=berlin.referrer, full_name=name)
    with pytest.raises(Refused):
        name_only(by=make.member(), referrer=berlin.referrer, full_name="Mia Berg")


def test_a_reported_yes_says_who_it_is_and_starts_the_clock_of_telling_them(berlin: Published) -> None:
    named = name_only(by=berlin.owner, referrer=berlin.referrer, full_name=JO)
    page, path = make.browser(berlin.owner), f"/introductions/{named.public_id}/said-yes/"
    assert b"Who it is" in page.get(path).content
    told = {"on": "2026-05-04", "words": "He would like a call.", "full_name": "Somebody Else", "reach": MAIL}
    assert b"another name" in page.post(path, told).content
    assert not Contact.objects.filter(full_name="Somebody Else").exists()
    assert page.post(path, told | {"full_name": JO}).status_code == 302
    one = the_one()
    assert (one.stage, one.answered_how, str(one.prospect)) == (Stage.ANSWERED, How.REPORTED, JO)
    assert one.prospect is not None
    assert resting.told_by(one.prospect) is not None, "the client said it, not the person"
    assert Grant.objects.get(purpose=Purpose.CONTACT).given == Given.REPORTED


def test_a_reported_yes_counts_for_nothing_where_the_person_must_say_it(kit: Published) -> None:
    kit.owner.practice.profession = "dentist"
    kit.owner.practice.save()
    one = agreed(kit, passed=True)
    path = f"/introductions/{one.public_id}/said-yes/"
    answer = make.browser(kit.owner).post(path, {"on": "2026-05-04", "words": "She would like a call."})
    assert b"the person&#x27;s own answer" in answer.content
    assert the_one().stage == Stage.PASSED


def test_who_said_no_before_anybody_asked_is_not_asked_for(kit: Published) -> None:
    says(kit, "no")
    person = make.contact(kit.owner, JO, email=MAIL)
    for referrer in (kit.referrer, make.client(kit.owner, "Bo Hill")):
        with pytest.raises(Refused):
            open_introduction(by=kit.owner, referrer=referrer, prospect=person)


def test_what_the_person_told_the_desk_ends_their_own_yes(kit: Published) -> None:
    reply = says(kit)
    move(introduction=the_one(), act="take back", who=Who.MEMBER, by=kit.owner)
    reply.refresh_from_db()
    assert reply.taken_back_at is not None
    assert not Grant.objects.filter(state=GrantState.GRANTED).exists()


def test_another_practices_introduction_is_never_found(kit: Published) -> None:
    other = published()
    agreed(other, email=MAIL)
    says(kit)
    assert Introduction.objects.get(practice=other.owner.practice).stage == Stage.AGREED


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
@pytest.mark.parametrize("is_same_page", [True, False])
@pytest.mark.parametrize("is_agreed", [True, False])
def test_fifty_yeses_at_once_make_one_introduction(kit: Published, is_same_page: bool, is_agreed: bool) -> None:
    if is_agreed:
        agreed(kit)
    gate, failed = threading.Barrier(50), []

    def send(number: int) -> None:
        gate.wait()
        try:
            says(kit, view="view-aaaaaaa" if is_same_page else f"many{number:08}")
        except Exception as problem:
            failed.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    one = the_one()
    assert one.stage == Stage.ANSWERED
    assert one.steps.filter(act="answer yes").count() == 1
    assert Contact.objects.filter(full_name=JO).count() == 1
    assert Reply.objects.count() == (1 if is_same_page else 50)
