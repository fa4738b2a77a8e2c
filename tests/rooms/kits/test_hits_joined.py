"""From a real browser at the real door to the readers' page: people counted, machines beside."""

from __future__ import annotations

import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.utils.html import strip_tags
from tests import make
from tests.rooms.portal.cast import published
from tests.rooms.portal.conftest import application, journal_lines

from passalong.kits.models import Hit
from passalong.kits.selectors import readings
from passalong.kits.services import hits, judging, passing

__all__ = ["application", "journal_lines"]  # fixtures
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nothing of a test's requests on the terminal."""


@pytest.fixture
def door(application) -> Iterator[str]:
    """The door at a port; who asks says from which address it would be seen."""

    def seen(environ, start):
        return application({**environ, "REMOTE_ADDR": environ.pop("HTTP_X_SEEN_FROM", "127.0.0.1")}, start)

    with make_server("127.0.0.1", 0, seen, server_class=_Server, handler_class=_Silent) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def asked(url: str, *, agent: str, seen_from: str, method: str = "GET") -> None:
    request = urllib.request.Request(url, method=method, headers={"User-Agent": agent, "X-Seen-From": seen_from})
    urllib.request.urlopen(request).read()


def test_people_machines_and_a_scanner_that_runs_the_pages_script(door, tmp_path):
    from playwright.sync_api import sync_playwright

    kit = published()
    others = [
        passing.link_for(by=kit.owner, kit=kit.kit, referrer=make.client(kit.owner, f"Client {letter}"))
        for letter in "BCDEF"
    ]
    asked(f"{door}{kit.path}", agent="WhatsApp/2.23.20.0 A", seen_from="198.51.100.1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        agent = browser.new_page().evaluate("navigator.userAgent").replace("Headless", "")
        for _ in range(3):
            asked(f"{door}{kit.path}", agent=agent, seen_from="198.51.100.2", method="HEAD")

        def visitor(seen_from: str):
            return browser.new_context(user_agent=agent, extra_http_headers={"X-Seen-From": seen_from})

        scanner = visitor("203.0.113.9")
        pages = [scanner.new_page() for _ in others]
        for page, link in zip(pages, others, strict=True):  # all asked for before any is there
            page.evaluate("to => void setTimeout(() => location.assign(to), 0)", f"{door}/k/{link.token}")
        for page in pages:
            page.wait_for_load_state()
            page.wait_for_function("document.querySelector('[data-end]')")
        colleagues = [visitor("192.0.2.1").new_page() for _ in range(2)]
        for page in colleagues:
            page.goto(f"{door}{kit.path}")
            page.mouse.wheel(0, 20_000)
        for page in pages:
            page.bring_to_front()
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            page.wait_for_timeout(200)
        colleagues[0].wait_for_timeout(6000)
        browser.close()
    time.sleep(0.5)
    hits.drain(tmp_path / "hits")
    judging.judge_new()
    rows = {row.link: row for row in readings.readings(kit.kit)}
    signs = Hit.objects.filter(kind="engaged")
    assert signs.filter(link=kit.link).values("view").distinct().count() == 2, "both colleagues' pages told"
    assert signs.filter(link__in=others).values("link").distinct().count() >= 2, "the scanner ran the script"
    assert (rows[kit.link].people, rows[kit.link].machines) == (2, 4)
    assert max(rows[kit.link].reached) == 2, "and to which part they read"
    assert [rows[link].people for link in others] == [0] * 5
    answer = make.browser(kit.owner).get(f"/kits/{kit.kit.public_id}/readers/")
    assert "2 people opened it" in re.sub(r"\s+", " ", strip_tags(answer.content.decode()))
