"""Mail that really arrived, and what stories with mail do in the same way."""

from __future__ import annotations

import re
import time
import urllib.request
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.features.conftest import Running
from tests.mailhost import Sink
from tests.screens import follow

SCANNER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) SafeLinks"}


def arrived(sink: Sink, address: str, number: int = 1) -> EmailMessage:
    """The latest of so many messages to this address; the worker has a moment to send it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = [one.parsed for one in list(sink.received) if address in one.recipients]
        if len(found) >= number:
            return found[-1]
        time.sleep(0.2)
    pytest.fail(f"nothing came to {address}: {[one.recipients for one in sink.received]}")


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, path: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+/{path}/\S+", text_of(message))
    assert found, text_of(message)
    return found[0]


def scan(address: str) -> None:
    """What a program that looks at mail does with each link."""
    for method in ("HEAD", "GET", "GET"):
        with urllib.request.urlopen(urllib.request.Request(address, method=method, headers=SCANNER)) as answer:
            assert answer.status == 200


def enter(page: Page, running: Running, who: str = "miriam@rowanpike.example") -> None:
    link = running.command("link", who).stdout.strip().splitlines()[-1]
    page.goto(link)
    follow(page, page.locator("main button[type=submit]").first)


def card(page: Page, name: str) -> Locator:
    return page.locator("article", has=page.get_by_role("heading", name=name))


def send_what_is_shown(page: Page) -> None:
    expect(page.get_by_role("heading", name="As it goes")).to_be_visible()
    follow(page, page.get_by_role("button", name="Send", exact=True))


def without(message: EmailMessage, *words: str) -> bool:
    """Whether none of these stands anywhere in the message as it went, headers and every part."""
    whole = " ".join(
        [*message.values(), *(str(part.get_content()) for part in message.walk() if not part.is_multipart())]
    )
    return not any(word.lower() in whole.lower() for word in words)
