"""Next steps taken in a real browser, which holds our page to its own policy."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.rooms.kits import seen
from tests.rooms.portal.cast import STEPS, published

from passalong.introductions.models import Reply
from passalong.kits.content import Step, StepKind

pytestmark = pytest.mark.django_db(transaction=True)
LEADS = {"short.example.net": "https://example.org/ash", "example.org": "https://www.example.org/ash"}


class _Calendar(BaseHTTPRequestHandler):
    """A short link, an apex that leads to its www, and the calendar there."""

    def do_GET(self) -> None:
        self.server.told.append((self.headers["Host"], self.headers["Referer"]))  # type: ignore[attr-defined]
        where = LEADS.get(self.headers["Host"])
        body = b"" if where else b"<h1>A free hour</h1>"
        self.send_response(302 if where else 200)
        if where:
            self.send_header("Location", where)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def calendar(tmp_path: Path) -> Iterator[Any]:
    paper, key = tmp_path / "paper.pem", tmp_path / "key.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=example.org"
    subprocess.run([*make.split(), "-keyout", key, "-out", paper], check=True, capture_output=True)
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Calendar)
    server.told = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_calendar_that_leads_on_twice_is_reached_and_told_nothing(calendar: Any, live_server: Any) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    steps = tuple(
        Step(StepKind.BOOKING, "https://short.example.net/a") if one.kind == StepKind.BOOKING else one for one in STEPS
    )
    kit = published(steps=steps)
    there = f"127.0.0.1:{calendar.server_address[1]}"
    names = ",".join(f"MAP {name}:443 {there}" for name in (*LEADS, "www.example.org"))
    with sync_playwright() as playwright:
        flags = [*seen.FLAGS, f"--host-resolver-rules={names}"]
        browser = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=flags)
        tab = browser.new_context(ignore_https_errors=True).new_page()
        talked: list[str] = []
        tab.on("console", lambda message: talked.append(message.text))
        tab.goto(live_server.url + kit.path)
        tab.get_by_role("button", name="Open the calendar").click()
        tab.get_by_role("link", name="Back to the page").click()
        tab.get_by_role("heading", name="When the shop passes on").wait_for()
        assert tab.url == live_server.url + kit.path
        tab.get_by_role("button", name="Open the calendar").click()
        tab.get_by_role("link", name="Open the calendar at short.example.net").click()
        tab.get_by_role("heading", name="A free hour").wait_for()
        assert tab.url == "https://www.example.org/ash"
        browser.close()
    assert not [text for text in talked if "Content Security Policy" in text]
    hops = [told for told in calendar.told if told[0] in (*LEADS, "www.example.org")]
    assert hops[:3] == [("short.example.net", None), ("example.org", None), ("www.example.org", None)]
    assert set(Reply.objects.values_list("step", flat=True)) == {"booking"}
