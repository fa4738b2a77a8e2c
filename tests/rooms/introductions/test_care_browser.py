"""Care in a real browser: an agreement written, read and said yes to without script; every page at both widths, light
and dark, clean under axe and nowhere wider than the screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests import make
from tests.screens import beyond

from passalong.core import clock
from passalong.introductions.models import Agreement, Introduction, Promise
from passalong.introductions.services import lessons, open_introduction, promises, seeds, silence

CHROMIUM = shutil.which("chromium")
SHOTS = os.environ.get("PASSALONG_TEST_SHOTS", "")  # a folder, to look at the pages oneself
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.story,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def opened(chromium: Any, live_server: Any, who: Any, **options: Any) -> Any:
    cookie = make.browser(who).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return context.new_page()


def test_an_agreement_is_written_read_and_said_yes_to_without_script(chromium, live_server) -> None:
    owner = make.member()
    ann = make.client(owner, "Ann Okafor")
    page = opened(chromium, live_server, owner, java_script_enabled=False)
    page.goto(f"{live_server.url}/people/{ann.public_id}/")
    page.get_by_role("link", name="Promises, agreement, what to say").click()
    page.get_by_role("link", name="Write it").click()
    page.get_by_label("What good service means to this client").fill("A call back on the same day.")
    page.locator("[name=words_1]").fill("A discount for each introduction")
    page.locator("[name=due_1]").fill((clock.today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("all.promise.for-referral").wait_for()
    page.locator("[name=words_1]").fill("Review the pension")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Show it to Ann").click()
    page.get_by_text("A call back on the same day.").wait_for()
    page.get_by_label("Your name, if you want to sign").fill("Ann Okafor")
    page.get_by_role("button", name="Yes, let us do it like this").click()
    page.get_by_text("Thank you. You said yes to this on").wait_for()
    assert Agreement.objects.get().acknowledged_how == "tablet"
    page.get_by_role("link", name="Back to the desk").click()
    page.get_by_role("button", name="Review the pension").click()
    page.get_by_text("1 of 1 kept in time").wait_for()
    assert Promise.objects.get().kept_on == clock.today()


def _lived_in(owner: Any) -> tuple[Any, Any]:
    """A client with something of everything, and one with nothing."""
    ann = make.contact(owner, "Ann Okafor", email="ann@client.example", standing="client")
    jo = make.contact(owner, "Jo Lind", email="jo@lind.example")
    open_introduction(by=owner, referrer=ann, prospect=jo)
    late = promises.make(by=owner, to=ann, words="Call back about the pension of her mother", due_on=clock.today())
    Promise.objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=3))
    later = clock.today() + timedelta(days=5)
    promises.make(by=owner, to=ann, words="Send the yearly report without being asked for it", due_on=later)
    promises.keep(by=owner, promise=promises.make(by=owner, to=ann, words="Answer Tom", due_on=later))
    seeds.say(by=owner, client=ann, key="by_referral", note="She nodded")
    lessons.give(by=owner, client=ann, key="two_questions")
    ben = make.contact(owner, "Ben Hale", email="ben@client.example", standing="client")
    kim = make.contact(owner, "Kim Ode", email="kim@ode.example")
    asked = open_introduction(by=owner, referrer=ben, prospect=kim, act="ask")
    Introduction.objects.filter(pk=asked.pk).update(stage_at=clock.now() - timedelta(days=30))
    silence.find(owner.practice)
    seeds.write_due(owner.practice)
    return ann, ben


@pytest.mark.parametrize(("width", "is_dark"), [(390, True), (1280, False)])
def test_every_page_fits_and_is_clean(chromium, live_server, width, is_dark) -> None:
    owner = make.member()
    scheme = "dark" if is_dark else "light"
    page = opened(chromium, live_server, owner, viewport={"width": width, "height": 900}, color_scheme=scheme)
    lists = {"promises": "promises/", "to-say": "to-say/", "silent": "silent/"}
    troubles = _looked_at(page, live_server, {f"empty-{name}": path for name, path in lists.items()}, width, scheme)
    ann, ben = _lived_in(owner)
    desk = make.browser(owner)
    words = {"good_introduction": "Somebody with a question.", "treatment": "Answered at once.", "hoped_number": "3"}
    desk.post(f"/care/{ann.public_id}/agreement/", words | {"quality": "A call back on the same day.\nNo paper."})
    own = {"care": "", "agreement": "agreement/", "read": "agreement/read/"}
    pages = lists | {name: f"{ann.public_id}/{path}" for name, path in own.items()} | {"new": f"{ben.public_id}/"}
    pages["person"] = f"../people/{ann.public_id}/"
    troubles += _looked_at(page, live_server, pages, width, scheme)
    assert not troubles


def _looked_at(page: Any, live_server: Any, pages: dict[str, str], width: int, scheme: str) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    troubles = []
    for name, path in pages.items():
        page.goto(f"{live_server.url}/care/{path}")
        for more in page.locator("details.more summary").all() if name in ("care", "new") else []:
            more.click()
        troubles += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
        wide = beyond(page)
        troubles += [f"{name}: {wide} too wide"] if wide else []
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"care-{name}-{width}-{scheme}.png", full_page=True)
    return troubles
