"""Ways the client goes by own hand: words, the letter as PDF and DOCX, the mail as a draft, the call; pages of both."""

from __future__ import annotations

import io
from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader
from tests import make

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions import answer_pages, own_pages
from passalong.introductions.models import Introduction, Stage, Thanks, Way
from passalong.introductions.services import move, open_introduction, report_yes, withdraw_introduction
from passalong.introductions.services import ways as services
from passalong.introductions.stages import Who
from passalong.mail.services import outbox, sending

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed

pytestmark = pytest.mark.django_db
WORDS = "Dear Jo,\n\nThey took the time to listen to me – “twice”.\n\nAnn\nOkafor"


def agreed(passed: Passed) -> Introduction:
    passed.works_as("consultant")
    jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
    return open_introduction(by=passed.by, referrer=passed.ann, prospect=jo)


def reported(passed: Passed) -> Introduction:
    row = agreed(passed)
    report_yes(by=passed.by, introduction=row, on=clock.today(), words="Jo would like that very much")
    row.refresh_from_db()
    return row


def answered(passed: Passed) -> Introduction:
    """An own yes, which the client may not know of."""
    row = agreed(passed)
    move(introduction=row, act="answer yes", who=Who.PERSON)
    Introduction.objects.filter(pk=row.pk).update(answered_how="own")
    row.refresh_from_db()
    return row


def prepared(passed: Passed, row: Introduction, kind: str, words: str = WORDS) -> Way:
    subject = "Jo Lind, meet Rowan" if kind == "mail" else ""
    return services.prepare(by=passed.by, introduction=row, kind=kind, subject=subject, words=words)


def desk(passed: Passed, row: Introduction, rest: str) -> Any:
    return make.browser(passed.by).get(f"/introductions/{row.public_id}/ways/{rest}")


def test_letter_and_call_name_the_page_where_the_friend_answers_by_themselves(passed: Passed, settings: Any) -> None:
    row = agreed(passed)
    address = answer_pages.address_of(row)
    assert address.startswith(settings.PUBLIC_URL)
    letter, call = prepared(passed, row, "letter"), prepared(passed, row, "call")
    paper = PdfReader(io.BytesIO(desk(passed, row, "letter/pdf").content)).pages[0].extract_text()
    assert address in "".join(paper.split())
    written = Document(io.BytesIO(desk(passed, row, "letter/docx").content)).paragraphs
    assert any(address in one.text for one in written)
    own = Client().get(f"/way/{own_pages.token_of_way(services.open_page(by=passed.by, way=call))}").content.decode()
    for told in (desk(passed, row, "call/print").content.decode(), desk(passed, row, "letter/").content.decode(), own):
        assert address in told
    assert Client().get(address.removeprefix(settings.PUBLIC_URL)).status_code == 200
    passed.kit.link.kit.editions.update(state="withdrawn")
    assert address not in desk(passed, row, "call/print").content.decode(), "no page is named that is not there"
    assert not letter.used_at


def test_what_pasted_words_bring_along_spoils_no_paper(passed: Passed) -> None:
    """A word processor breaks lines by a vertical tab; other marks of control come from anywhere."""
    row = agreed(passed)
    prepared(passed, row, "letter", "Dear Jo,\x0bthey helped me\x01 a lot.\x0c\n\nAnn")
    for paper in ("letter/pdf", "letter/docx"):
        assert desk(passed, row, paper).status_code == 200
    written = [one.text for one in Document(io.BytesIO(desk(passed, row, "letter/docx").content)).paragraphs]
    assert "Dear Jo,\nthey helped me a lot." in written


def test_the_letter_reads_back_from_pdf_and_docx(passed: Passed) -> None:
    row = agreed(passed)
    prepared(passed, row, "letter")
    pdf, docx = desk(passed, row, "letter/pdf"), desk(passed, row, "letter/docx")
    read = " ".join(PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().split())
    written = [one.text for one in Document(io.BytesIO(docx.content)).paragraphs]
    assert pdf["Content-Type"] == "application/pdf"
    assert "wordprocessingml" in docx["Content-Type"]
    for part in ("Dear Jo,", "They took the time to listen to me – “twice”.", "Ann Okafor"):
        assert part in read
    assert "They took the time to listen to me – “twice”." in written
    assert written[0] == "Ann Okafor"
    assert "jo@lind.example" not in read + " ".join(written)


