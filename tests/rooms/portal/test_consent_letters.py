"""The letters on the page of somebody who is asked: what they allow is what goes, word for word."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from tests.rooms.portal.cast import Published, published

from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.introductions import letters
from passalong.introductions.services import Answer, record_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit() -> Published:
    return published()


def asked(kit: Published) -> tuple[Grant, str]:
    answer = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example", passed_by="Ann Okafor")
    reply = record_reply(link=kit.link, edition=kit.edition, answer=answer, view="view00000001")
    return consent.ask(by=kit.owner, about=reply.public_id, person_key=reply.person_key, recipient=kit.referrer)


def shown(token: str, place: str) -> list[str]:
    """The paragraphs of one letter on the page, its subject first."""
    page = Client().get(f"/consent/{token}").content.decode()
    (quoted,) = re.findall(rf'<h2 id="{place}">.*?<blockquote>(.*?)</blockquote>', page, re.DOTALL)
    return [
        html.unescape(" ".join(re.sub(r"<[^>]+>", "", one).split()))
        for one in re.findall(r"<p>(.*?)</p>", quoted, re.DOTALL)
    ]


def test_the_letter_after_a_mistake_is_the_one_that_goes(kit: Published) -> None:
    grant, token = asked(kit)
    on_page = shown(token, "trouble")
    said = {"what": "The papers went to an old address.", "cause": "We had not noted the new one.", "remedy": "Anew."}
    grant = consent.grant(grant=grant, scope=["trouble"], page=b"page", choice={"scope": ["trouble"]})
    written = letters.write_trouble(grant, kit.referrer, "Jo Lind", **said)
    sent = "\n\n".join([written.subject, written.text])
    for words in said.values():
        sent = sent.replace(words, "…")
    assert on_page == sent.split("\n\n")
    assert sum("…" in one for one in on_page) == 3


def test_the_other_letter_is_the_one_that_goes(kit: Published) -> None:
    grant, token = asked(kit)
    on_page = shown(token, "letter")
    grant = consent.grant(grant=grant, scope=["spoke"], page=b"page", choice={"scope": ["spoke"]})
    written = letters.write_news(grant, kit.referrer, "Jo Lind", "spoke")
    sent = "\n\n".join([written.subject, written.text]).replace("Jo Lind and we have spoken.", "…")
    assert on_page == sent.split("\n\n")
