"""What the next gameplan says of answers given since the last one: when it speaks, what moved, who may see it."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from tests import make

from passalong.prospecting import services, sheet
from passalong.prospecting.changes import changes_of, moves_of
from passalong.prospecting.gameplan import Place, gameplan_for
from passalong.prospecting.models import Meeting
from passalong.ties import services as ties

pytestmark = pytest.mark.django_db


def moves(earlier: str, today: str, chances: str = "") -> dict[str, tuple[str, int, int]]:
    """Moves of names of one letter; a letter in `chances` is half as likely as it was."""
    places = [Place(name, name, 0.25 if name in chances else 0.5) for name in today]
    found = moves_of([(name, 0.5) for name in earlier], places)
    return {name: (move.kind, move.before, move.now) for name, move in found.items()}


def test_a_name_that_passes_others_moved_up_and_these_only_fell_when_their_chance_did() -> None:
    assert moves("abc", "cab") == {"c": ("up", 3, 1), "a": ("", 1, 2), "b": ("", 2, 3)}
    assert moves("abc", "bca", "a") == {"b": ("up", 2, 1), "c": ("up", 3, 2), "a": ("down", 1, 3)}


def test_who_was_asked_about_leaves_no_places_to_move_up_to() -> None:
    assert moves("abcd", "cd") == {"c": ("", 1, 1), "d": ("", 2, 2)}


def test_a_new_name_pushes_nobody_down() -> None:
    assert moves("ab", "xab", "ab") == {"x": ("new", 0, 1), "a": ("", 1, 2), "b": ("", 2, 3)}


@pytest.fixture
def planned(town):
    """Ann's gameplan was taken into a meeting; Eve answers after it."""
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)
    services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    return town, make.client(town.owner, "Eve Moreau")


def page_of(town) -> str:
    return make.browser(town.owner).get(f"/gameplan/{town.ann.public_id}/").content.decode()


def test_without_answers_or_an_earlier_gameplan_nothing_is_said(planned) -> None:
    town, eve = planned
    assert 'id="changes"' not in page_of(town)
    ties.record_answer(by=town.owner, client=eve, prospect=town.ben, answer="knows")
    assert 'id="changes"' in page_of(town)
    assert changes_of(gameplan_for(town.practice, eve)) is None
    Meeting.objects.update(planned_at=None, order=[])  # a meeting from before orders were kept
    assert 'id="changes"' not in page_of(town)


def test_an_answer_said_anew_counts_once_and_the_line_is_one_sentence(planned) -> None:
    town, eve = planned
    for answer in ("does_not_know", "knows"):
        ties.record_answer(by=town.owner, client=eve, prospect=town.dov, answer=answer)
    changes = changes_of(gameplan_for(town.practice, town.ann))
    assert changes
    assert changes.answers == 1
    assert changes.line.startswith("1 answer since the last gameplan (")
    assert changes.line.count(". ") <= 1  # the date may hold one


def test_answers_of_another_practice_are_not_counted(planned) -> None:
    town, _eve = planned
    other = make.member()
    ties.record_answer(
        by=other, client=make.client(other), prospect=make.contact(other, "Nina Other"), answer="knows_well"
    )
    assert changes_of(gameplan_for(town.practice, town.ann)) is None


def test_a_new_wish_is_new_and_a_name_too_uncertain_stands_behind_all_others(planned) -> None:
    town, eve = planned
    fay = town.wish("Fay Brook")
    town.fact(fay, "board", "Harbor Foundation", "2015")
    ties.record_answer(by=town.owner, client=eve, prospect=town.dov, answer="knows")
    assert "1 name is new" in changes_of(gameplan_for(town.practice, town.ann)).line
    plan = gameplan_for(town.practice, town.ann)
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0.1)
    cut = gameplan_for(town.practice, town.ann)
    assert {place.name for place in cut.order} == {place.name for place in plan.order}
    assert [prompt.name for prompt in cut.prompts] == [place.name for place in cut.order[: len(cut.prompts)]]


def test_taking_the_gameplan_into_a_meeting_begins_anew(planned) -> None:
    town, eve = planned
    ties.record_answer(by=town.owner, client=eve, prospect=town.ben, answer="knows")
    services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    assert 'id="changes"' not in page_of(town)


def test_no_move_is_told_on_the_client_s_sheet(planned) -> None:
    town, eve = planned
    ties.record_answer(by=town.owner, client=eve, prospect=town.dov, answer="knows_well", relation="Secret sister")
    town.wish("Fay Brook")
    plan = gameplan_for(town.practice, town.ann)
    assert changes_of(plan)
    meeting = Meeting.objects.get()
    page = make.browser(town.owner).get(f"/meetings/{meeting.public_id}/").content.decode()
    pdf = PdfReader(io.BytesIO(sheet.as_pdf(town.practice, plan)))
    for shown in (page, "\n".join(part.extract_text() for part in pdf.pages)):
        assert "Fay Brook" in shown
        for word in ("answer since", "from place", "% before", "is new", "Eve Moreau", "Secret"):
            assert word not in shown


def test_the_sheet_asks_you_and_is_answered_by_i(planned) -> None:
    town, _eve = planned
    meeting, browser = Meeting.objects.get(), make.browser(town.owner)
    browser.post(f"/meetings/{meeting.public_id}/answer/", {"person": town.ben.public_id, "answer": "knows_well"})
    page = browser.get(f"/meetings/{meeting.public_id}/").content.decode()
    assert "I know them well" in page.split('id="said"')[1]
    for report in ("Knows", "Does not know", "they know each other", "Will introduce"):
        assert report not in page
    assert (
        "Knows well" in browser.get(f"/meetings/{meeting.public_id}/after/").content.decode()
    )  # the desk reads reports
