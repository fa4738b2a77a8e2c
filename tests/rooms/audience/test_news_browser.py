"""The whole way in a real browser, with real mail: ask and confirm on a phone; write, send and stop at the desk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.audience.cast import host, link_in, news_path, reader
from tests.rooms.kits import seen
from tests.rooms.mail.outgoing import writer
from tests.screens import beyond, follow

from passalong.audience.models import Issue, IssueState, Subscriber, SubscriberState
from passalong.audience.services import sending, subscribing
from passalong.mail.services.sending import deliver

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("PASSALONG_TEST_SHOTS", "")
AXED = (
    "news",
    "news-confirm",
    "news-item",
    "issue-draft",
    "issue-sent",
    "reader",
)  # others need no id, and are elsewhere
CALM: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}  # as axe needs it
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def shot(page: Any, name: str) -> None:
    """The page as it stands fits both screens; kept as pictures, light and dark, where a folder is named for them."""
    from axe_playwright_python.sync_playwright import Axe

    troubles = Axe().run(page).response["violations"] if name in AXED else []
    assert not troubles, [(one["id"], [node["html"] for node in one["nodes"]]) for one in troubles]
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert beyond(page) == 0, (name, size)
        for scheme in ("light", "dark") if SHOTS else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def browser() -> Any:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        yield play.chromium.launch(executable_path=seen.CHROMIUM, args=["--no-sandbox"])


def test_a_reader_asks_and_confirms_and_the_desk_writes_to_them(live_server: Any, browser: Any) -> None:
    by = writer()
    with host() as sink:
        page = browser.new_context(viewport=PHONE, **CALM).new_page()
        page.goto(f"{live_server.url}{news_path(by)}")
        shot(page, "news")
        page.get_by_label("Your mail address").fill("jo@lind.example")
        page.get_by_label("Your name, if you like").fill("Jo Lind")
        follow(page, page.get_by_role("button", name="Send me the news"))
        assert page.get_by_role("heading", name="One more step").is_visible()
        shot(page, "news-asked")
        assert subscribing.ask_to_confirm(subscriber_id=Subscriber.objects.get().pk)
        deliver()
        page.goto(f"{live_server.url}{link_in(sink.received[-1])}")
        shot(page, "news-confirm")
        follow(page, page.get_by_role("button", name="Yes, send me the news"))
        assert page.get_by_role("heading", name="You are on the list").is_visible()
        assert page.context.cookies() == []
        desk = browser.new_context(viewport=WIDE, **CALM)
        desk.add_cookies([_signed_in(by, live_server.url)])
        _written_and_sent(desk.new_page(), live_server.url, by)
        assert sink.received[-1].parsed["Subject"] == "News of May"
        piece = Issue.objects.get().items.get()
        page.goto(f"{live_server.url}/news/item/{piece.token}")
        shot(page, "news-item")


def _signed_in(by: Any, url: str) -> dict[str, str]:
    session = make.browser(by).cookies["sessionid" if "sessionid" in make.browser(by).cookies else "session"]
    return {"name": session.key, "value": session.value, "url": url}


def _written_and_sent(page: Any, url: str, by: Any) -> None:
    page.goto(f"{url}/audience/")
    shot(page, "issues-empty")
    page.set_viewport_size(WIDE)
    follow(page, page.get_by_role("button", name="Begin the first issue"))
    shot(page, "issue-empty")
    page.set_viewport_size(WIDE)
    page.get_by_label("Subject").fill("News of May")
    page.get_by_label("Opening").fill("Dear reader,\n\nthis month I spoke with Ann Okafor, who runs a bakery.")
    follow(page, page.get_by_role("button", name="Keep these words"))
    page.get_by_text("Add words of your own").click()
    page.locator("#piece_title").fill("When the shop passes on")
    page.locator("#piece_words").fill("Three things to settle before anybody asks.")
    page.locator("#piece_url").fill("https://example.org/shop")
    follow(page, page.get_by_role("button", name="Add them"))
    assert page.frame_locator("iframe").get_by_role("heading", name="When the shop passes on").is_visible()
    shot(page, "issue-draft")
    page.set_viewport_size(WIDE)
    follow(page, page.get_by_role("button", name="Send it now"))
    assert page.get_by_role("button", name="Stop what has not gone").is_visible()
    shot(page, "issue-sending")
    sending.go_on()
    deliver()
    page.reload()
    assert Issue.objects.get().state == IssueState.SENT
    shot(page, "issue-sent")
    page.goto(f"{url}/audience/")
    shot(page, "issues")
    for number in range(60):
        state = (SubscriberState.ACTIVE, SubscriberState.ASKED, SubscriberState.LEFT)[number % 3]
        reader(by, f"reader{number}@a-rather-long-domain-name.example", state=state)
    page.goto(f"{url}/audience/readers/")
    shot(page, "readers")
    page.goto(f"{url}/audience/readers/?q=jo%40lind")
    follow(page, page.get_by_role("link", name="jo@lind.example"))
    shot(page, "reader")
    page.goto(f"{url}/audience/readers/import")
    shot(page, "import")
