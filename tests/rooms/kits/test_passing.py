"""Passing along: links, words, codes, cards, and the desk's pages of them."""

from __future__ import annotations

import io
import subprocess
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests import make
from tests.rooms.portal.cast import Published, publish, published

from passalong.accounts.models import Profession
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.models import PublicCheck
from passalong.kits import qr, sharing
from passalong.kits.content import Content
from passalong.kits.models import Channel, Hit, Link, SharePage
from passalong.kits.selectors import passing as selectors
from passalong.kits.services import passing
from passalong.kits.sharing import Words

pytestmark = pytest.mark.django_db
PUBLIC = "https://kits.example.org"


@pytest.fixture
def kit() -> Published:
    return published()


@pytest.fixture
def shared(settings: Any) -> str:
    """The server was seen at its public address."""
    settings.PUBLIC_URL = PUBLIC
    PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
    return PUBLIC


def base(kit: Published) -> str:
    return f"/kits/{kit.kit.public_id}/pass-along/"


def test_a_referrer_has_one_open_link_a_kit_and_way(kit: Published) -> None:
    again = passing.link_for(by=kit.owner, kit=kit.kit, referrer=kit.referrer)
    by_mail = passing.link_for(by=kit.owner, kit=kit.kit, referrer=kit.referrer, channel=Channel.MAIL)
    assert again == kit.link
    assert by_mail != kit.link
    passing.end_link(by=kit.owner, link=kit.link)
    passing.end_link(by=kit.owner, link=kit.link)
    fresh = passing.link_for(by=kit.owner, kit=kit.kit, referrer=kit.referrer)
    assert fresh.token != kit.link.token
    assert Link.objects.filter(ended_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_asked_for_by_many_at_once_it_is_one_link(kit: Published) -> None:
    found: list[str] = []
    gate = threading.Barrier(8)

    def make_one() -> None:
        from django.db import connections

        gate.wait()
        found.append(passing.link_for(by=kit.owner, kit=kit.kit, referrer=None).token)
        connections.close_all()

    threads = [threading.Thread(target=make_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_links_are_refused_for_archived_kits_strange_ways_and_other_practices(kit: Published) -> None:
    stranger = make.member()
    with pytest.raises(Refused):
        passing.link_for(by=stranger, kit=kit.kit, referrer=None)
    with pytest.raises(Refused):
        passing.link_for(by=kit.owner, kit=kit.kit, referrer=make.client(stranger))
    with pytest.raises(Refused):
        passing.link_for(by=kit.owner, kit=kit.kit, referrer=None, channel="pigeon")
    kit.kit.archived_at = clock.now()
    with pytest.raises(Refused):
        passing.link_for(by=kit.owner, kit=kit.kit, referrer=None)


def test_an_address_names_the_kit_server_and_nobody(kit: Published, settings: Any) -> None:
    assert selectors.url_of(kit.link) == ""
    settings.PUBLIC_URL = PUBLIC
    assert selectors.url_of(kit.link) == f"{PUBLIC}/k/{kit.link.token}"
    assert len(kit.link.token) == 10


def test_only_the_clients_own_words_enter_a_message() -> None:
    involves, link = "We talk for half an hour.", "https://x.example/k/abc"
    assert sharing.message(Words(), involves, link) == link
    assert (
        sharing.message(Words("They sorted out our books."), involves, link) == f"They sorted out our books.\n\n{link}"
    )
    assert sharing.message(Words("", "You said you lie awake.", True), involves, link) == (
        f"You said you lie awake.\n\nWe talk for half an hour.\n\n{link}"
    )
    for question in sharing.questions(make.practice("Berg")).values():
        assert question not in sharing.message(Words("a", "b", True), involves, link)


def test_the_buttons_carry_the_whole_message_and_nothing_to_break_out_of() -> None:
    text = 'One & two\n\n"three"?subject=x&bcc=a@b.example #4 ü\n\nhttps://x.example/k/abc'
    share = sharing.share(text, "Title\r\nBcc: evil@x.example")
    mail = urlsplit(share.mail)
    fields = parse_qs(mail.query)
    assert (mail.scheme, mail.path) == ("mailto", "")
    assert set(fields) == {"subject", "body"}
    assert "\n" not in fields["subject"][0]
    assert fields["body"][0].replace("\r\n", "\n") == text
    assert unquote(share.sms.removeprefix("sms:?&body=")) == text
    assert parse_qs(urlsplit(share.whatsapp).query)["text"] == [text]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("😀" * 35, 1),
    ],
)
def test_the_length_of_text_messages_is_told(text: str, messages: int) -> None:
    assert sharing.text_messages(text) == messages


def test_a_qr_code_is_read_by_a_reader(kit: Published, shared: str) -> None:
    address = selectors.url_of(kit.link)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr.png(address))))
    assert found.text == address
    assert b"<script" not in qr.svg(address)


