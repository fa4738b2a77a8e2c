"""A client writes to a friend on the own page: own words first, nothing kept before the confirmation, nothing sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connections
from django.test import Client
from tests import make
from tests.rooms.portal.cast import Published, published
from tests.rooms.portal.visiting import visit

from passalong.accounts.models import Profession
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.introductions.models import Recommendation, Thanks
from passalong.kits.models import Passing
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db
PUBLIC = "https://kits.example.org"
SAID = "They took a week to understand our shop before they said a word."


@pytest.fixture
def kit(settings: Any) -> Published:
    settings.PUBLIC_URL = PUBLIC
    PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
    made = published()
    made.owner.practice.profession = Profession.CONSULTANT
    made.owner.practice.save()
    return made


@pytest.fixture
def path(kit: Published) -> str:
    return f"/pass/{passing.make_share_page(by=kit.owner, link=kit.link)}"


def _look(path: str, said: str = SAID) -> Any:
    return Client().post(f"{path}/words", {"act": "look", "said": said})


def _confirm(path: str, body: str, said: str = SAID, **more: str) -> Any:
    return Client().post(f"{path}/words", {"act": "confirm", "said": said, "body": body, "mine": "on", **more})


def test_own_sentences_become_a_message_that_goes_by_own_hand(kit: Published, path: str) -> None:
    assert f"{path}/words" in Client().get(path).content.decode()
    looked = _look(path)
    assert looked.status_code == 200
    body = looked.context["draft"].body
    assert body.startswith(SAID)
    assert kit.owner.practice.name in body
    assert not Recommendation.objects.exists(), "looking keeps nothing"

    kept = _confirm(path, f"{body}\n\nAnn")
    assert kept.status_code == 303
    row = Recommendation.objects.get()
    address = f"{PUBLIC}/k/{kit.link.token}"
    assert row.text == f"{body}\n\nAnn\n\n{address}"
    assert (row.said, row.confirmed_on, row.template.version) == (SAID, "portal", 1)
    assert row.final is not None
    assert bytes(row.final.content).decode() == row.text
    assert row.keep_until is not None
    assert row.keep_until.year >= clock.today().year + 3

    ready = Client().get(kept["Location"]).content.decode()
    mail = next(part for part in ready.split('"') if part.startswith("mailto:?")).replace("&amp;", "&")
    assert parse_qs(urlsplit(mail).query)["body"][0].replace("\r\n", "\n") == row.text
    sms = next(part for part in ready.split('"') if part.startswith("sms:?")).replace("&amp;", "&")
    assert unquote(sms).endswith(row.text)

    assert not Passing.objects.exists()
    assert Client().post(kept["Location"], {"act": "sent", "how": "mail"}).status_code == 303
    row.refresh_from_db()
    assert (row.sent_by, row.sent_at is not None) == ("mail", True)
    assert Passing.objects.get().channel == "mail"
    Client().post(kept["Location"], {"act": "sent", "how": "phone"})
    assert Passing.objects.count() == 1, "sent is sent once"


def test_pressing_twice_keeps_one_message(path: str) -> None:
    body = _look(path).context["draft"].body
    assert _confirm(path, body)["Location"] == _confirm(path, body)["Location"]
    assert Recommendation.objects.count() == 1


def test_without_the_word_that_they_are_theirs_nothing_is_kept(path: str) -> None:
    body = _look(path).context["draft"].body
    answer = Client().post(f"{path}/words", {"act": "confirm", "said": SAID, "body": body})
    assert answer.status_code == 422
    assert body.split("\n\n")[0] in answer.content.decode(), "what was written is not lost"
    assert not Recommendation.objects.exists()


def test_a_message_without_own_words_is_no_recommendation(path: str) -> None:
    template = "\n\n".join(_look(path).context["draft"].body.split("\n\n")[1:])
    answer = _confirm(path, template)
    assert answer.status_code == 422
    assert "sentence of your own" in answer.content.decode()
    assert _look(path, "Nice.").status_code == 422
    assert _look(path, "x" * 601).status_code == 422


def test_looking_opening_and_scanning_change_nothing(kit: Published, path: str) -> None:
    row_path = _confirm(path, _look(path).context["draft"].body)["Location"]
    for address in (f"{path}/words", row_path):
        for method in (Client().get, Client().head, Client().options):
            assert not method(f"{address}?act=confirm&mine=on&how=mail").cookies
    row = Recommendation.objects.get()
    assert row.sent_at is None
    assert not Passing.objects.exists()


def test_pages_of_others_open_nothing_of_theirs(kit: Published, path: str) -> None:
    row_path = _confirm(path, _look(path).context["draft"].body)["Location"]
    other = published("Another kit")
    secret = passing.make_share_page(by=other.owner, link=other.link)
    stolen = f"/pass/{secret}/words/{row_path.rsplit('/', 1)[1]}"
    assert Client().get(stolen).status_code == 404
    assert Client().post(stolen, {"act": "sent", "how": "mail"}).status_code == 404
    assert Client().get("/pass/guess/words").status_code == 404
    assert Client().post(row_path, {"how": "mail"}, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert Client().post(row_path, {"act": "sent", "how": "system"}).status_code == 422
    assert Recommendation.objects.get().sent_at is None


def test_after_signing_in_it_is_the_same(kit: Published) -> None:
    mine, other = visit(kit.referrer), visit(make.client(kit.owner, "Bo Hill"))
    page = f"/me/kits/{kit.link.public_id}/words"
    body = mine.post(page, {"act": "look", "said": SAID}).context["draft"].body
    kept = mine.post(page, {"act": "confirm", "said": SAID, "body": body, "mine": "on"})
    row = Recommendation.objects.get()
    assert kept["Location"] == f"{page}/{row.public_id}"
    assert "mailto:?" in mine.get(kept["Location"]).content.decode()
    for address in (page, kept["Location"]):
        assert other.get(address).status_code == 404
        assert other.post(address, {"act": "sent", "how": "mail"}).status_code == 404
        assert Client().get(address).status_code == 403
    assert mine.post(kept["Location"], {"act": "sent", "how": "mail"}).status_code == 303
    row.refresh_from_db()
    assert row.sent_by == "mail"
    assert Passing.objects.get().said_by == "referrer"


def test_nobody_of_the_practice_confirms_for_a_client(kit: Published, path: str) -> None:
    desk, body = make.browser(kit.owner), _look(path).context["draft"].body
    told = {"act": "confirm", "said": SAID, "body": body, "mine": "on"}
    assert desk.post(f"{path}/words", told).status_code == 403
    assert not Recommendation.objects.exists()
    assert make.browser(make.member()).post(f"{path}/words", told).status_code == 303, (
        "somebody else's desk is a client"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.storage
def test_pressed_by_many_at_once_it_is_one_message_sent_once(kit: Published, path: str) -> None:
    body, gate = _look(path).context["draft"].body, threading.Barrier(8)

    def together(act: Callable[[], Any]) -> list[Any]:
        answers: list[Any] = []

        def press() -> None:
            gate.wait()
            answers.append(act())
            connections.close_all()

        threads = [threading.Thread(target=press) for _number in range(8)]
        [one.start() for one in threads]
        [one.join() for one in threads]
        return answers

    kept = {answer["Location"] for answer in together(lambda: _confirm(path, body))}
    assert len(kept) == 1
    assert Recommendation.objects.count() == 1
    together(lambda: Client().post(next(iter(kept)), {"act": "sent", "how": "mail"}))
    assert Passing.objects.count() == 1
    assert Thanks.objects.count() == 1
