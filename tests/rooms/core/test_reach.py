"""Whether this very server answers at its public address, asked over a real connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from passalong.cli.doctor import check_public_url
from passalong.core import reach
from passalong.core.models import PublicCheck

pytestmark = pytest.mark.django_db


class Other:
    """A server that answers as it is told."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, {}, b"{}"  # type: ignore[var-annotated]
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(owner.status)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(owner.body)

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    server = Other()
    settings.PUBLIC_URL = server.url
    yield server
    server.server.shutdown()
    server.server.server_close()


def test_this_server_is_known_by_its_mark(other: Other, settings: Any) -> None:
    other.body = Client().get("/healthz").content
    assert reach.check().is_well
    assert reach.is_seen()
    assert check_public_url().text.startswith(other.url)
    settings.SECRET_KEY = "another installation"
    found = reach.check()
    assert "Another server answers" in found.text
    assert not reach.is_seen()


def test_the_mark_is_not_the_key(settings: Any) -> None:
    mark = json.loads(Client().get("/healthz").content)["instance"]
    assert mark == reach.instance_mark()
    assert settings.SECRET_KEY not in mark


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (200, {}, b"<html>A parked domain</html>", "does not answer"),
        (200, {}, b'["a list"]', "Another server answers"),
        (200, {}, b'{"instance": null}', "Another server answers"),
        (301, {"Location": "https://www.example.org/healthz"}, b"", "leads on to https://www.example.org"),
        (502, {}, b"", "error 502"),
        (200, {}, b'{"x": "' + b"y" * 100_000 + b'"}', "does not answer"),
    ],
)
def test_what_else_may_answer_is_told(
    other: Other, status: int, headers: dict[str, str], body: bytes, words: str
) -> None:
    other.status, other.headers, other.body = status, headers, body
    found = reach.check()
    assert not found.is_well
    assert words in found.text
    assert check_public_url().state == "warning"
    assert "Share buttons are off" in check_public_url().text


def test_a_server_that_is_silent_for_once_stays_known(other: Other, settings: Any) -> None:
    other.body = Client().get("/healthz").content
    reach.check()
    other.status = 502
    assert not reach.check().is_well
    assert reach.is_seen()
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert not reach.is_seen(), "known for the address it was seen at"


def test_a_proxy_that_is_not_named_is_told(other: Other, settings: Any) -> None:
    settings.PROXIES = []
    answer = Client().get("/healthz", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert json.loads(answer.content)["proxy"] == "not trusted"
    other.body = answer.content
    assert "PASSALONG_PROXIES" in check_public_url().text
    settings.PROXIES = ["127.0.0.1/32"]
    assert "proxy" not in json.loads(Client().get("/healthz", HTTP_X_FORWARDED_FOR="198.51.100.1").content)


def test_nothing_but_the_web_is_asked(settings: Any) -> None:
    for url in ("file:///etc/passwd", "ftp://127.0.0.1", "nonsense"):
        settings.PUBLIC_URL = url
        assert not reach.check().is_well
    assert not PublicCheck.objects.exists()
