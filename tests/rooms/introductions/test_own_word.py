"""Nobody is written to against their own no, or elsewhere than they said; no second referrer learns who answered."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.introductions.test_answering import JO, MAIL, agreed, says
from tests.rooms.portal.cast import Published, published

from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import AlsoBy, Introduction, Outcome
from passalong.introductions.selectors import own
from passalong.introductions.services import move, open_introduction
from passalong.introductions.services.answering import name_only
from passalong.introductions.services.moving import undo
from passalong.introductions.services.reporting import report_yes_of
from passalong.introductions.stages import Who
from passalong.kits.services import passing
from passalong.mail.services.gate import before_writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit() -> Published:
    return published()


def person(row: Introduction) -> Contact:
    row.refresh_from_db()
    assert row.prospect is not None
    return row.prospect


@pytest.mark.parametrize("wish", ["no", "not_now"])
@pytest.mark.parametrize("who", [(JO, MAIL), (JO, "")])
def test_an_own_no_ends_what_a_client_reported(kit: Published, wish: str, who: tuple[str, str]) -> None:
    row = agreed(kit, email=MAIL)
    report_yes_of(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like that", reach=MAIL)
    assert before_writing(person(row), MAIL).may
    says(kit, wish, name=who[0], reach=who[1], asked=row)
    assert not before_writing(person(row), MAIL).may, "they said themselves that they do not want it now"


def test_an_own_no_counts_after_the_introduction_has_ended_too(kit: Published) -> None:
    row = agreed(kit, email=MAIL)
    report_yes_of(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like that", reach=MAIL)
    move(introduction=row, act="lose", who=Who.MEMBER, by=kit.owner)
    says(kit, "no")
    assert not before_writing(person(row), MAIL).may


def test_a_second_referrer_never_learns_from_the_page_that_the_friend_answered(kit: Published) -> None:
    agreed(kit, email=MAIL)
    bo = make.client(kit.owner, "Bo Hill")
    link = passing.link_for(by=kit.owner, kit=kit.kit, referrer=bo)
    says(kit, link=link)
    assert AlsoBy.objects.get().referrer == bo
    assert not own.rows(bo, own.introductions(bo)), "Bo told us of nobody"
    assert own.count_within(bo, clock.now().replace(year=2000)) == 0


def test_a_second_referrer_who_agreed_reads_so(kit: Published) -> None:
    row = agreed(kit, email=MAIL)
    bo = make.client(kit.owner, "Bo Hill")
    open_introduction(by=kit.owner, referrer=bo, prospect=person(row))
    [seen] = own.rows(bo, own.introductions(bo))
    assert (seen.name, seen.standing.seen) == (JO, "agreed")
    assert own.count_within(bo, clock.now().replace(year=2000)) == 1


def test_one_who_was_only_planned_to_be_asked_reads_nothing(kit: Published) -> None:
    row = agreed(kit, email=MAIL)
    bo = make.client(kit.owner, "Bo Hill")
    open_introduction(by=kit.owner, referrer=bo, prospect=person(row), act="plan")
    assert not own.rows(bo, own.introductions(bo))


def test_an_own_yes_opens_the_address_they_gave_and_no_other(kit: Published) -> None:
    row = agreed(kit, email="jo@work.example")
    says(kit, reach=MAIL, asked=row)
    assert before_writing(person(row), MAIL).may
    assert not before_writing(person(row), "jo@work.example").may, "they said how to be reached"


def test_somebody_of_the_same_family_name_opens_no_way_to_the_friend(kit: Published) -> None:
    row = agreed(kit, email="jo@work.example")
    says(kit, name="Max Lind", reach="max@lind.example", asked=row)
    assert not before_writing(person(row), "jo@work.example").may


def test_the_same_client_does_not_ask_again_by_a_name_that_got_an_address(kit: Published) -> None:
    name_only(by=kit.owner, referrer=kit.referrer, full_name=JO)
    says(kit, "no", name=JO, reach="")
    assert Introduction.objects.get().outcome == Outcome.NO
    jo = make.contact(kit.owner, JO, email=MAIL)
    with pytest.raises(Refused):
        open_introduction(by=kit.owner, referrer=kit.referrer, prospect=jo)


def test_the_same_client_does_not_ask_again_by_name_alone(kit: Published) -> None:
    agreed(kit, email=MAIL)
    says(kit, "no")
    with pytest.raises(Refused):
        name_only(by=kit.owner, referrer=kit.referrer, full_name=JO)


def test_what_was_closed_is_not_opened_again_after_their_own_no(kit: Published) -> None:
    row = agreed(kit, email=MAIL)
    report_yes_of(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like that", reach=MAIL)
    move(introduction=row, act="lose", who=Who.MEMBER, by=kit.owner)
    says(kit, "no")
    with pytest.raises(Refused):
        undo(introduction=row, by=kit.owner)
    row.refresh_from_db()
    assert not row.is_open
