"""The desk's pages of publishing: nothing, something, much; refused beside the field; another's are not there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import make
from tests.rooms.interviews import out

from passalong.audience.models import IssueItem
from passalong.audience.services import issues, items
from passalong.interviews.models import Episode, EpisodeVersion, Interview, Show, Stage, Voice
from passalong.interviews.services import publishing, withdrawing
from passalong.kits import bounded

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make.member(make.practice("Anders & Partners", profession="other"))


def test_from_an_approved_interview_to_a_page_by_forms_alone(owner: Any) -> None:
    talk, desk = out.approved(owner), make.browser(owner)
    at = f"/interviews/{talk.public_id}/publish/"
    page = desk.get(at).content.decode()
    assert "Write a title, and in a few sentences what it is about." in page
    said = {
        "title": "What nobody reads",
        "summary": "A talk about papers.",
        "shown_as": "Petra Partner",
        "snippet_start": "1.5",
        "relation": "partner",
        "paid": "nothing",
        "quote": out.QUOTE,
        "link_title_1": "Office",
        "link_url_1": "https://petra.example.org",
    }
    wrong = desk.post(f"{at}words/", said | {"link_url_1": "javascript:alert(1)"})
    assert wrong.status_code == 422
    assert "Links begin with https" in wrong.content.decode()
    assert desk.post(f"{at}words/", said).status_code == 302
    assert "Nothing stands in the way." in desk.get(at).content.decode()
    look = desk.get(f"{at}look/").content.decode()
    assert "I help families" in look
    assert desk.get(f"{at}card.png")["Content-Type"] == "image/png"
    assert desk.post(at).status_code == 302
    talk.refresh_from_db()
    assert talk.stage == Stage.PUBLISHED
    page = desk.get(at).content.decode()
    assert out.token(talk, "guest") in page
    assert desk.post(f"/interviews/{talk.public_id}/shared/").status_code == 302
    talk.refresh_from_db()
    assert talk.stage == Stage.SHARED
    down = f"/interviews/{talk.public_id}/take-down/"
    assert desk.post(down, {"why": ""}).status_code == 422
    assert desk.post(down, {"why": "The firm has moved."}).status_code == 302
    assert "Taken down on" in desk.get(at).content.decode()


@pytest.mark.storage
def test_a_full_issue_is_told_to_who_publishes_and_the_next_is_offered(owner: Any) -> None:
    issue = issues.create(by=owner)
    for number in range(items.MOST_ITEMS):
        items.add(by=owner, kind="words", title=f"Piece {number}", issue=issue)
    talk, desk = out.written(owner, out.approved(owner)), make.browser(owner)
    at = f"/interviews/{talk.public_id}/publish/"
    page = desk.post(at, follow=True).content.decode()
    assert "the issue you write on is full" in page
    assert "Put it into the next issue" in page
    assert issue.items.count() == items.MOST_ITEMS
    page = desk.post(f"{at}news/", follow=True).content.decode()
    assert f"It stands in issue {issue.number + 1} now." in page
    assert "Put it into the next issue" not in page
    desk.post(f"{at}news/")
    piece = IssueItem.objects.get(kind="episode")
    assert (piece.issue.number, piece.title) == (issue.number + 1, "What nobody reads")
    assert out.token(talk, "news") in piece.url
    other = make.browser(make.member())
    assert other.post(f"{at}news/").status_code == 404


def test_what_is_not_out_is_not_put_into_the_news(owner: Any) -> None:
    talk, desk = out.written(owner, out.approved(owner)), make.browser(owner)
    page = desk.post(f"/interviews/{talk.public_id}/publish/news/", follow=True).content.decode()
    assert "It is not published." in page
    publishing.publish(by=owner, interview=talk)
    items.remove(by=owner, item=IssueItem.objects.get())
    assert "stands in no issue" in desk.get(f"/interviews/{talk.public_id}/publish/").content.decode()
    withdrawing.take_down(by=owner, interview=talk, why="The firm has moved.")
    desk.post(f"/interviews/{talk.public_id}/publish/news/")
    assert not IssueItem.objects.exists()


@pytest.mark.parametrize("where", ["interview", "show"])
def test_a_picture_beyond_the_bound_is_read_no_further_and_no_word_is_lost(
    owner: Any, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, desk = out.written(owner, out.approved(owner)), make.browser(owner)
    at = f"/interviews/{talk.public_id}/publish/words/" if where == "interview" else "/interviews/show/"
    passed, real = 0, bounded.Bounded.receive_data_chunk

    def watched(self: bounded.Bounded, raw_data: bytes, start: int) -> bytes:
        nonlocal passed
        kept = real(self, raw_data, start)
        passed += len(kept)
        return kept

    monkeypatch.setattr(bounded.Bounded, "receive_data_chunk", watched)
    huge = SimpleUploadedFile("huge.jpg", b"x" * (40 << 20), content_type="image/jpeg")
    said = {"title": "Typed a moment ago", "quote": "A typed sentence.", "link_title_1": "Typed page", "picture": huge}
    answer = desk.post(at, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The picture is larger than 10 MB. Save it smaller, then add it." in page
    assert passed <= 10 << 20, "what comes after the bound never reaches a disk"
    assert "Typed a moment ago" in page
    assert where == "show" or ("A typed sentence." in page and "Typed page" in page)


@pytest.mark.parametrize("where", ["interview", "show"])
def test_the_token_of_the_form_is_asked_for_all_the_same(owner: Any, where: str) -> None:
    talk = out.written(owner, out.approved(owner))
    at = f"/interviews/{talk.public_id}/publish/words/" if where == "interview" else "/interviews/show/"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = make.browser(owner).cookies
    assert strict.post(at, {"title": "Not mine"}).status_code == 403


def test_the_show_with_nothing_and_with_much(owner: Any, django_assert_max_num_queries: Any) -> None:
    desk = make.browser(owner)
    assert "stand here" in desk.get("/interviews/show/").content.decode()
    said = {"title": "Plain talk", "about": "About work.", "language": "en", "category": "Business"}
    assert desk.post("/interviews/show/", said).status_code == 302
    assert Show.objects.get().title == "Plain talk"
    rows = [Interview(practice=owner.practice, kind="author", stage="closed", is_open=False) for _ in range(500)]
    Interview.objects.bulk_create(rows)
    Episode.objects.bulk_create(
        Episode(practice=owner.practice, interview=one, number=number, title=f"Talk {number}", summary="x")
        for number, one in enumerate(Interview.objects.all(), 1)
    )
    with django_assert_max_num_queries(20):
        page = desk.get("/interviews/show/").content.decode()
    assert "Talk 500" in page
    assert "Talk 450" not in page
    assert desk.get("/interviews/show/cover/")["Content-Type"] == "image/png"


def test_another_practices_pages_are_not_there(owner: Any) -> None:
    talk, stranger = out.published(owner), make.browser(make.member())
    at = f"/interviews/{talk.public_id}/"
    for path in ("publish/", "publish/look/", "publish/picture/", "publish/card.png"):
        assert stranger.get(f"{at}{path}").status_code == 404
    for path in ("publish/", "publish/words/", "publish/ask/", "share/", "shared/", "take-down/"):
        assert stranger.post(f"{at}{path}", {"why": "a long enough reason"}).status_code == 404
    assert stranger.get(f"/interviews/{talk.public_id}/numbers.json").status_code == 404
    assert EpisodeVersion.objects.get().withdrawn_at is None


def test_the_page_of_the_interview_tells_how_it_stands(owner: Any) -> None:
    talk = out.published(owner)
    answer = make.browser(owner).get(f"/interviews/{talk.public_id}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f"/interviews/{talk.public_id}/publish/" in page
    assert "Came through the guest" in page


def test_a_voice_named_afterwards_takes_nothing_away_by_itself(owner: Any) -> None:
    talk = out.published(owner)
    web = make.browser(owner)
    said = web.post(f"/interviews/{talk.public_id}/recording/voices", {"name": "Sam Ode", "role": "other"})
    assert said.status_code == 422
    assert "take it down first" in said.content.decode()
    assert withdrawing.watch() == 0
    assert not Voice.objects.filter(name="Sam Ode").exists()
