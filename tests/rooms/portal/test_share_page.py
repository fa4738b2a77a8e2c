"""A referrer's private page: opened by a secret, changed only by its buttons, and silent about readers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from tests import make
from tests.rooms.portal.cast import Published, published

from passalong.core import clock
from passalong.core.ids import digest
from passalong.core.models import PublicCheck
from passalong.introductions.models import Thanks
from passalong.introductions.services import Answer, record_reply
from passalong.kits.models import Hit, Link, Passing, SharePage
from passalong.kits.selectors import passing as selectors
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db
PUBLIC = "https://kits.example.org"


@pytest.fixture
def kit(settings: Any) -> Published:
    settings.PUBLIC_URL = PUBLIC
    PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
    return published()


@pytest.fixture
def path(kit: Published) -> str:
    return f"/pass/{passing.make_share_page(by=kit.owner, link=kit.link)}"


def test_the_page_has_all_that_is_needed_to_pass_the_kit_along(kit: Published, path: str) -> None:
    answer = Client().get(path)
    text = answer.content.decode()
    for word in (f"{PUBLIC}/k/{kit.link.token}", "mailto:?", "sms:?", "https://wa.me/", "card.pdf"):
        assert word in text
    assert kit.owner.practice.name in text
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    for file, kind in (("code.svg", "image/svg+xml"), ("card.pdf", "application/pdf")):
        assert Client().get(f"{path}/{file}")["Content-Type"] == kind


def test_opening_changes_nothing_and_buttons_do(kit: Published, path: str) -> None:
    scanner = Client()
    for method in (scanner.get, scanner.head, scanner.options):
        method(path)
        method(f"{path}?act=passed&experience=x")
    assert not Passing.objects.exists()
    assert not Hit.objects.exists()
    assert scanner.post(path, {"act": "passed", "channel": "mail"}).status_code == 303
    assert "Passed along once." in scanner.get(path).content.decode()
    assert Passing.objects.get().said_by == "referrer"
    assert scanner.post(path, {"act": "words", "experience": "They sorted out our books."}).status_code == 200
    assert scanner.post(path, {"act": "passed" * 9}).status_code == 200
    kit.link.refresh_from_db()
    assert kit.link.words == {}, "words are written on a page of their own"
    assert Passing.objects.count() == 1


def test_nothing_about_readers_is_told(kit: Published, path: str) -> None:
    before = Client().get(path).content
    own = {"practice": kit.owner.practice, "link": kit.link, "view": "a" * 12, "verdict": "person"}
    Hit.objects.create(at=clock.now(), kind="engaged", method="POST", **own)
    answer = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example", note="Please")
    record_reply(link=kit.link, edition=kit.edition, answer=answer)
    assert Client().get(path).content == before


def test_a_secret_opens_its_own_page_only(kit: Published, path: str) -> None:
    secret = path.removeprefix("/pass/")
    assert Client().get(f"/k/{secret}").status_code == 404
    enter = Client().get(f"/enter/{secret}/")
    assert "_auth_user_id" not in enter.client.session
    assert not SharePage.objects.filter(token_digest=digest(secret)).exists(), "the digest is bound to its purpose"
    for wrong in (secret[:-1], secret.swapcase(), kit.link.token, "x" * 5000, "%00", ".."):
        assert Client().get(f"/pass/{wrong}").status_code == 404, wrong


def test_guessing_is_slowed(kit: Published, path: str) -> None:
    answers = [Client().get(f"/pass/guess{number}").status_code for number in range(100)]
    assert set(answers) == {404, 429}
    assert Client().get(path).status_code == 200, "a true secret still opens"


def test_another_site_posts_nothing(kit: Published, path: str) -> None:
    for sent in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        assert Client().post(path, {"act": "passed"}, **sent).status_code == 403
    assert not Passing.objects.exists()


def test_the_page_ends_with_link_and_kit(kit: Published, path: str) -> None:
    passing.end_link(by=kit.owner, link=kit.link)
    assert Client().get(path).status_code == 410
    passing.link_for(by=kit.owner, kit=kit.kit, referrer=kit.referrer)
    assert Client().get(path).status_code == 200
    kit.edition.delete()
    assert "not published just now" in Client().get(path).content.decode()
    kit.kit.archived_at = clock.now()
    kit.kit.save()
    assert Client().get(path).status_code == 410


def test_a_link_that_ends_while_it_is_noted_is_over(kit: Published, path: str, monkeypatch: Any) -> None:
    passing.end_link(by=kit.owner, link=kit.link)
    monkeypatch.setattr(selectors, "links_of_page", lambda _page: [kit.link])
    assert Client().post(path, {"act": "passed"}).status_code == 410
    assert not Passing.objects.exists()


def test_our_own_link_has_no_private_page(kit: Published) -> None:
    own = passing.link_for(by=kit.owner, kit=kit.kit, referrer=None)
    page = f"/kits/{kit.kit.public_id}/pass-along/{own.public_id}/"
    browser = make.browser(kit.owner)
    assert "Their own page" not in browser.get(page).content.decode()
    assert "Only a client" in browser.post(page + "page/", follow=True).content.decode()
    assert Link.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_fifty_times_passed_along_at_once_are_one_thank_you(kit: Published, path: str) -> None:
    gate, said = threading.Barrier(50), []

    def send(number: int) -> None:
        gate.wait()
        try:
            sent = {"act": "passed", "channel": "mail"}
            said.append(Client(REMOTE_ADDR=f"198.51.100.{number}").post(path, sent).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [303] * 50
    assert Thanks.objects.get().referrer == kit.referrer