def test_the_mail_of_three_opens_as_a_draft_without_the_friends_address(passed: Passed) -> None:
    row = reported(passed)
    prepared(passed, row, "mail")
    answer = desk(passed, row, "mail/eml")
    mail = message_from_bytes(answer.content, policy=policy.default)
    assert answer["Content-Type"] == "message/rfc822"
    assert (mail["Subject"], mail["Cc"], mail["To"], mail["From"]) == (
        "Jo Lind, meet Rowan",
        passed.by.user.email,
        None,
        None,
    )
    assert mail["X-Unsent"] == "1"
    assert mail.get_content().replace("\r\n", "\n").strip() == WORDS
    page = desk(passed, row, "mail/").content.decode()
    link = urlsplit(next(part for part in page.split('"') if part.startswith("mailto:")).replace("&amp;", "&"))
    query = parse_qs(link.query)
    assert link.path == ""
    assert query["cc"] == [passed.by.user.email]
    assert unquote(query["body"][0]).replace("\r\n", "\n") == WORDS
    assert "jo@lind.example" not in page
    assert not passed.sink.received


def test_the_call_sheet_gives_first(passed: Passed) -> None:
    row = agreed(passed)
    start = desk(passed, row, "call/").context["form"].initial["words"]
    assert start.splitlines()[0].startswith("Give first")
    prepared(passed, row, "call", start)
    paper = desk(passed, row, "call/print").content.decode()
    assert paper.count("print-tick") == len(start.splitlines())


@pytest.mark.storage
def test_the_client_gets_a_page_and_says_that_it_is_done(passed: Passed) -> None:
    row = agreed(passed)
    way = prepared(passed, row, "letter")
    message = services.hand_over(by=passed.by, way=way)
    outbox.send(by=passed.by, message=message)
    sending.deliver(run_for=20)
    (mail,) = passed.sink.received
    address = own_pages.address_of_way(way)
    assert mail.recipients == ["ann@client.example"]
    assert address in mail.parsed.get_body(("plain",)).get_content()
    path, client = urlsplit(address).path, make.browser()
    assert WORDS.splitlines()[2] in client.get(path).content.decode()
    assert client.get(f"{path}/letter.pdf")["Content-Type"] == "application/pdf"
    row.refresh_from_db()
    assert row.stage == Stage.AGREED, "looking moves nothing"
    for _again in range(2):
        assert client.post(path, {"act": "used"}).status_code == 303
    row.refresh_from_db()
    assert row.stage == Stage.PASSED
    assert row.steps.filter(act="pass along", who=Who.REFERRER).count() == 1
    assert Thanks.objects.filter(referrer=passed.ann, because="sent").count() == 1
    way.refresh_from_db()
    assert bytes(way.final.content).decode() == WORDS


def test_a_mail_of_three_introduces_whoever_said_yes(passed: Passed) -> None:
    row = reported(passed)
    services.used(by=passed.by, way=prepared(passed, row, "mail"))
    row.refresh_from_db()
    assert row.stage == Stage.INTRODUCED
    with pytest.raises(Refused, match="used these words"):
        prepared(passed, row, "mail", "Other words.")


def test_no_mail_of_three_before_a_yes_or_where_it_would_tell_of_one(passed: Passed) -> None:
    row = answered(passed)
    with pytest.raises(Refused, match="not allowed that"):
        prepared(passed, row, "mail")
    Introduction.objects.filter(pk=row.pk).update(stage=Stage.AGREED, answered_how="")
    row.refresh_from_db()
    with pytest.raises(Refused, match="once they have said yes"):
        prepared(passed, row, "mail")
    assert prepared(passed, row, "call").pk


