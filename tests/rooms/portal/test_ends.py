"""The short pages where an address leads nowhere: each looks like the pages it stands among."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.rooms.portal.cast import published

from passalong.portal import limits

pytestmark = pytest.mark.django_db
ELSEWHERE = {"HTTP_ORIGIN": "https://elsewhere.example"}
INTER = "ui/theme.css"  # the sheet of the pages with Inter; a kit's page has its style inside itself


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "said"),
    [
        ("get", "/consent/never-given-out", {}, 404, "Nothing is here"),
        ("get", "/pass/never-given-out", {}, 404, "Nothing is here"),
        ("get", "/privacy/never-given-out", {}, 404, "This link has ended"),
        ("post", "/privacy/", ELSEWHERE, 403, "This did not come from our page"),
        ("post", "/u/never-given-out", {"CONTENT_LENGTH": "999999"}, 413, "That is more than fits"),
    ],
)
def test_ends_of_pages_of_ours_look_like_them(method: str, path: str, more: dict, status: int, said: str) -> None:
    answer = getattr(Client(), method)(path, **more)
    page = answer.content.decode()
    assert answer.status_code == status
    assert said in page
    assert INTER in page
    assert '<main id="main"' in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_one_moment_please_looks_like_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.SECRETS_OF_ADDRESS, "allows", lambda _key: False)
    answer = Client().get("/consent/never-given-out")
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert INTER in answer.content.decode()


@pytest.mark.parametrize("path", ["/k/{token}", "/k/nosuchlink", "/k/nosuchlink/report.pdf"])
def test_ends_of_a_kit_keep_its_look(path: str) -> None:
    kit = published()
    path = path.format(token=kit.link.token)
    answer = Client().get(path) if "nosuch" in path else Client().post(path, {}, **ELSEWHERE)
    page = answer.content.decode()
    assert answer.status_code in (403, 404)
    assert INTER not in page
    assert "<style>" in page
    assert 'class="notice"' in page
