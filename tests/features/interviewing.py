"""What stories of interviews share: the server with its mail, where each begins, the desk and the phones of guests."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.features.conftest import PATIENCE, Running
from tests.features.made_interviews import mail_of
from tests.mailhost import Sink
from tests.screens import beyond, follow

MADE = "tests.features.made_interviews"


@dataclass
class Stories:
    """The server, its mail, and where each story begins."""

    running: Running
    sink: Sink
    begun: dict[str, Any]

    def script(self, *words: str) -> Any:
        return self.running.script(MADE, *words)

    def of(self, name: str) -> Story:
        return Story(self, **self.begun[name])

    def at(self, path: str) -> str:
        return self.running.address + path

    def mail_to(self, name: str) -> int:
        """How many messages have come to somebody."""
        return sum(mail_of(name) in one.recipients for one in list(self.sink.received))


@dataclass
class Story:
    """One interview: its guest, the guest's voice, the desk's page, the guest's own page."""

    stories: Stories
    guest: str
    voice: str
    one: str
    talk: str
    owner: str

    def at(self, path: str) -> str:
        return self.stories.running.address + path


@contextmanager
def told(folder: Path, what: str) -> Iterator[Stories]:
    """A server others can reach, with what the script makes of that name in it; the record holds at the end."""
    with Sink() as sink:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "MAIL_FROM": "desk@quay.example"}
        running = Running(folder / "data", public=True, MAIL_UNDO_SECONDS="0", **mail)
        try:
            running.wait_for(r"/welcome/\S+")
            yield Stories(running, sink, running.script(MADE, what))
            assert running.command("record", "verify").returncode == 0
        finally:
            running.stop()


def phone_of(browser: Browser, **more: Any) -> BrowserContext:
    """Somebody's own phone: nothing is known of them there."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, **more)
    context.set_default_timeout(PATIENCE)
    return context


def phone(browser: Browser, address: str) -> Page:
    """A page on somebody's own phone; it fits, and leaves no cookie."""
    tab = phone_of(browser).new_page()
    tab.goto(address)
    assert beyond(tab) == 0
    assert tab.context.cookies() == []
    return tab


def press(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True).first)


def said(page: Page) -> str:
    """All the words of a page."""
    return " ".join(page.locator("main").inner_text().split())


def stands(page: Page, address: str, *words: str) -> None:
    """What a page says; what the worker is still at is waited for."""
    page.goto(address)
    until = time.monotonic() + PATIENCE / 1000
    while not all(word in said(page) for word in words) and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()
    for word in words:
        expect(page.locator("main")).to_contain_text(word)


def until(true: Callable[[], Any], words: str, seconds: float = 60) -> Any:
    """Wait for it; returns what it gave."""
    ends = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > ends:
            pytest.fail(words)
        time.sleep(0.1)
    return found


@dataclass
class Answer:
    """What came back for an address: status, body and its mark for caches."""

    status: int
    body: bytes
    mark: str


def ask(url: str, **headers: str) -> Answer:
    """As a cache, a podcast app or anybody asks."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=sent)) as answer:
            return _answer(answer)
    except urllib.error.HTTPError as answer:
        return _answer(answer)


def _answer(answer: HTTPResponse | urllib.error.HTTPError) -> Answer:
    with answer:
        return Answer(int(answer.status or 0), answer.read(), answer.headers.get("ETag", ""))


def holding(folder: Path, piece: bytes) -> list[str]:
    """Files under the folder in which these bytes stand."""
    assert len(piece) > 100
    return [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file() and piece in one.read_bytes()]
