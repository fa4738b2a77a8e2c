"""The people list, the forms, the organization page: without JavaScript, at any size, for one practice alone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests import make

from passalong.accounts.models import Member
from passalong.contacts import services
from passalong.contacts.models import Contact, Disclosure, StandingKind

pytestmark = pytest.mark.django_db
PEOPLE = "/people/"


@pytest.fixture
def by() -> Member:
    return make.member()


@pytest.fixture
def browser(by):
    return make.browser(by)


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_stranger_goes_to_sign_in_and_an_assistant_may_do_all_of_it(by):
    assert make.browser().get(PEOPLE).status_code == 302
    hand = make.browser(make.assistant(by.practice))
    answer = hand.post("/people/new/", {"full_name": "Ann Okafor"})
    person = Contact.objects.get(practice=by.practice)
    assert answer["Location"] == reverse("desk:person", args=[person.public_id])
    assert hand.post(f"/people/{person.public_id}/delete/").status_code == 302
    assert not Contact.objects.filter(practice=by.practice).exists()


def test_an_empty_practice_is_told_what_this_place_is_for(browser):
    assert "People holds everybody you know of" in _text(browser.get(PEOPLE))


def test_search_finds_names_firms_addresses_and_notes(by, browser):
    ann = make.contact(by, "Ann Okafor", email="ann@harbor.example", notes="Sails on Sundays")
    make.affiliation(by, ann, "Birch & Co")
    make.contact(by, "Ben Silva")
    for query in ("okafor", "birch", "harbor.example", "sundays", "ANN sails"):
        text = _text(browser.get(PEOPLE, {"q": query}))
        assert "Ann Okafor" in text, query
        assert "Ben Silva" not in text, query


def test_filters_count_and_show_who_stands_so(by, browser):
    make.client(by, "Ann Okafor")
    make.contact(by, "Ben Silva", standing=StandingKind.PARTNER)
    make.contact(by, "Cleo Dunn")
    answer = browser.get(PEOPLE, {"standing": "client"})
    assert [(kind, number) for kind, _word, number in answer.context["filters"]] == [
        ("", 3),
        ("client", 1),
        ("former_client", 0),
        ("prospect", 0),
        ("partner", 1),
    ]
    assert [row.person.full_name for row in answer.context["rows"]] == ["Ann Okafor"]
    assert len(browser.get(PEOPLE, {"standing": "moon"}).context["rows"]) == 3


def test_a_row_shows_the_present_firm_only(by, browser):
    ann = make.contact(by, "Ann Okafor")
    make.affiliation(by, ann, "Old Firm", start="1999", end="2004")
    make.affiliation(by, ann, "First Firm", start="2005")
    make.affiliation(by, ann, "Later Firm", start="2015")
    text = _text(browser.get(PEOPLE))
    assert "Later Firm" in text
    assert "Old Firm" not in text
    assert "First Firm" not in text


def test_typing_asks_for_the_rows_alone(by, browser):
    make.contact(by, "Ann Okafor")
    whole, part = browser.get(PEOPLE), browser.get(PEOPLE, {"q": "ann"}, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b"Ann Okafor" in part.content
    assert "HX-Request" in whole["Vary"]


@pytest.mark.parametrize("size", [3, 300])
def test_the_list_asks_as_much_at_any_size(by, browser, size, django_assert_max_num_queries):
    _crowd(by, size)
    for query in ({}, {"q": "person"}, {"standing": "client"}, {"page": "2"}):
        with django_assert_max_num_queries(10):
            assert browser.get(PEOPLE, query).status_code == 200


def _crowd(by: Member, size: int) -> None:
    for number in range(size):
        person = make.contact(by, f"Person {number}", standing=StandingKind.CLIENT if number % 3 == 0 else "")
        make.affiliation(by, person, "Harbor Works")
        make.affiliation(by, person, f"Club {number % 7}", kind="club")


@pytest.mark.parametrize("size", [3, 300])
def test_an_organization_asks_as_much_at_any_size(by, browser, size, django_assert_max_num_queries):
    _crowd(by, size)
    group = make.organization(by, "Harbor Works")
    with django_assert_max_num_queries(9):
        answer = browser.get(f"/organizations/{group.public_id}/", {"page": "2"})
    assert answer.context["page"].paginator.count == size


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "2"])
def test_any_page_number_answers(by, browser, page):
    _crowd(by, 4)
    assert browser.get(PEOPLE, {"page": page}).status_code == 200


def test_a_namesake_is_shown_before_another_is_added(by, browser):
    first = make.contact(by, "Ann Okafor")
    typed = {"full_name": "ann okafor", "emails": "second@example.org", "standing": "client"}
    answer = browser.post("/people/new/", typed)
    assert answer.status_code == 422
    assert reverse("desk:person", args=[first.public_id]) in _text(answer)
    assert "second@example.org" in _text(answer)
    assert Contact.objects.filter(practice=by.practice).count() == 1
    assert browser.post("/people/new/", typed | {"anyway": "1"}).status_code == 302
    assert Contact.objects.filter(practice=by.practice).count() == 2


def test_what_is_refused_stands_beside_its_field_and_nothing_is_lost(by, browser):
    make.contact(by, "Ben Silva", email="ben@example.org")
    typed = {"full_name": "Ann Okafor", "emails": "ann@example.org\nben@example.org", "notes": "Sails"}
    answer = browser.post("/people/new/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["emails"] == ["ben@example.org belongs to Ben Silva already."]
    assert "Sails" in _text(answer)
    assert "ann@example.org" in _text(answer)
    assert Contact.objects.filter(practice=by.practice).count() == 1


def test_editing_shows_what_is_there_and_keeps_it(by, browser):
    person = services.add_contact(
        by=by, full_name="Ann Okafor", emails=["a@example.org", "b@example.org"], phones=["+1 415 555 0132"], notes="X"
    )
    path = f"/people/{person.public_id}/edit/"
    shown = browser.get(path).context["form"]
    typed = {name: shown[name].value() for name in shown.fields}
    typed = {name: "\n".join(v) if isinstance(v, list) else v for name, v in typed.items() if v}
    before = list(person.points.values_list("kind", "value"))
    assert browser.post(path, typed).status_code == 302
    assert list(person.points.values_list("kind", "value")) == before
    assert browser.post(path, typed | {"full_name": ""}).status_code == 422


def test_asking_to_delete_tells_what_goes_and_deletes_nothing(by, browser):
    person = make.client(by, "Ann Okafor")
    make.affiliation(by, person)
    text = _text(browser.get(f"/people/{person.public_id}/delete/"))
    assert "1 fact about what they belong to" in text
    assert Contact.objects.filter(pk=person.pk).exists()
    browser.post(f"/people/{person.public_id}/delete/")
    assert not Contact.objects.filter(pk=person.pk).exists()


def test_an_organization_is_changed_on_its_page(by, browser):
    group = make.organization(by, "Acme")
    make.organization(by, "Birch")
    path = f"/organizations/{group.public_id}/"
    typed = {"name": "Acme Works", "kind": "firm", "sector": "Joinery", "town": "Alameda", "size": "40"}
    assert browser.post(path, typed).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.sector, group.size) == ("Acme Works", "Joinery", 40)
    refused = browser.post(path, typed | {"name": "BIRCH"})
    assert refused.status_code == 422
    assert "Another organization has this name" in _text(refused)
    assert "<h1>Acme Works</h1>" in _text(refused).replace("> ", ">").replace(" <", "<")


def test_suggestions_are_options_and_only_ones_own(by, browser):
    make.affiliation(by, make.contact(by, "Ann Okafor"), "Harbor Works")
    make.contact(by, "Ann Okafor")
    stranger = make.member()
    make.affiliation(stranger, make.contact(stranger, "Ann Other"), "Harbor Elsewhere")
    organizations = _text(browser.get("/organizations/suggest/", {"employer-0-what": "harb"}))
    assert 'value="Harbor Works"' in organizations
    assert "Elsewhere" not in organizations
    people = _text(browser.get("/people/suggest/", {"q": "ann"}))
    assert people.count("<option") == 2
    assert "Ann Other" not in people
    assert all(person.public_id in people for person in Contact.objects.filter(practice=by.practice))
    assert _text(browser.get("/people/suggest/")).strip() == ""


def test_another_practices_pages_are_not_there(browser):
    stranger = make.member()
    person = make.contact(stranger, "Theo Other")
    group = make.affiliation(stranger, person, disclosure=Disclosure.PUBLIC).organization
    for path in (f"/people/{person.public_id}/edit/", f"/people/{person.public_id}/delete/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"full_name": "X"}).status_code == 404
    assert browser.get(f"/organizations/{group.public_id}/").status_code == 404
    assert Contact.objects.get(pk=person.pk).full_name == "Theo Other"
