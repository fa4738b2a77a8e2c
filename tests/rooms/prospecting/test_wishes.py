"""The wish list by hand, by marking, with undo; the profile and what it does to fit."""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts.models import Contact, Organization
from passalong.prospecting import selectors, services
from passalong.prospecting.models import FitCheck, Prospect, Trait

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db):
    return make.member()


@pytest.fixture
def browser(owner):
    return make.browser(owner)


def test_empty_list_says_what_it_is_for(browser):
    assert "Add the first name" in browser.get("/wish-list/").content.decode()


def test_a_person_by_hand_with_firm_and_role(owner, browser):
    browser.post(
        "/wish-list/new/",
        {"what": "person", "name": "Ines Roth", "firm": "Roth Bakery", "role": "Owner", "is_public": "on"},
    )
    wish = selectors.wishes(owner.practice, selectors.prospects(owner.practice))[0]
    assert (str(wish.entry), wish.firm) == ("Ines Roth", "Roth Bakery")
    assert wish.entry.contact.affiliations.get().disclosure == "public"
    assert wish.entry.review_on > wish.entry.added_on


def test_facts_by_hand_are_private_unless_said(browser):
    browser.post("/wish-list/new/", {"what": "person", "name": "Ines Roth", "firm": "Roth Bakery"})
    assert Contact.objects.get().affiliations.get().disclosure == "private"


def test_a_firm_by_hand(owner, browser):
    browser.post("/wish-list/new/", {"what": "firm", "name": "Roth Bakery, Inc.", "town": "Salem"})
    assert str(Prospect.objects.get().organization) == "Roth Bakery, Inc."
    assert not Contact.objects.exists()


def test_a_missing_name_is_told_beside_the_field(browser):
    answer = browser.post("/wish-list/new/", {"what": "person", "name": "", "firm": "Roth Bakery"})
    assert answer.status_code == 422
    assert "Roth Bakery" in answer.content.decode()


def test_protected_groups_are_refused_with_the_reason(browser):
    answer = browser.post(
        "/wish-list/new/", {"what": "person", "name": "Ines Roth", "firm": "x", "role": "", "town": ""}
    )
    assert answer.status_code == 302


def test_marking_somebody_on_file_goes_back_where_one_was(owner, browser):
    person = make.contact(owner, "Ines Roth")
    answer = browser.post("/wish-list/mark/", {"contact": person.public_id, "next": "/people/"})
    assert answer.url == "/people/"
    answer = browser.post("/wish-list/mark/", {"contact": person.public_id, "next": "https://elsewhere.example/"})
    assert answer.url == "/wish-list/"
    assert Prospect.objects.count() == 1


def test_drop_and_undo(owner, browser):
    entry, _ = services.add_prospect(by=owner, contact=make.contact(owner, "Ines Roth"))
    page = browser.post(f"/wish-list/{entry.public_id}/drop/").content.decode()
    assert "Undo" in page
    assert not selectors.prospects(owner.practice).exists()
    browser.post(f"/wish-list/{entry.public_id}/restore/")
    assert selectors.prospects(owner.practice).exists()


def test_whoever_is_wished_for_stands_as_a_prospect_until_dropped(owner):
    ines = make.contact(owner, "Ines Roth")
    entry, _ = services.add_prospect(by=owner, contact=ines)
    assert ines.standings.filter(kind="prospect", until=None).count() == 1
    services.drop_prospect(by=owner, entry=entry)
    assert not ines.standings.filter(kind="prospect", until=None).exists()
    services.restore_prospect(by=owner, entry=entry)
    assert ines.standings.filter(kind="prospect", until=None).count() == 1


def test_a_client_who_is_wished_for_stays_a_client(owner):
    eve = make.client(owner, "Eve Moreau")
    services.add_prospect(by=owner, contact=eve)
    assert [standing.kind for standing in eve.standings.all()] == ["client"]


def test_search_finds_people_and_firms(owner, browser):
    services.wish_by_hand(by=owner, what="person", name="Ines Roth", firm="Roth Bakery")
    services.wish_by_hand(by=owner, what="firm", name="Northgate Dental")
    assert "Northgate" in browser.get("/wish-list/?q=northg").content.decode()
    assert "Ines Roth" not in browser.get("/wish-list/?q=northg").content.decode()
    assert "Ines Roth" in browser.get("/wish-list/?q=bakery").content.decode()
    services.wish_by_hand(by=owner, what="person", name="José Núñez")
    assert "José" in browser.get("/wish-list/?q=José").content.decode()


def test_list_queries_do_not_grow(owner, browser, django_assert_max_num_queries):
    for number in range(60):
        services.wish_by_hand(by=owner, what="person", name=f"Person N{'x' * number}", firm=f"Firm {number}")
    browser.get("/wish-list/")
    with django_assert_max_num_queries(14):
        browser.get("/wish-list/")


def test_changing_one_trait_moves_fit_as_the_page_says(owner, browser):
    services.wish_by_hand(by=owner, what="person", name="Ines Roth", firm="Roth Bakery", role="Owner")
    browser.post("/ideal-client/traits/", {"kind": "role", "value": "owner", "importance": 3})
    browser.post("/ideal-client/traits/", {"kind": "sector", "value": "dental", "importance": 1})
    page = browser.get("/ideal-client/").content.decode()
    assert "75 points of 100" in page
    assert "25 points of 100" in page
    wish = selectors.wishes(owner.practice, selectors.prospects(owner.practice))[0]
    assert wish.fit.percent == 75
    trait = Trait.objects.get(kind="sector")
    browser.post(f"/ideal-client/traits/{trait.public_id}/remove/")
    assert selectors.wishes(owner.practice, selectors.prospects(owner.practice))[0].fit.percent == 100


def test_a_size_that_is_none_is_refused_beside_the_field(browser):
    for value in ("many", "²", "5-"):
        answer = browser.post("/ideal-client/traits/", {"kind": "size", "value": value, "importance": 2})
        assert answer.status_code == 422
        assert "Write a size as" in answer.content.decode()


def test_the_profile_keeps_words_mission_and_limit(owner, browser):
    browser.post(
        "/ideal-client/",
        {"biggest_problem": "Is it enough?", "fears": "", "motives": "", "mission": "We care.", "least_p": "0.3"},
    )
    owner.practice.refresh_from_db()
    assert owner.practice.mission == "We care."
    assert selectors.least_p(owner.practice) == 0.3


def test_fit_check_answers_plainly_and_can_be_skipped(owner, browser):
    from passalong.prospecting.fit_check import QUESTIONS

    browser.post("/fit-check/skip/")
    assert FitCheck.objects.get().skipped_on
    answers = {q.id: "yes" for q in QUESTIONS} | {"promises_kept": "no"}
    page = browser.post("/fit-check/", answers, follow=True).content.decode()
    assert "Not yet: mend this first" in page
    assert "nine" in page or "9 of ten" in page
    incomplete = browser.post("/fit-check/", {"served_well": "yes"})
    assert incomplete.status_code == 422


def test_organizations_named_alike_are_one(owner):
    services.wish_by_hand(by=owner, what="firm", name="Acme, Inc.")
    services.wish_by_hand(by=owner, what="firm", name="ACME")
    assert Organization.objects.count() == 1
    assert Prospect.objects.count() == 1
