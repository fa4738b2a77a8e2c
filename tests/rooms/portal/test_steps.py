"""Next steps taken on a kit's page, and the files behind its link."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from tests.rooms.portal.cast import Answered, Published, ask, published

from passalong.core import blobs, clock
from passalong.introductions.answer_pages import path_of_reply
from passalong.introductions.models import AttributionEvidence, Credit, Introduction, Reply
from passalong.kits.content import Step, StepKind
from passalong.kits.models import EditionFile, EditionState, FileName
from passalong.portal import limits, state, steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
Lines = Callable[[], list[dict[str, Any]]]
VIEW = "abcdefghijkl"
YES = {
    "step": "two_questions",
    "view": VIEW,
    "needs_help": "yes",
    "wish": "yes",
    "name": "Jo Lind",
    "reach": "jo@lind.example",
    "passed_by": "Ann Okafor",
}


@pytest.fixture
def kit() -> Published:
    return published()


def post(application: Any, kit: Published, said: dict[str, str], **more: str) -> Answered:
    return ask(application, kit.path, "POST", body=urlencode(said).encode(), **more)


def test_an_answer_is_kept_with_its_evidence_and_credit(kit: Published, application: Any, journal_lines: Lines) -> None:
    answer = post(application, kit, YES | {"note": "My father wants to retire."})
    assert answer.status == 200
    assert b"will get in touch" in answer.body
    assert b"is not told what you answered" in answer.body
    assert f'<a href="{kit.path}">Back to the page</a>'.encode() in answer.body
    reply = Reply.objects.get()
    assert (reply.needs_help, reply.wish, reply.name, reply.reach) == (True, "yes", "Jo Lind", "jo@lind.example")
    assert {one.kind: one.referrer for one in reply.evidence.all()} == {"link": kit.referrer, "said": kit.referrer}
    assert Credit.objects.get().referrer == kit.referrer
    line = journal_lines()[-1]
    assert (line["kind"], line["what"], line["view"]) == ("engaged", "step", VIEW)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"needs_help": ""}, b"choose one of the answers"),
        ({"wish": ""}, b"choose one of the answers"),
        ({"wish": "maybe"}, b"choose one of the answers"),
        ({"name": " "}, b"what we may call you"),
        ({"reach": ""}, b"mail address or a phone number"),
        ({"reach": "javascript:alert(1)"}, b"mail address or a phone number"),
        ({"note": "x" * 1001}, b"under 1000 characters"),
    ],
)
def test_an_answer_that_is_not_given_is_asked_for_again(
    kit: Published, application: Any, journal_lines: Lines, said: dict[str, str], words: bytes
) -> None:
    answer = post(application, kit, YES | said)
    assert answer.status == 422
    assert words in answer.body
    assert b'value="Ann Okafor"' in answer.body, "what was written is not lost"
    assert f'value="{VIEW}"></body>'.encode() in answer.body, "the next try goes on from the same view"
    assert not Reply.objects.exists()
    assert not journal_lines()


def test_nobody_who_says_no_must_say_who_they_are(kit: Published, application: Any) -> None:
    for wish, words in (("no", b"Nobody will contact you."), ("not_now", b"come back to the page")):
        answer = post(application, kit, {"step": "two_questions", "view": wish * 6, "needs_help": "no", "wish": wish})
        assert answer.status == 200
        assert words in answer.body
    assert not Credit.objects.exists()


def test_what_is_written_comes_back_inert(kit: Published, application: Any) -> None:
    evil = '"><script>alert(1)</script>'
    answer = post(application, kit, YES | {"name": evil, "wish": ""})
    assert b"<script>alert" not in answer.body
    assert b"&lt;script&gt;alert" in answer.body


def test_a_time_is_asked_for_by_its_number(kit: Published, application: Any) -> None:
    who = {"step": "times", "name": "Jo Lind", "reach": "+1 555 010 0199"}
    assert b"choose one of the times" in post(application, kit, who).body
    assert b"choose one of the times" in post(application, kit, who | {"chosen_time": "7"}).body
    assert b"Friday 14:00" in post(application, kit, who | {"chosen_time": "1"}).body
    assert Reply.objects.get().chosen_time == "Friday 14:00"


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ({"step": "booking"}, "https://calendar.example.org/berg"),
        (
            {"step": "booking", "target": "https://evil.example", "next": "//evil.example"},
            "https://calendar.example.org/berg",
        ),
        ({"step": "mail"}, "mailto:office@berg.example"),
        ({"step": "phone"}, "tel:+15550100"),
    ],
)
def test_a_step_leads_where_the_edition_says_and_nowhere_else(
    kit: Published, application: Any, said: dict[str, str], target: str
) -> None:
    answer = post(application, kit, said | {"view": VIEW})
    assert (answer.status, answer.headers.get("Location")) == (200, None)
    assert re.findall(r'<a [^>]*href="([^"]*)"', answer.body.decode()) == [target, kit.path]
    assert f'href="{target}" rel="noopener noreferrer"'.encode() in answer.body
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert Reply.objects.get().step == said["step"]


@pytest.mark.parametrize(
    ("file", "name"), [("report", "report"), ("white_paper", "white-paper"), ("../../etc/passwd", "report")]
)
def test_a_download_leads_to_a_file_of_this_link(kit: Published, application: Any, file: str, name: str) -> None:
    answer = post(application, kit, {"step": "download", "file": file, "view": VIEW})
    assert (answer.status, answer.headers["Location"]) == (303, f"{kit.path}/{name}.pdf")
    assert Reply.objects.get().step == "download"


@pytest.mark.parametrize(
    "target",
    [
        "http://calendar.example.org",
        "//evil.example",
        "\\\\evil.example",
        "https:\\\\evil.example",
        "https://good.example@evil.example",
        "https://good.example\\@evil.example",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://x.example/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_an_unsafe_address_leads_nowhere(target: str) -> None:
    assert steps.outward(Step(StepKind.BOOKING, target)) == ""


@pytest.mark.parametrize("target", ["a@b.example?bcc=c@d.example", "x\r\nBcc: y@z.example", "no address"])
def test_a_mail_address_brings_nothing_along(target: str) -> None:
    found = steps.outward(Step(StepKind.MAIL, target))
    assert "\n" not in found
    assert "?" not in found
    assert found == "" or found.count("@") <= 2


def test_a_step_the_edition_does_not_offer_is_not_taken(kit: Published, application: Any) -> None:
    for step in ("", "pay", "two_questions'"):
        assert post(application, kit, YES | {"step": step}).status == 400
    assert not Reply.objects.exists()


def test_fifty_posts_of_one_answer_at_once_are_one_reply(kit: Published, application: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "POSTS_OF_ADDRESS", limits.Limiter(1000, 60))
    monkeypatch.setattr(limits, "POSTS_OF_LINK", limits.Limiter(1000, 60))
    found: list[int] = []
    gate = threading.Barrier(50)

    def send() -> None:
        from django.db import connections

        gate.wait()
        found.append(post(application, kit, YES).status)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 50
    assert (Reply.objects.count(), Credit.objects.count(), AttributionEvidence.objects.count()) == (1, 1, 2)
    assert Introduction.objects.get().steps.get().act == "answer yes"


def test_an_answer_leads_on_to_a_page_of_ones_own(kit: Published, application: Any) -> None:
    own = path_of_reply(Reply.objects.get()) if post(application, kit, YES).status == 200 else ""
    assert own
    again = post(application, kit, YES)
    assert f'href="{own}"'.encode() in again.body
    assert ask(application, own).status == 200
    ask(application, own, "POST", body=b"answer=take_back")
    assert b"it stays so" in post(application, kit, YES).body
    assert Introduction.objects.get().outcome == "taken_back"


def test_what_somebody_else_could_put_together_gives_no_page_away(kit: Published, application: Any) -> None:
    who = {"step": "times", "name": "Jo Lind", "reach": "+1 555 010 0199", "chosen_time": "1"}
    assert b"/answer/" not in post(application, kit, who).body


def test_one_address_answers_so_often_an_hour(kit: Published, application: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "ANSWERS_OF_ADDRESS", limits.AddressLimiter(2, 3600))
    codes = [post(application, kit, YES | {"view": f"abcdefghijk{n}"}).status for n in range(3)]
    assert codes == [200, 200, 429]
    assert post(application, kit, {"step": "phone"}).status == 200


def test_going_back_and_answering_otherwise_changes_the_one_reply(kit: Published, application: Any) -> None:
    post(application, kit, YES)
    post(application, kit, YES | {"wish": "no"})
    assert Reply.objects.get().wish == "no"


def test_a_flood_of_posts_is_stopped_calmly(kit: Published, application: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "POSTS_OF_ADDRESS", limits.Limiter(40, within=1e9))
    answers = [post(application, kit, {"step": "phone"}).status for _ in range(100)]
    assert answers == [200] * 40 + [429] * 60
    last = post(application, kit, YES)
    assert last.headers["Retry-After"]
    assert b"try again" in last.body
    elsewhere = post(application, kit, YES, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status == 200, "others are not stopped"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_ORIGIN": "https://evil.example"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "null"}, 200),
        ({"HTTP_ORIGIN": "null"}, 200),
        ({"HTTP_ORIGIN": "http://localhost:8000"}, 200),
        ({}, 200),
    ],
)
def test_only_our_own_page_posts(kit: Published, application: Any, sent: dict[str, str], status: int) -> None:
    assert post(application, kit, YES, **sent).status == status
    assert Reply.objects.count() == (status == 200)


def test_a_body_too_long_is_not_read(kit: Published, application: Any) -> None:
    assert post(application, kit, YES | {"note": "x" * 30_000}).status == 413
    assert ask(application, kit.path, "POST", CONTENT_LENGTH="9" * 40).status in (400, 413)


def test_no_step_is_taken_where_nothing_is_shown(kit: Published, application: Any) -> None:
    kit.edition.state = EditionState.WITHDRAWN
    kit.edition.save()
    assert post(application, kit, YES).status == 410
    assert ask(application, f"/k/{'z' * 10}", "POST", body=b"step=phone").status == 404
    assert not Reply.objects.exists()


def with_file(kit: Published, name: str, content: bytes, media_type: str, **more: Any) -> str:
    blob = blobs.keep(kit.owner.practice_id, content, media_type)
    EditionFile.objects.create(practice=kit.owner.practice, edition=kit.edition, name=name, blob=blob, **more)
    return blob.digest


def test_a_pdf_is_noted_each_time_and_gone_with_the_edition(
    kit: Published, application: Any, journal_lines: Lines
) -> None:
    assert ask(application, kit.path + "/report.pdf").status == 404
    with_file(kit, FileName.REPORT, b"%PDF-1.7 own", "application/pdf")
    with_file(kit, FileName.REPORT, b"%PDF-1.7 of this link", "application/pdf", link=kit.link)
    answer, head = (ask(application, kit.path + "/report.pdf", method) for method in ("GET", "HEAD"))
    assert (answer.status, answer.body, head.status) == (200, b"%PDF-1.7 of this link", 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "when-the-shop-passes-on.pdf" in answer.headers["Content-Disposition"]
    assert [(line["method"], line["file"]) for line in journal_lines()] == [("GET", "report"), ("HEAD", "report")]
    assert ask(application, kit.path + "/white-paper.pdf").status == 404
    kit.link.ended_at = clock.now()
    kit.link.save()
    assert ask(application, kit.path + "/report.pdf").status == 410


def test_a_pdf_withdrawn_between_look_and_answer_is_over(kit: Published, application: Any, monkeypatch: Any) -> None:
    with_file(kit, FileName.REPORT, b"%PDF-1.7 own", "application/pdf")
    there = state.look(connection, kit.link.token)
    kit.edition.state = EditionState.WITHDRAWN
    kit.edition.save()
    monkeypatch.setattr(state, "look", lambda *_asked: there)
    answer = ask(application, kit.path + "/report.pdf")
    assert (answer.status, b"has been taken down" in answer.body) == (410, True)


def test_a_picture_is_there_while_an_edition_shows_it(kit: Published, application: Any) -> None:
    digest = with_file(kit, FileName.PICTURE, b"\x89PNG picture", "image/png")
    answer = ask(application, f"/k/picture/{digest}")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"\x89PNG picture", "image/png")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert ask(application, f"/k/picture/{digest}", HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status == 304
    hidden = blobs.keep(kit.owner.practice_id, b"a draft's picture", "image/png")
    assert ask(application, f"/k/picture/{hidden.digest}").status == 404
    kit.edition.state = EditionState.WITHDRAWN
    kit.edition.save()
    gone = ask(application, f"/k/picture/{digest}", HTTP_IF_NONE_MATCH=answer.headers["ETag"])
    assert gone.status == 404, "not even as unchanged"