def test_what_the_client_holds_is_the_same_whatever_the_friend_does(passed: Passed) -> None:
    """Page and letter, byte for byte: agreed, said yes without telling, said no."""
    row = agreed(passed)
    way = services.open_page(by=passed.by, way=prepared(passed, row, "letter"))
    path, client, seen = f"/way/{own_pages.token_of_way(way)}", make.browser(), []
    for act in ("", "answer yes", "answer no"):
        if act:
            move(introduction=row, act=act, who=Who.PERSON)
        seen.append((client.get(path).content, client.get(f"{path}/letter.docx").status_code))
    assert len(set(seen)) == 1
    assert client.post(path, {"act": "used"}).status_code == 303


def test_the_page_of_a_mail_of_three_tells_of_nothing_the_friend_does_later(passed: Passed) -> None:
    row = reported(passed)
    way = services.open_page(by=passed.by, way=prepared(passed, row, "mail"))
    path, client = f"/way/{own_pages.token_of_way(way)}", make.browser()
    before = client.get(path).content
    move(introduction=row, act="take back", who=Who.PERSON)
    assert client.get(path).content == before
    assert client.get(f"{path}/mail.eml").status_code == 200
    assert client.post(path, {"act": "used"}).status_code == 303
    row.refresh_from_db()
    assert row.stage == Stage.CLOSED, "it moves nobody"


def test_pages_end_on_their_day_and_unknown_ones_say_nothing(passed: Passed) -> None:
    row = reported(passed)
    way = services.open_page(by=passed.by, way=prepared(passed, row, "mail"))
    path, client = f"/way/{own_pages.token_of_way(way)}", make.browser()
    opened = client.get(path)
    assert opened.status_code == 200
    assert opened["Cache-Control"] == "no-store"
    assert not opened.cookies
    assert client.get("/way/" + "x" * 32).status_code == 404
    assert client.get(f"{path}/letter.pdf").status_code == 404, "a mail is no letter"
    assert make.browser(passed.by).post(path, {"act": "used"}).status_code == 403
    withdraw_introduction(by=passed.by, introduction=row)
    assert client.get(path).status_code == 410
    own = {"practice": passed.practice, "introduction": row}
    letter = services.open_page(by=passed.by, way=Way.objects.create(kind="letter", words="Dear Jo", **own))
    Way.objects.filter(pk=letter.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert client.get(f"/way/{own_pages.token_of_way(letter)}").status_code == 410


def test_forbidden_words_another_practice_and_the_end_are_refused(passed: Passed) -> None:
    row = agreed(passed)
    passed.works_as("adviser")
    with pytest.raises(Refused, match="approve"):
        prepared(passed, row, "letter")
    with pytest.raises(Refused) as refused:
        prepared(passed, row, "call", "My portfolio returned 12% a year with them.")
    assert refused.value.field == "words"
    passed.works_as("consultant")
    for words in ("", " \n "):
        with pytest.raises(Refused):
            prepared(passed, row, "letter", words)
    with pytest.raises(Refused):
        services.prepare(by=make.member(), introduction=row, kind="call", words="Hello there.")
    assert make.browser(make.member()).get(f"/introductions/{row.public_id}/ways/call/").status_code == 404
    withdraw_introduction(by=passed.by, introduction=row)
    with pytest.raises(Refused, match="before it is over"):
        prepared(passed, row, "call")
    assert not Way.objects.exists()


def test_the_four_ways_stand_on_the_introduction_in_a_fixed_number_of_queries(
    passed: Passed, django_assert_max_num_queries: Any
) -> None:
    from passalong.introductions.selectors.ways import context

    row = reported(passed)
    with django_assert_max_num_queries(6):
        assert not any(one.why_not for one in context(passed.practice, Introduction.objects.get())["ways"])
    for kind in ("mail", "letter", "call"):
        prepared(passed, row, kind)
    with django_assert_max_num_queries(3):
        shown = context(passed.practice, Introduction.objects.get())["ways"]
    assert [one.kind for one in shown] == ["mail", "letter", "call", "lunch"]
    assert [one.state for one in shown[:3]] == ["Prepared"] * 3
    page = make.browser(passed.by).get(f"/introductions/{row.public_id}/ways/")
    assert page.status_code == 200
    assert b"Lunch for three" in page.content