def test_the_card_names_practice_title_and_address_and_nobody_else(kit: Published, shared: str, tmp_path: Path) -> None:
    card = make.browser(kit.owner).get(f"{base(kit)}{kit.link.public_id}/card.pdf")
    file = tmp_path / "card.pdf"
    file.write_bytes(card.content)
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    for word in ("Berg and Partners", "When the shop", f"kits.example.org/k/{kit.link.token}"):
        assert word in " ".join(text.split())
    assert "Okafor" not in text
    info = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info
    assert "Pages:           1" in info
    subprocess.run(["pdftoppm", "-r", "150", "-png", file, tmp_path / "card"], check=True)
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "card-1.png"))
    assert code.text == selectors.url_of(kit.link)


@pytest.mark.parametrize("title", ["x", "A long title " * 9, '#read("/etc/passwd") $x$ *b* <b>', "«Ünïcödé» 漢字"])
def test_a_card_takes_any_title_as_text(kit: Published, shared: str, title: str, tmp_path: Path) -> None:
    publish(kit.kit, Content(title=title.strip()))
    card = make.browser(kit.owner).get(f"{base(kit)}{kit.link.public_id}/card.pdf")
    (tmp_path / "card.pdf").write_bytes(card.content)
    info = subprocess.run(["pdfinfo", tmp_path / "card.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in info


def test_nothing_is_handed_out_before_the_server_was_seen(kit: Published, settings: Any) -> None:
    browser = make.browser(kit.owner)
    page = f"{base(kit)}{kit.link.public_id}/"
    for public, words in (("", "PUBLIC_URL is not set"), (PUBLIC, f"seen to answer at {PUBLIC}")):
        settings.PUBLIC_URL = public
        for path in (base(kit), page):
            text = browser.get(path).content.decode()
            assert words in text
            assert "Check now" in text
        assert "mailto:" not in text
        assert f"http://testserver/k/{kit.link.token}" in text, "an address to try"
        for file in ("code.svg", "code.png", "card.pdf"):
            assert browser.get(page + file).status_code == 404
    PublicCheck.objects.create(url="https://former.example.org", seen_at=clock.now())
    assert not selectors.sharing().is_on, "seen at another address"
    PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
    text = browser.get(page).content.decode()
    assert "mailto:" in text
    assert f"{PUBLIC}/k/{kit.link.token}" in text


def test_only_an_owner_checks_the_address(kit: Published, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assistant = make.browser(make.assistant(kit.owner.practice))
    assert "Check now" not in assistant.get(base(kit)).content.decode()
    assert "Only an owner" in assistant.post(f"{base(kit)}check/", follow=True).content.decode()
    answer = make.browser(kit.owner).post(f"{base(kit)}check/", follow=True)
    assert "does not answer" in answer.content.decode()


def test_the_desk_makes_a_link_writes_words_notes_passing_and_ends_it(kit: Published, shared: str) -> None:
    kit.owner.practice.profession = Profession.CONSULTANT
    kit.owner.practice.save()
    browser = make.browser(kit.owner)
    friend = make.client(kit.owner, "Bo Hill")
    assert "Bo Hill" in browser.get(base(kit) + "?who=hill").content.decode()
    made = browser.post(base(kit) + "make/", {"contact": friend.public_id, "channel": "mail"})
    page = made["Location"]
    link = Link.objects.get(referrer=friend)
    assert page == f"{base(kit)}{link.public_id}/"
    words = {"experience": "They sorted out our books.", "empathy": ""}
    assert browser.post(page, words, follow=True).status_code == 200
    text = browser.get(page).content.decode()
    assert f"They sorted out our books.\n\n{PUBLIC}/k/{link.token}</textarea>" in text
    browser.post(page + "passed/", {"channel": "text"})
    assert "Passed along once." in browser.get(page).content.decode()
    assert browser.post(page, {"experience": "x" * 1201}).status_code == 422
    pressed = browser.post(page, {"experience": "Hurry, or it is too late."})
    assert pressed.status_code == 422
    assert "all.client-words" in pressed.content.decode()
    browser.post(page + "end/")
    assert "This link has ended" in browser.get(page).content.decode()
    assert "Bo Hill" in browser.get(base(kit) + "?ended=1").content.decode()
    assert "Bo Hill" not in browser.get(base(kit)).content.decode()
    assert "has ended" in browser.post(page + "passed/", follow=True).content.decode()


def test_where_words_need_approval_the_desk_hands_out_the_link_alone(kit: Published, shared: str) -> None:
    kit.link.words = {"experience": "They sorted out our books.", "empathy": "", "involves": False}
    kit.link.save()
    for profession, stands in ((Profession.CONSULTANT, True), (Profession.DENTIST, False)):
        kit.owner.practice.profession = profession
        kit.owner.practice.save()
        text = make.browser(kit.owner).get(f"{base(kit)}{kit.link.public_id}/").content.decode()
        assert (f"books.\n\n{PUBLIC}/k/{kit.link.token}</textarea>" in text) is stands
        assert f"/words/for/{kit.referrer.public_id}/" in text


def test_a_private_address_is_shown_once_and_ends_the_one_before(kit: Published, shared: str) -> None:
    browser = make.browser(kit.owner)
    page = f"{base(kit)}{kit.link.public_id}/"
    secrets = []
    for _ in range(2):
        text = browser.post(page + "page/").content.decode()
        secrets.append(text.split(f"{PUBLIC}/pass/")[1].split('"')[0])
    assert f"{PUBLIC}/pass/" not in browser.get(page).content.decode()
    assert len(set(secrets)) == 2
    assert all(len(secret) >= 22 for secret in secrets), "128 bits and more"
    assert not SharePage.objects.filter(token_digest__in=secrets).exists(), "only a digest is kept"
    outside = make.browser(None)
    assert [outside.get(f"/pass/{secret}").status_code for secret in secrets] == [404, 200]
    browser.post(page + "page/", {"end": "1"})
    assert outside.get(f"/pass/{secrets[1]}").status_code == 404


def test_a_kit_that_is_not_out_is_said_so(kit: Published, shared: str) -> None:
    kit.edition.delete()
    browser = make.browser(kit.owner)
    assert "not published" in browser.get(base(kit)).content.decode()
    assert "not published just now" in browser.get(f"{base(kit)}{kit.link.public_id}/").content.decode()


def test_counts_are_of_people_and_passings(kit: Published) -> None:
    for view, verdict in (("a" * 12, "person"), ("a" * 12, "person"), ("b" * 12, "machine"), ("c" * 12, "person")):
        own = {"practice": kit.owner.practice, "link": kit.link, "view": view, "verdict": verdict}
        Hit.objects.create(at=clock.now(), kind="hit", method="GET", **own)
    passing.note_passing(by=kit.owner, link=kit.link)
    (row,) = selectors.link_rows([kit.link])
    assert (row.people, row.passed) == (2, 1)


def test_ten_thousand_links_are_listed_fast(kit: Published) -> None:
    people = [make.client(kit.owner, f"Person Number{word}") for word in ("One", "Two")]
    own = {"practice": kit.owner.practice, "kit": kit.kit, "ended_at": None}
    Link.objects.bulk_create(
        [Link(**(own | {"referrer": people[number % 2], "ended_at": clock.now()})) for number in range(10_000)]
    )
    browser = make.browser(kit.owner)
    path = base(kit) + "?ended=1&q=numberone"
    browser.get(path)
    began = clock.now()
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    took = (clock.now() - began).total_seconds()
    assert answer.content.decode().count("numberone".title().replace("one", "One")) >= 50
    assert len(queries) < 20
    assert took < 1.0
