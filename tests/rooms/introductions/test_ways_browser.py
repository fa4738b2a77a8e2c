"""A lunch for three arranged in a real browser, phones for the guests; every page clean under axe, light and dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from tests import make
from tests.rooms.introductions.test_lunch import agreed, deliver, entry_of, noon, page_of
from tests.screens import beyond

from passalong.introductions import own_pages
from passalong.introductions.models import Introduction, Lunch, Seat, Stage
from passalong.introductions.services import lunch as lunches
from passalong.introductions.services import ways

if TYPE_CHECKING:
    from tests.rooms.introductions.cast import Passed

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]
PHONE, DESK = {"width": 390, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def _desk(browser: Any, live_server: Any, passed: Passed, **more: Any) -> Any:
    context = browser.new_context(**{"viewport": DESK, **more})
    value = make.browser(passed.by).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return context


@pytest.mark.story
def test_three_find_a_day_without_a_script(browser: Any, live_server: Any, passed: Passed) -> None:
    introduction = agreed(passed)
    desk = _desk(browser, live_server, passed, java_script_enabled=False).new_page()
    desk.goto(f"{live_server.url}/introductions/{introduction.public_id}/ways/lunch/")
    for at, days in ((1, 7), (2, 9)):
        desk.fill(f"#id_slot{at}", noon(days).strftime("%Y-%m-%dT%H:%M"))
    desk.fill("#id_place", "Café Sol")
    desk.click("text=Propose these times")
    lunch = Lunch.objects.get()
    phones = browser.new_context(viewport=PHONE, java_script_enabled=False)
    friend = phones.new_page()
    friend.goto(live_server.url + page_of(lunch, Seat.FRIEND))
    assert "Ann Okafor gets the same invitation" in friend.inner_text("main")
    friend.check("#slot-2")
    friend.fill("#address", "jo@lind.example")
    friend.click("text=Send my answer")
    assert "Your answer is with the practice" in friend.inner_text("main")
    assert not friend.is_checked("#slot-2"), "whoever holds this address sees nothing of what was answered"
    assert not phones.cookies()
    desk.goto(f"{live_server.url}/introductions/{introduction.public_id}/ways/lunch/")
    ask = desk.locator("section", has_text="Ann Okafor").get_by_role("button", name="Ask by mail")
    ask.last.click()
    desk.click("button:has-text('Send')")
    client = phones.new_page()
    client.goto(live_server.url + page_of(lunch, Seat.CLIENT))
    client.check("#slot-2")
    client.click("text=Send my answer")
    desk.goto(f"{live_server.url}/introductions/{introduction.public_id}/ways/lunch/")
    desk.locator("button:has-text('Fix')").click()
    desk.click("text=Send these 3 messages")
    mails = deliver(passed)
    assert set(mails) == {"ann@client.example", "jo@lind.example", passed.by.user.email}
    assert {entry_of(mail)[0] for mail in mails.values()} == {"REQUEST"}
    friend.reload()
    friend.click("text=I come")
    assert Lunch.objects.get().guests.get(seat=Seat.FRIEND).comes is True
    assert Introduction.objects.get().stage == Stage.INTRODUCED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_clean(browser: Any, live_server: Any, passed: Passed, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    passed.works_as("consultant")
    introduction = agreed(passed)
    base = f"/introductions/{introduction.public_id}/ways"
    call = ways.prepare(by=passed.by, introduction=introduction, kind="call", words="Give first.\nListen.")
    letter = ways.prepare(by=passed.by, introduction=introduction, kind="letter", words="Dear Jo,\n\nI thought of you.")
    for one in (call, letter):
        ways.open_page(by=passed.by, way=one)
    pages = {"new": f"{base}/lunch/", "ways": f"{base}/", "call": f"{base}/call/", "letter": f"{base}/letter/"}
    pages |= {"print": f"{base}/call/print", "own-letter": f"/way/{own_pages.token_of_way(letter)}"}
    pages |= {"own-call": f"/way/{own_pages.token_of_way(call)}"}
    _look(browser, live_server, passed, scheme, pages, Axe)
    lunch = lunches.open_lunch(by=passed.by, introduction=introduction, slots=[noon(7), noon(9)], place="Café Sol")
    pages = {"lunch": f"{base}/lunch/", "friend": page_of(lunch, Seat.FRIEND), "client": page_of(lunch, Seat.CLIENT)}
    _look(browser, live_server, passed, scheme, pages, Axe)
    slot = lunch.slots.get(starts_at=noon(7))
    make.browser().post(page_of(lunch, Seat.FRIEND), {"act": "times", "can": [slot.pk], "address": "jo@lind.example"})
    make.browser().post(page_of(lunch, Seat.CLIENT), {"act": "times", "can": [slot.pk]})
    _look(browser, live_server, passed, scheme, {"lunch-answered": f"{base}/lunch/"}, Axe)
    lunches.fix(by=passed.by, lunch=lunch, slot=slot)
    pages = {"lunch-fixed": f"{base}/lunch/", "friend-fixed": page_of(lunch, Seat.FRIEND)}
    _look(browser, live_server, passed, scheme, pages, Axe)


def _look(browser: Any, live_server: Any, passed: Passed, scheme: str, pages: dict[str, str], axe: Any) -> None:
    """Axe and the width on a phone. With LOOKS set, pictures in that folder instead."""
    looks = os.environ.get("LOOKS", "")
    for viewport in (PHONE, DESK) if looks else (PHONE,):
        more = {"color_scheme": scheme, "reduced_motion": "reduce", "bypass_csp": not looks, "viewport": viewport}
        desk, outside = _desk(browser, live_server, passed, **more), browser.new_context(**more)
        for name, path in pages.items():
            page = (desk if path.startswith("/introductions/") else outside).new_page()
            page.goto(live_server.url + path)
            if looks:
                page.screenshot(path=f"{looks}/{name}-{viewport['width']}-{scheme}.png", full_page=True)
                continue
            found = axe().run(page).response["violations"]
            assert [(name, one["id"], one["nodes"][0]["html"]) for one in found] == []
            assert beyond(page) == 0, name
        desk.close()
        outside.close()
