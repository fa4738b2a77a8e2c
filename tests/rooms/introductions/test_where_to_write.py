"""Who said yes is written to at an address they gave with it or since, never at one a list knew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests import make
from tests.rooms.introductions.test_answering import JO, MAIL, agreed, says
from tests.rooms.portal.cast import Published, published

from passalong.compliance.models import Grant, Purpose
from passalong.compliance.services import consent
from passalong.contacts.models import Contact, ContactPoint
from passalong.contacts.moving import move_contact
from passalong.contacts.person import held_about, person_of
from passalong.contacts.services import edit_contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import Introduction
from passalong.introductions.services import report_yes
from passalong.introductions.services.reporting import note_reach, report_yes_of
from passalong.mail.services.gate import Gate, before_writing

pytestmark = pytest.mark.django_db
LISTED = "jo@list.example"


@pytest.fixture
def kit() -> Published:
    return published()


def gate(row: Introduction, address: str) -> Gate:
    row.refresh_from_db()
    assert row.prospect is not None
    return before_writing(row.prospect, address)


def reported(kit: Published, reach: str = "") -> Introduction:
    """By phone, through the client, of somebody whose mail address a list brought."""
    row = agreed(kit, email=LISTED)
    report_yes_of(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like that", reach=reach)
    return row


def is_refused_for_the_address(row: Introduction, address: str = LISTED) -> bool:
    found = gate(row, address)
    return found.rule == "M16.own-address" and "ask them where to write" in found.why and "or call" in found.why


def test_a_yes_on_their_own_page_opens_the_address_given_there_alone(kit: Published) -> None:
    row = agreed(kit, email=LISTED)
    says(kit, reach=MAIL, asked=row)
    assert gate(row, MAIL).may
    assert is_refused_for_the_address(row)


def test_a_yes_with_a_phone_number_opens_no_address(kit: Published) -> None:
    row = agreed(kit, email=LISTED)
    says(kit, reach="+1 509 555 0167", asked=row)
    assert is_refused_for_the_address(row)
    note_reach(by=kit.owner, introduction=row, reach=LISTED)
    assert gate(row, LISTED).may, "they told it on the phone"


def test_a_yes_by_phone_opens_no_address_of_a_list(kit: Published) -> None:
    row = reported(kit)
    assert is_refused_for_the_address(row)
    person = row.prospect
    assert person is not None
    edit_contact(by=kit.owner, contact=person, full_name=JO, emails=[LISTED, MAIL], phones=[])
    assert is_refused_for_the_address(row, MAIL), "found somewhere else, later"


@pytest.mark.parametrize("reach", [MAIL, LISTED, "JO@List.example"])
def test_the_address_told_with_a_yes_by_phone_may_be_written_to(kit: Published, reach: str) -> None:
    row = reported(kit, reach)
    assert gate(row, reach).may
    assert gate(row, LISTED).may == (reach.casefold() == LISTED)


def test_a_report_with_an_address_that_is_none_is_refused_whole(kit: Published) -> None:
    row = agreed(kit, email=LISTED)
    make.contact(kit.owner, "Max Berg", email="max@berg.example")
    for reach in ("somewhere", "max@berg.example"):
        with pytest.raises(Refused) as refused:
            report_yes_of(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like it", reach=reach)
        assert refused.value.field == "reach"
    assert not Grant.objects.exists()


def test_taken_back_no_address_is_written_to_and_an_old_one_is_not_given_again(kit: Published, settings: Any) -> None:
    row = reported(kit, MAIL)
    for grant in Grant.objects.filter(purpose=Purpose.CONTACT):
        consent.revoke(grant=grant)
    assert gate(row, MAIL).rule == "M16.own-yes"
    settings.CLOCK_OFFSET = timedelta(days=30).total_seconds()
    told = {"person": row.prospect, "told_by": kit.referrer, "words": "Jo would like it now", "on": clock.today()}
    consent.grant_reported(by=kit.owner, **told)
    assert is_refused_for_the_address(row, MAIL)
    note_reach(by=kit.owner, introduction=row, reach=MAIL)
    assert gate(row, MAIL).may


def test_saying_it_again_does_not_shut_the_address_given_the_first_time(kit: Published, settings: Any) -> None:
    row = reported(kit, MAIL)
    settings.CLOCK_OFFSET = timedelta(days=30).total_seconds()
    told = {"person": row.prospect, "told_by": kit.referrer, "words": "Jo still wants it", "on": clock.today()}
    consent.grant_reported(by=kit.owner, **told)
    assert gate(row, MAIL).may


def test_the_page_leads_to_a_letter_only_where_one_may_go(kit: Published) -> None:
    row, web = agreed(kit, email=LISTED), make.browser(kit.owner)
    path = f"/introductions/{row.public_id}/"
    assert "told you where" not in web.get(path).content.decode(), "not before a yes"
    with pytest.raises(Refused):
        note_reach(by=kit.owner, introduction=row, reach=MAIL)
    assert 'name="reach"' in web.get(f"{path}said-yes/").content.decode()
    web.post(f"{path}said-yes/", {"on": clock.today().isoformat(), "words": "Jo would like that", "reach": ""})
    assert "/write/" not in web.get(path).content.decode()
    assert "ask them where to write" in web.get(reverse("mail:write", args=[row.prospect.public_id])).content.decode()
    bad = web.post(f"{path}reach/", {"reach": "somewhere"})
    assert (bad.status_code, b"Write a mail address" in bad.content) == (422, True)
    assert web.post(f"{path}reach/", {"reach": MAIL}).status_code == 302
    page = web.get(path).content.decode()
    assert f"{MAIL}</strong>" in page
    assert "/write/" in page


def test_another_practice_notes_nothing(kit: Published) -> None:
    row = reported(kit)
    with pytest.raises(Refused):
        note_reach(by=make.member(), introduction=row, reach=MAIL)
    assert not ContactPoint.objects.filter(key=MAIL).exists()


def test_joined_with_another_file_what_was_given_stays_given_and_is_told(kit: Published) -> None:
    row = reported(kit, LISTED)
    given, listed = row.prospect, Contact.objects.create(practice=kit.owner.practice, full_name=JO)
    assert given is not None
    ContactPoint.objects.create(practice=kit.owner.practice, contact=listed, kind="email", value=LISTED, key=LISTED)
    move_contact(given, listed)
    assert listed.points.get().given_on == clock.today()
    assert "Given by you on" in str(held_about(person_of(listed)))


def test_a_report_alone_leaves_no_address_behind(kit: Published) -> None:
    row = agreed(kit)
    report_yes(by=kit.owner, introduction=row, on=clock.today(), words="Jo would like that")
    assert is_refused_for_the_address(row)
