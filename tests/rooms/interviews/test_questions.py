"""Question sets: those that ship, the practice's own copies, and what a guest is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline

from passalong.accounts.models import Member, Profession
from passalong.core.errors import Refused
from passalong.interviews.models import GuestKind, Question, QuestionSet, Stage, Take
from passalong.interviews.services import questions
from passalong.interviews.shipped import shipped
from passalong.interviews.wording import not_plain

SHIPPED = [(kind, False) for kind in GuestKind] + [(GuestKind.PARTNER, True)]


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def web(owner: Member) -> Client:
    return make.browser(owner)


def texts(whole: Any) -> list[str]:
    return [one.text for one in whole.questions.all()]


@pytest.mark.parametrize("profession", Profession.values)
@pytest.mark.parametrize(("kind", "about_us"), SHIPPED)
def test_eight_to_ten_questions_ship_for_each_guest_in_words_of_the_profession(
    profession: str, kind: str, about_us: bool
) -> None:
    found = shipped(kind, about_us=about_us, profession=profession)
    assert 8 <= len(found.questions) <= 10
    for text, hint in found.questions:
        assert "{" not in text + hint
        assert not not_plain(f"{text} {hint}")
        assert len(text) <= 300
    said = " ".join(text for text, _hint in found.questions)
    if profession in (Profession.DOCTOR, Profession.DENTIST):
        assert "client" not in said
        if kind == GuestKind.CLIENT:
            assert "nothing about your health" in " ".join(hint for _text, hint in found.questions)
    if profession == Profession.ADVISER and kind == GuestKind.CLIENT:
        assert "no returns" in " ".join(hint for _text, hint in found.questions)


@pytest.mark.django_db
def test_a_set_is_copied_once_and_a_change_of_it_changes_no_interview(owner: Member, web: Client) -> None:
    found = pipeline.at(Stage.IDEA, owner)
    mine = questions.set_for(owner.practice, "partner")
    assert questions.set_for(owner.practice, "partner") == mine
    assert texts(found) == texts(mine)
    first = mine.questions.first()
    path = f"/interviews/questions/{mine.public_id}/"
    web.post(path, {"act": "save", "question": first.public_id, "text": "Who are you?", "hint": "Short."})
    assert texts(mine)[0] == "Who are you?"
    assert texts(found)[0] == "Who are you, and whom do you help?"
    web.post(path, {"act": "down", "question": first.public_id})
    assert texts(mine)[1] == "Who are you?"
    web.post(path, {"act": "up", "question": first.public_id})
    web.post(path, {"act": "up", "question": first.public_id})
    assert texts(mine)[0] == "Who are you?"
    web.post(path, {"act": "add", "text": "And now?", "hint": ""})
    assert texts(mine)[-1] == "And now?"
    web.post(path, {"act": "remove", "question": first.public_id})
    assert "Who are you?" not in texts(mine)
    assert list(mine.questions.values_list("order", flat=True)) == sorted(
        mine.questions.values_list("order", flat=True)
    )


@pytest.mark.django_db
def test_what_is_wrong_is_said_beside_its_question_and_lost_nowhere(owner: Member, web: Client) -> None:
    mine = questions.set_for(owner.practice, "client")
    first, path = mine.questions.first(), f"/interviews/questions/{mine.public_id}/"
    answer = web.post(path, {"act": "save", "question": first.public_id, "text": "x" * 301})
    assert answer.status_code == 422
    assert "x" * 301 in answer.content.decode()
    assert web.post(path, {"act": "add", "text": " "}).status_code == 422
    assert web.post(path, {"act": "up", "question": "nobody"}).status_code == 404
    web.post(path, {"act": "nonsense", "question": first.public_id})
    assert texts(mine)[0] == first.text


@pytest.mark.django_db
def test_the_ready_sets_come_by_a_press_and_the_last_of_a_kind_stays(owner: Member, web: Client) -> None:
    assert "Take the ready sets" in web.get("/interviews/questions/").content.decode()
    assert not QuestionSet.objects.exists(), "looking copies nothing"
    web.post("/interviews/questions/", {"act": "ready"})
    web.post("/interviews/questions/", {"act": "ready"})
    assert QuestionSet.objects.count() == 4
    web.post("/interviews/questions/", {"act": "add", "name": "Short", "kind": "author"})
    short = QuestionSet.objects.get(name="Short")
    web.post(f"/interviews/questions/{short.public_id}/", {"act": "name", "name": "Shorter"})
    web.post(f"/interviews/questions/{short.public_id}/", {"act": "remove_set"})
    assert not QuestionSet.objects.filter(name__startswith="Short").exists()
    last = QuestionSet.objects.get(kind="author")
    web.post(f"/interviews/questions/{last.public_id}/", {"act": "remove_set"})
    assert QuestionSet.objects.filter(kind="author").exists()


@pytest.mark.django_db
def test_a_guest_is_asked_another_set_until_something_is_answered(owner: Member, web: Client) -> None:
    found = pipeline.at(Stage.AGREED, owner)
    other = questions.set_for(owner.practice, "author")
    path = f"/interviews/{found.public_id}/questions/"
    web.post(path, {"act": "give", "set": other.public_id})
    assert texts(found) == texts(other)
    asked = found.questions.first()
    Take.objects.create(practice=owner.practice, interview=found, question=asked, client_id="a")
    web.post(path, {"act": "give", "set": questions.set_for(owner.practice, "partner").public_id})
    assert texts(found) == texts(other)
    web.post(path, {"act": "remove", "question": asked.public_id})
    assert texts(found) == texts(other)
    pipeline.go(found, "record", pipeline.Who.GUEST)
    with pytest.raises(Refused):
        questions.add(by=owner, to=found, text="One more?")
    assert "Add it" not in web.get(path).content.decode()


@pytest.mark.django_db
def test_another_practice_changes_nothing(owner: Member) -> None:
    mine, other = questions.set_for(owner.practice, "partner"), make.member()
    before = texts(mine)
    for act in (
        lambda: questions.add(by=other, to=mine, text="x"),
        lambda: questions.change(by=other, question=mine.questions.first(), text="x"),
        lambda: questions.remove(by=other, question=mine.questions.first()),
        lambda: questions.shift(by=other, question=mine.questions.last(), up=True),
        lambda: questions.rename(by=other, of=mine, name="x"),
        lambda: questions.remove_set(by=other, of=mine),
    ):
        with pytest.raises(Refused):
            act()
    theirs = make.browser(other)
    assert theirs.get(f"/interviews/questions/{mine.public_id}/").status_code == 404
    assert texts(mine) == before
    assert Question.objects.exclude(practice=owner.practice).count() == 0
