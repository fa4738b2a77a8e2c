"""The meeting sheet: taps count once, the list moves on, names are added, introductions open."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from tests import make

from passalong.contacts import services as contacts
from passalong.introductions.models import Introduction
from passalong.prospecting import services
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Meeting, Prospect
from passalong.ties.models import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(town):
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)
    meeting = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    return town, meeting, make.browser(town.owner)


def tap(held, person, answer, **said):
    _town, meeting, browser = held
    return browser.post(
        f"/meetings/{meeting.public_id}/answer/", {"person": person.public_id, "answer": answer, **said}, follow=True
    )


def test_starting_twice_goes_on_with_the_same_meeting(held):
    town, _meeting, browser = held
    browser.post(f"/gameplan/{town.ann.public_id}/meeting/")
    assert Meeting.objects.filter(client=town.ann).count() == 1
    assert {prompt["name"] for prompt in Meeting.objects.get().prompts} == {"Ben Sato", "Cara Lind", "Dov Katz"}


def test_opening_pages_changes_nothing(held):
    town, meeting, browser = held
    before = (Meeting.objects.count(), Answer.objects.count(), meeting.prompts)
    town.wish("Newcomer Fox")
    for path in ("", "after/"):
        browser.get(f"/meetings/{meeting.public_id}/{path}")
    browser.get(f"/gameplan/{town.ann.public_id}/")
    meeting.refresh_from_db()
    assert before == (Meeting.objects.count(), Answer.objects.count(), meeting.prompts)


def test_four_answers_move_the_names_down(held):
    town, meeting, _browser = held
    for person, answer in ((town.ben, "knows_well"), (town.cara, "does_not_know"), (town.dov, "rather_not")):
        page = tap(held, person, answer).content.decode()
        assert f'id="name-{person.public_id}"' not in page
        assert f'id="said-{person.public_id}"' in page
    assert Answer.objects.filter(meeting=meeting).count() == 3
    assert Answer.objects.get(prospect=town.ben).shown_p > 0


def test_what_the_client_knows_is_kept(held):
    town, _meeting, _browser = held
    tap(held, town.ben, "knows", relation="Sailing", need="Succession", timing="This spring", reach="Call first")
    answer = Answer.objects.get(prospect=town.ben)
    assert (answer.relation, answer.need) == ("Sailing", "Succession")
    assert (answer.timing, answer.reach) == ("This spring", "Call first")


def test_the_same_tap_counts_once_and_a_later_one_replaces(held):
    town, _meeting, _browser = held
    tap(held, town.ben, "knows", tap="one")
    tap(held, town.ben, "knows", tap="one")
    assert Answer.objects.count() == 1
    page = tap(held, town.ben, "rather_not", tap="two").content.decode()
    assert Answer.objects.count() == 2
    assert "I will introduce you" not in page


def test_will_introduce_opens_one_introduction(held):
    town, meeting, browser = held
    tap(held, town.ben, "knows_well")
    for _ in range(2):
        browser.post(f"/meetings/{meeting.public_id}/introduce/", {"person": town.ben.public_id})
    introduction = Introduction.objects.get()
    assert (introduction.referrer, introduction.prospect) == (town.ann, town.ben)
    page = browser.get("/introductions/").content.decode()
    assert "Ben Sato" in page
    browser.post(f"/introductions/{introduction.public_id}/withdraw/")
    introduction.refresh_from_db()
    assert (introduction.stage, introduction.outcome) == ("closed", "withdrawn")


def test_a_name_the_client_brings_up_is_a_prospect_the_client_knows(held):
    town, meeting, browser = held
    url = f"/meetings/{meeting.public_id}/name/"
    browser.post(url, {"full_name": "Ines Roth", "organization": "Roth Bakery", "relation": "Cousin"})
    answer = Answer.objects.get(prospect__full_name="Ines Roth")
    assert answer.answer == "knows"
    fact = answer.prospect.affiliations.get()
    assert (fact.disclosure, fact.told_by) == ("told", town.ann)
    assert Prospect.objects.get(contact=answer.prospect).source == "meeting"
    browser.post(url, {"full_name": "Ines Roth", "organization": "Roth Bakery"})
    assert Prospect.objects.filter(contact__full_name="Ines Roth").count() == 1


def test_a_name_without_a_name_is_told_beside_the_field(held):
    _town, meeting, browser = held
    answer = browser.post(f"/meetings/{meeting.public_id}/name/", {"full_name": "", "organization": "Roth Bakery"})
    assert answer.status_code == 422
    assert "Roth Bakery" in answer.content.decode()


def test_htmx_gets_the_sheet_alone(held):
    town, meeting, browser = held
    answer = browser.post(
        f"/meetings/{meeting.public_id}/answer/",
        {"person": town.ben.public_id, "answer": "knows"},
        headers={"HX-Request": "true"},
    )
    assert answer.content.decode().strip().startswith('<div class="sheet"')


def test_nonsense_answers_change_nothing(held):
    town, _meeting, _browser = held
    tap(held, town.ben, "adores")
    assert not Answer.objects.exists()


def test_notes_and_the_end_are_on_the_desks_page(held):
    _town, meeting, browser = held
    browser.post(f"/meetings/{meeting.public_id}/note/", {"note": "Bring the brochure"})
    browser.post(f"/meetings/{meeting.public_id}/close/")
    page = browser.get(f"/meetings/{meeting.public_id}/after/").content.decode()
    assert "Bring the brochure" in page
    assert "Closed:" in page


def test_a_firm_can_be_answered_and_taken_back_on_the_sheet(held):
    town, meeting, browser = held
    firm = contacts.organization_for(town.practice, "Big Builders", "employer")
    services.add_prospect(by=town.owner, organization=firm)
    town.fact(town.ann, "vendor", "Big Builders")
    url = f"/meetings/{meeting.public_id}/firm/"
    page = browser.post(url, {"firm": firm.public_id, "answer": "nobody"}, follow=True).content.decode()
    assert "I know nobody there" in page.split('id="firms-said"')[1]
    page = browser.post(f"{url}take-back/", {"firm": firm.public_id}, follow=True).content.decode()
    assert 'id="firms-said"' not in page
    assert browser.post(url, {"firm": "nothing", "answer": "nobody"}).status_code == 404


def test_there_is_one_open_meeting_a_day(held):
    town, meeting, _browser = held
    with pytest.raises(IntegrityError):
        Meeting.objects.create(practice=town.practice, client=town.ann, held_on=meeting.held_on)


def test_a_closed_meeting_takes_no_more_taps_and_a_new_sheet_can_be_opened(held):
    town, meeting, browser = held
    browser.post(f"/meetings/{meeting.public_id}/close/")
    page = tap(held, town.ben, "knows").content.decode()
    assert "This meeting is closed" in page
    assert not Answer.objects.exists()
    assert browser.get(f"/meetings/{meeting.public_id}/").url.endswith("/after/")
    answer = browser.post(f"/gameplan/{town.ann.public_id}/meeting/")
    assert meeting.public_id not in answer.url


def test_the_sheet_offers_no_way_into_the_desks_lists(held):
    _town, meeting, browser = held
    page = browser.get(f"/meetings/{meeting.public_id}/").content.decode()
    for path in ("/people/", "/wish-list/", "/settings/", "/import/"):
        assert f'href="{path}"' not in page


def test_two_roads_into_a_meeting_say_where_they_lead(held):
    town, meeting, browser = held
    page = browser.get(f"/gameplan/{town.ann.public_id}/").content.decode()
    start = f"/gameplan/{town.ann.public_id}/meeting/"
    for words, sent, leads in (
        ("Begin the meeting", {"from": "start"}, f"/meetings/{meeting.public_id}/how-it-went/"),
        ("Go straight to the names", {}, f"/meetings/{meeting.public_id}/"),
    ):
        button = page.split(words)[0].rsplit("<button", 1)[1]
        assert ('name="from"' in button) is bool(sent)
        assert ("btn-primary" in button) is bool(sent)
        assert browser.post(start, sent)["Location"] == leads
