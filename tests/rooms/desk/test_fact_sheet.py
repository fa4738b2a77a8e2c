"""The client fact sheet: rows that cannot be kept hold up nothing; the client's word is the client's word."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Affiliation, Contact, Disclosure, Source
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.prospecting.models import Meeting, Prospect
from passalong.ties.models import Statement
from passalong.ties.services import FactRow, Unclear, save_fact_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Member:
    return make.member()


@pytest.fixture
def ann(by) -> Contact:
    return make.client(by, "Ann Okafor")


@pytest.fixture
def path(ann) -> str:
    return f"/people/{ann.public_id}/facts/"


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _fields(**rows: str) -> dict[str, str]:
    """board_0_what -> board-0-what."""
    return {name.replace("_", "-"): value for name, value in rows.items()}


@pytest.mark.storage
def test_every_row_that_can_be_kept_is_kept_typed_dated_and_sourced(by, ann):
    rows = [
        FactRow("employer", "Birch & Co", "1998", "2004"),
        FactRow("board", "", "2003"),
        FactRow("club", "St. Mark Baptist choir"),
        FactRow("school", "Weston College", "last spring"),
        FactRow("club", "Bay Rowing", disclosure=Disclosure.PRIVATE),
    ]
    saved = save_fact_sheet(by=by, client=ann, rows=rows)
    assert (saved.kept, saved.new, sorted(saved.refused)) == (2, 2, [1, 2, 3])
    assert [saved.refused[n].field for n in (1, 2, 3)] == ["what", "what", "start"]
    told, seen = Affiliation.objects.filter(contact=ann).order_by("pk")
    assert (told.disclosure, told.told_by, told.source, told.start) == ("told", ann, Source.FACT_SHEET, "1998")
    assert (seen.disclosure, seen.told_by) == ("private", None)


@pytest.mark.storage
def test_the_same_sheet_twice_is_once(by, ann):
    make.contact(by, "Ben Silva")
    rows = [FactRow("employer", "Birch & Co", "1998"), FactRow("mentioned", "ben silva", note="They sail")]
    assert save_fact_sheet(by=by, client=ann, rows=rows).new == 2
    again = save_fact_sheet(by=by, client=ann, rows=rows)
    assert (again.kept, again.new) == (2, 0)


def test_another_practices_client_is_refused(by):
    theirs = make.client(make.member())
    with pytest.raises(Refused):
        save_fact_sheet(by=by, client=theirs, rows=[FactRow("club", "X")])


def test_a_mentioned_name_is_matched_added_or_asked_about(by, ann):
    _ben, first, second = (make.contact(by, name) for name in ("Ben Silva", "Cleo Dunn", "Cleo Dunn"))
    rows = [
        FactRow("mentioned", "BEN SILVA"),
        FactRow("mentioned", "Cleo Dunn"),
        FactRow("mentioned", "Dov Katz"),
        FactRow("mentioned", "Eve Lind", add_person=True),
        FactRow("mentioned", "Cleo Dunn", person=second.public_id),
    ]
    saved = save_fact_sheet(by=by, client=ann, rows=rows)
    assert sorted(saved.refused) == [1, 2]
    assert isinstance(saved.refused[1], Unclear)
    assert set(saved.refused[1].candidates) == {first, second}
    others = {statement.contact_b.full_name: statement for statement in Statement.objects.filter(contact_a=ann)}
    assert set(others) == {"Ben Silva", "Eve Lind", "Cleo Dunn"}
    assert others["Cleo Dunn"].contact_b == second
    assert others["Ben Silva"].told_by == ann
    assert Contact.objects.get(practice=by.practice, full_name="Eve Lind").source == Source.FACT_SHEET


def test_the_sheet_itself_shows_nothing_of_the_desk(by, path):
    page = make.browser(by).get(path).content.decode()
    assert by.practice.name in page
    for desk in ("<nav", "/wish-list/", "/import/", "popover", "/accounts/logout/"):
        assert desk not in page


def test_saving_ends_on_a_page_without_the_desk(by, ann, path):
    browser = make.browser(by)
    answer = browser.post(path, _fields(school_0_what="Weston", wall_1_what="Bay Rowing", wall_1_kind="club"))
    assert answer["Location"] == f"{path}saved/"
    page = _text(browser.get(answer["Location"]))
    assert "Saved, thank you." in page
    assert "To the desk" in page
    for word in ("Weston", "Bay Rowing", "Gameplan", "Wish list", "on file"):
        assert word not in page
    school, wall = Affiliation.objects.filter(contact=ann).order_by("pk")
    assert (school.kind, school.disclosure) == ("school", "told")
    assert (wall.kind, wall.disclosure, wall.told_by) == ("club", "private", None)


def test_what_hangs_on_the_wall_needs_a_kind(by, ann, path):
    answer = make.browser(by).post(path, _fields(wall_0_what="Bay Rowing"))
    assert answer.status_code == 422
    assert "Say how the person belongs to it." in _text(answer)
    assert not ann.affiliations.exists()


@pytest.mark.parametrize(
    ("days_ago", "is_closed", "goes_back"), [(0, False, True), (1, False, False), (0, True, False)]
)
def test_saving_in_a_meeting_goes_back_to_its_sheet(by, ann, path, days_ago, is_closed, goes_back):
    held = Meeting.objects.create(
        practice=by.practice,
        client=ann,
        held_on=clock.today() - timedelta(days=days_ago),
        closed_at=clock.now() if is_closed else None,
    )
    answer = make.browser(by).post(path, _fields(school_0_what="Weston"))
    assert (answer["Location"] == f"/meetings/{held.public_id}/") is goes_back


def test_an_empty_sheet_saves_nothing_and_says_so(by, ann, path):
    answer = make.browser(by).post(path, {}, follow=True)
    assert "Nothing was entered." in _text(answer)


def test_who_told_us_is_said_for_each_section(by, ann, path):
    make.browser(by).post(
        path,
        _fields(club_0_what="Bay Rowing", club_told="private", board_0_what="Harbor", board_told="public")
        | _fields(school_0_what="Weston", school_told="nonsense"),
    )
    said = dict(Affiliation.objects.filter(contact=ann).values_list("kind", "disclosure"))
    assert said == {"club": "private", "board": "public", "school": "told"}


def test_rows_that_cannot_be_kept_stay_with_the_reason_and_the_others_are_on_file(by, ann, path):
    typed = _fields(
        board_0_what="Harbor Orchestra",
        board_0_start="2019",
        club_0_what="First Baptist choir",
        school_2_what="Weston",
        school_2_start="spring",
        school_told="private",
    )
    answer = make.browser(by).post(path, typed)
    text = _text(answer)
    assert answer.status_code == 422
    assert "1 line is on file." in text
    assert "2 lines below need another look." in text
    assert "reveal a person&#x27;s religion" in text
    assert "“spring” is not a date" in text
    assert 'value="First Baptist choir"' in text
    assert 'value="Harbor Orchestra"' not in text
    assert "Harbor Orchestra (2019)" in text
    school = next(s for s in answer.context["sheet"].sections if s.kind == "school")
    assert (school.told, school.rows[0]["what"].value(), school.is_open) == ("private", "Weston", True)
    assert len(school.rows) == 4


def test_a_name_that_is_not_on_file_is_offered_as_a_new_person(by, ann, path):
    browser = make.browser(by)
    answer = browser.post(path, _fields(mentioned_0_what="Dov Katz", mentioned_0_note="His brother"))
    assert answer.status_code == 422
    assert 'name="mentioned-0-add_person"' in _text(answer)
    assert 'value="His brother"' in _text(answer)
    assert not Contact.objects.filter(full_name="Dov Katz").exists()
    typed = {"mentioned-0-what": "Dov Katz", "mentioned-0-note": "His brother", "mentioned-0-add_person": "on"}
    assert browser.post(path, typed).status_code == 302
    assert Statement.objects.get(contact_a=ann).text == "His brother"


def test_more_rows_lose_nothing_and_save_nothing(by, ann, path):
    typed = _fields(club_0_what="Bay Rowing", club_rows="3", board_0_what="Harbor", more="club", board_told="public")
    answer = make.browser(by).post(path, typed)
    sections = {section.kind: section for section in answer.context["sheet"].sections}
    assert answer.status_code == 200
    assert len(sections["club"].rows) == 6
    assert sections["board"].told == "public"
    assert 'value="Bay Rowing"' in _text(answer)
    assert not ann.affiliations.exists()


@pytest.mark.parametrize("rows", ["999999999999", "-1", "x", "1e9", "٣"])
def test_any_number_of_rows_answers(by, path, rows):
    answer = make.browser(by).post(path, _fields(club_rows=rows, more="club"))
    assert len(next(s for s in answer.context["sheet"].sections if s.kind == "club").rows) <= 45


def test_what_is_too_long_stays_on_the_page(by, ann, path):
    answer = make.browser(by).post(path, _fields(club_0_what="x" * 201, board_0_what="Harbor"))
    assert answer.status_code == 422
    assert "at most 200 characters" in _text(answer)
    assert [fact.kind for fact in ann.affiliations.all()] == ["board"]


def test_the_facts_that_would_help_most_stand_first_and_those_on_file_beside(by, ann, path):
    for number in range(4):
        wished = make.contact(by, f"Prospect {number}")
        Prospect.objects.create(practice=by.practice, contact=wished, added_on=make.DAY)
        make.affiliation(by, wished, "Bay Rowing", kind="club")
    make.affiliation(by, ann, "Weston", kind="school", start="1990")
    answer = make.browser(by).get(path)
    sections = answer.context["sheet"].sections
    assert sections[0].kind == "club"
    assert sections[0].helpful.prospects == 4
    assert [section.is_open for section in sections[:4]] == [True, True, True, False]
    assert "Weston (1990)" in _text(answer)


@pytest.mark.parametrize("size", [3, 300])
def test_the_sheet_asks_as_much_at_any_size(by, path, size, django_assert_max_num_queries):
    for number in range(size):
        wished = make.contact(by, f"Prospect {number}")
        Prospect.objects.create(practice=by.practice, contact=wished, added_on=make.DAY)
        make.affiliation(by, wished, f"Club {number % 9}", kind="club")
    browser = make.browser(by)
    with django_assert_max_num_queries(9):
        browser.get(path)


def test_another_practices_sheet_is_not_there(by):
    stranger = make.member()
    theirs = make.client(stranger)
    browser = make.browser(by)
    assert browser.get(f"/people/{theirs.public_id}/facts/").status_code == 404
    assert browser.post(f"/people/{theirs.public_id}/facts/", {"club-0-what": "X"}).status_code == 404
    assert not theirs.affiliations.exists()
