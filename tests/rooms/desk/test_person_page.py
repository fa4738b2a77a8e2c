"""The page of a person: everything joined, every act without JavaScript, nothing of another practice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests import make
from tests.rooms.portal.cast import published

from passalong.accounts.models import Member
from passalong.contacts import selectors as contacts
from passalong.contacts import services
from passalong.contacts.models import Affiliation, Contact
from passalong.core.errors import Refused
from passalong.desk.person import person_page
from passalong.interviews.services import inviting, moving
from passalong.interviews.stages import Who
from passalong.introductions.services import open_introduction
from passalong.kits.models import Edition, EditionState
from passalong.kits.services import passing
from passalong.prospecting.models import Meeting, Prospect
from passalong.ties import services as ties
from passalong.ties.models import Statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Member:
    return make.member(name="Nora Lind")


@pytest.fixture
def browser(by):
    return make.browser(by)


@pytest.fixture
def ann(by) -> Contact:
    return make.client(by, "Ann Okafor")


@pytest.fixture
def ben(by) -> Contact:
    return make.contact(by, "Ben Silva", email="ben@example.org")


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _at(person: Contact, *parts: str) -> str:
    return "/".join(["/people", person.public_id, *parts, ""])


def test_a_client_page_joins_the_rooms(by, browser, ann, ben):
    make.affiliation(by, ann, "Harbor CPA", start="2012")
    services.join_household(by=by, contact=ann, other=make.contact(by, "Carl Okafor"))
    ties.record_answer(by=by, client=ann, prospect=ben, answer="knows_well", relation="Rowing", reach="Mobile")
    open_introduction(by=by, referrer=ann, prospect=ben)
    Meeting.objects.create(practice=by.practice, client=ann, held_on=make.DAY, note="The office move")
    text = _text(browser.get(_at(ann)))
    for words in (
        "Harbor CPA",
        "since 2012",
        "publicly known",
        "Carl Okafor",
        "Knows well",
        "Rowing",
        "Mobile",
        "Will introduce",
        "The office move",
        "The 3 facts that would help most",
        "Answered: Knows well",
        "Nora Lind",
        f'href="/gameplan/{ann.public_id}/"',
    ):
        assert words in text, words


def test_a_wished_person_page_tells_who_was_asked(by, browser, ann, ben):
    Prospect.objects.create(practice=by.practice, contact=ben, added_on=make.DAY)
    ties.record_answer(by=by, client=ann, prospect=ben, answer="does_not_know")
    ties.record_answer(by=by, client=ann, prospect=ben, answer="knows")
    text = _text(browser.get(_at(ben)))
    assert "Ann Okafor" in text
    assert "Does not know" not in text
    assert f'hx-get="/people/{ben.public_id}/knowers/"' in text
    assert "On the wish list" in text


def test_nobody_is_asked_about_somebody_who_was_a_client(by, browser, ann):
    services.end_standing(by=by, contact=ann, kind="client")
    text = _text(browser.get(_at(ann)))
    assert "knowers" not in text
    assert "Add to the wish list" not in text


def test_the_wish_list_is_one_click_away(by, browser, ben):
    assert "Add to the wish list" in _text(browser.get(_at(ben)))
    answer = browser.post("/wish-list/mark/", {"contact": ben.public_id, "next": _at(ben)})
    assert answer["Location"] == _at(ben)
    assert "On the wish list" in _text(browser.get(_at(ben)))


def test_a_fact_is_added_changed_and_taken_off(by, browser, ben):
    typed = {"kind": "board", "organization": "Harbor Orchestra", "role": "Chair", "start": "2019", "is_told": "on"}
    assert browser.post(_at(ben, "belongs"), typed)["Location"] == f"{_at(ben)}#belongs"
    fact = ben.affiliations.get()
    assert (fact.kind, fact.role, fact.disclosure, fact.told_by) == ("board", "Chair", "told", ben)
    path = f"/belongs/{fact.public_id}/"
    assert 'value="2019"' in _text(browser.get(path))
    assert browser.post(path, {"role": "", "start": "2018", "end": "2017"}).status_code == 422
    assert browser.post(path, {"role": "", "start": "2018", "end": "", "is_public": "on"}).status_code == 302
    fact.refresh_from_db()
    assert (fact.role, fact.start, fact.disclosure) == ("", "2018", "public")
    browser.post(f"{path}remove/")
    assert not ben.affiliations.exists()


def test_a_fact_of_another_kind_is_said_in_ones_own_text(browser, ben):
    typed = {"kind": "other", "organization": "Tuesday walkers"}
    refused = browser.post(_at(ben, "belongs"), typed)
    assert refused.status_code == 422
    assert 'value="Tuesday walkers"' in _text(refused)
    browser.post(_at(ben, "belongs"), typed | {"other_kind": "walking group"})
    assert ben.affiliations.get().kind == "walking group"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "club", "organization": "First Baptist choir"}, "organization"),
        ({"kind": "other", "other_kind": "church", "organization": "First"}, "organization"),
        ({"kind": "club", "organization": "Bay Rowing", "start": "spring"}, "start"),
        ({"kind": "club", "organization": ""}, "organization"),
        ({"kind": "moon", "organization": "Bay Rowing"}, "kind"),
    ],
)
def test_a_refused_fact_stands_beside_its_field(browser, ben, typed, field):
    answer = browser.post(_at(ben, "belongs"), typed)
    assert answer.status_code == 422
    assert field in answer.context["belongs_form"].errors
    assert not ben.affiliations.exists()


def test_standing_is_changed_and_ended(browser, ben):
    for kind, expected in (("partner", {"partner"}), ("client", {"client", "partner"}), ("end:partner", {"client"})):
        assert browser.post(_at(ben, "standing"), {"kind": kind}).status_code == 302
        assert set(ben.standings.filter(until=None).values_list("kind", flat=True)) == expected
    refused = browser.post(_at(ben, "standing"), {"kind": "client", "since": "2999-01-01"})
    assert refused.context["standing_form"].errors["since"]


def test_a_household_is_joined_by_name_and_left(browser, ann, ben):
    assert browser.post(_at(ben, "household"), {"other": "ann okafor"}).status_code == 302
    assert contacts.household_of(ben) == {ann.pk}
    browser.post(_at(ben, "household", "leave"))
    assert not contacts.household_of(ben)


def test_of_several_people_meant_one_is_chosen(by, browser, ann, ben):
    second = make.contact(by, "Ann Okafor")
    typed = {"other": "Ann Okafor", "kind": "relative", "text": "Cousins"}
    answer = browser.post(_at(ben, "notes"), typed)
    assert answer.status_code == 422
    assert f'value="{second.public_id}"' in _text(answer)
    assert 'value="Cousins"' in _text(answer)
    browser.post(_at(ben, "notes"), typed | {"other_id": second.public_id, "is_told": "on"})
    said = Statement.objects.get(contact_a=ben)
    assert (said.contact_b, said.kind, said.told_by) == (second, "relative", ben)
    assert "Cousins" in _text(browser.get(_at(second)))
    back = browser.post(f"/notes/{said.public_id}/remove/", {"from": second.public_id})
    assert back["Location"] == f"{_at(second)}#statements"
    assert not Statement.objects.exists()


def test_a_name_nobody_has_is_refused_beside_the_field(browser, ben):
    answer = browser.post(_at(ben, "notes"), {"other": "Zed", "kind": "relative"})
    assert answer.context["statement_form"].errors["other"] == ["Nobody on file is called “Zed”."]


def _life(by: Member, who: Contact, size: int) -> None:
    """A person on whom much hangs: facts, notes, answers, introductions, household, wish list."""
    for number in range(size):
        other = make.client(by, f"Other {number}")
        make.affiliation(by, who, f"Group {number}", kind="club")
        ties.add_statement(by=by, contact=who, other=other, kind="mentioned")
        ties.record_answer(by=by, client=other, prospect=who, answer="knows")
        ties.record_answer(by=by, client=who, prospect=other, answer="knows")
        friend = make.contact(by, f"Friend {number}")
        open_introduction(by=by, referrer=who, prospect=friend)
        Prospect.objects.get_or_create(practice=by.practice, contact=other, defaults={"added_on": make.DAY})
        Meeting.objects.create(practice=by.practice, client=who, held_on=make.DAY + timedelta(days=number))
        if number < 9:
            services.join_household(by=by, contact=other, other=who)


def test_a_told_fact_says_who_may_see_what_is_typed_into_it(by, browser, ann):
    said = {"kind": "club", "organization": "Bay Rowing"}
    told = services.add_affiliation(by=by, contact=ann, disclosure="told", told_by=ann, **said)
    seen = services.add_affiliation(by=by, contact=ann, role="Cox", **said)
    for fact, warns in ((told, True), (seen, False)):
        assert ("told us this and may see it" in browser.get(f"/belongs/{fact.public_id}/").content.decode()) is warns


def test_a_standing_set_by_mistake_is_taken_back(browser, ben):
    browser.post(_at(ben, "standing"), {"kind": "client"})
    assert "was a mistake: take it back" in browser.get(f"/people/{ben.public_id}/").content.decode()
    answer = browser.post(_at(ben, "standing/retract"), {"kind": "client"})
    assert answer["Location"] == f"/people/{ben.public_id}/#standing"
    assert not ben.standings.filter(kind="client").exists()
    assert "Taken back: Client" in browser.get(f"/people/{ben.public_id}/").content.decode()


def test_another_practices_notes_are_not_touched(by, ann, ben):
    stranger = make.member()
    note = ties.add_statement(by=by, contact=ann, other=ben, kind="mentioned")
    theirs = make.contact(stranger)
    for act in (
        lambda: ties.add_statement(by=stranger, contact=ann, other=ben, kind="mentioned"),
        lambda: ties.add_statement(by=by, contact=ann, other=ben, kind="mentioned", told_by=theirs),
        lambda: ties.remove_statement(by=stranger, statement=note),
    ):
        with pytest.raises(Refused, match="not on file here"):
            act()
    assert Statement.objects.get() == note


def test_an_interview_is_offered_to_who_knows_us_and_what_there_was_is_shown(by, browser, ann, ben):
    plan = f"/interviews/new/?guest={ann.public_id}&amp;kind=client"
    assert plan in browser.get(_at(ann)).content.decode()
    assert "Plan an interview" not in _text(browser.get(_at(ben))), "a stranger is not drawn nearer by it"
    begun = browser.get(f"/interviews/new/?guest={ann.public_id}&kind=client").context["form"]
    assert (begun["guest"].value(), begun["kind"].value()) == ("Ann Okafor", "client")
    talk = inviting.plan(by=by, guest=ann, kind="client", title="A bakery by the sea")
    shown = _text(browser.get(_at(ann)))
    assert f'<a href="/interviews/{talk.public_id}/">A bakery by the sea</a>' in shown
    assert "Plan an interview" not in shown, "one is open"
    moving.move(interview=talk, act="drop", who=Who.MEMBER, by=by)
    assert plan in browser.get(_at(ann)).content.decode()
    ann.do_not_ask = True
    ann.save()
    assert "Plan an interview" not in _text(browser.get(_at(ann)))


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_asks_as_much_however_much_hangs_on_it(by, browser, ann, ben, size, django_assert_max_num_queries):
    _life(by, ann, size)
    _life(by, ben, size)
    for person in (ann, ben):
        with django_assert_max_num_queries(29):
            assert browser.get(_at(person)).status_code == 200


def test_the_story_is_told_in_plain_words_latest_first(by, ann):
    services.edit_contact(by=by, contact=ann, full_name="Ann Okafor", emails=[], phones=[])
    ties.save_fact_sheet(by=by, client=ann, rows=[ties.FactRow("club", "Bay Rowing")])
    words = [line.words for line in person_page(by.practice, ann).story]
    assert words == ["Fact sheet filled in, 1 new", "Details changed", "Standing: Client", "Put on file"]


def test_looking_changes_nothing(by, browser, ann, ben):
    for path in (_at(ann), _at(ben), _at(ann, "facts")):
        browser.get(path)
    for act in ("belongs", "standing", "household", "notes"):
        assert browser.get(_at(ben, act)).status_code == 405


def test_another_practices_person_is_not_there(browser):
    stranger = make.member()
    person, other = make.contact(stranger, "Theo Other"), make.client(stranger, "Tess Other")
    fact = make.affiliation(stranger, person)
    said = ties.add_statement(by=stranger, contact=person, other=other, kind="mentioned")
    for path in (_at(person), _at(person, "knowers"), f"/belongs/{fact.public_id}/"):
        assert browser.get(path).status_code == 404
    for path in (
        _at(person, "belongs"),
        _at(person, "standing"),
        _at(person, "household", "leave"),
        f"/belongs/{fact.public_id}/remove/",
        f"/notes/{said.public_id}/remove/",
    ):
        assert browser.post(path, {"kind": "client", "organization": "X"}).status_code == 404
    assert Affiliation.objects.filter(practice=stranger.practice).count() == 1


def test_nobody_of_another_practice_can_be_named(by, browser, ben):
    theirs = make.contact(make.member(), "Theo Other")
    for name in ("Theo Other", theirs.public_id):
        typed = {"other": name, "other_id": theirs.public_id, "kind": "relative"}
        assert browser.post(_at(ben, "notes"), typed).status_code == 422
        assert browser.post(_at(ben, "household"), typed).status_code == 422
    assert not Statement.objects.exists()


def test_enter_never_presses_a_button_that_chooses_for_one(by, browser, ann, ben):
    """Enter presses the first button of a form: it must be the one that only saves."""
    make.contact(by, "Ann Okafor")
    refused = browser.post(_at(ben, "notes"), {"other": "Ann Okafor", "kind": "relative"})
    warned = browser.post("/people/new/", {"full_name": "Ann Okafor"})
    for answer, named in ((refused, "other_id"), (warned, "anyway"), (browser.get(_at(ann, "facts")), "more")):
        form = next(f for f in re.findall(r"<form.*?</form>", _text(answer)) if f'name="{named}" value=' in f)
        first = re.findall(r"<button[^>]*>", form)[0]
        assert "name=" not in first
        assert 'type="submit"' in first


def test_a_client_shows_which_kits_they_could_pass_along_and_did() -> None:
    out = published("Before you sell")
    other = make.client(out.owner, "Lena Falk")
    browser = make.browser(out.owner)
    assert "Passed along 0 times" in _text(browser.get(f"/people/{out.referrer.public_id}/"))
    passing.note_passing(by=out.owner, link=out.link)
    assert "Passed along once" in _text(browser.get(f"/people/{out.referrer.public_id}/"))
    assert "No link yet." in _text(browser.get(f"/people/{other.public_id}/"))
    made = browser.post(f"/kits/{out.kit.public_id}/pass-along/make/", {"contact": other.public_id})
    assert made.status_code == 302
    assert "No link yet." not in _text(browser.get(f"/people/{other.public_id}/"))
    Edition.objects.update(state=EditionState.WITHDRAWN)
    assert "Kits to pass along" not in _text(browser.get(f"/people/{other.public_id}/"))
