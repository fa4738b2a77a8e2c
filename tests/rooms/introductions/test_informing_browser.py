"""Keeping informed in a real browser: thanked and told by button, without script; every page at both widths, light and
dark, clean under axe and nowhere wider than the screen."""

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
from tests.rooms.introductions.cast import Passed
from tests.screens import beyond

from passalong.core import clock
from passalong.introductions.models import Because, Introduction
from passalong.introductions.services import move, open_introduction, thanking, troubles
from passalong.introductions.stages import Who
from passalong.mail.models import Message

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


def lived_in(passed: Passed) -> dict[str, str]:
    """Something of everything; the pages to look at, by name."""
    reply = passed.answers()
    found = Introduction.objects.get(reply=reply)
    for act in ("first answer", "meet"):
        move(introduction=found, act=act, who=Who.MEMBER, by=passed.by)
    passed.granted(reply, "spoke", "trouble")
    wrong = {
        "what": "We sent the papers to the wrong address.",
        "cause": "An old address.",
        "remedy": "They went anew.",
    }
    trouble = troubles.note(by=passed.by, introduction=found, due_on=clock.today() + timedelta(days=2), **wrong)
    kim = make.contact(passed.by, "Kim Ode", email="kim@ode.example")
    other = open_introduction(by=passed.by, referrer=passed.ann, prospect=kim)
    thanks = thanking.thank(referrer=passed.ann, because=Because.AGREED, about=other)
    return {
        "news": "news/",
        "tell": f"news/{passed.ann.public_id}/",
        "thanked": "thanks/",
        "thank-you": f"thanks/{thanks.public_id}/",
        "trouble": f"troubles/{trouble.public_id}/",
        "new-trouble": f"{other.public_id}/trouble/",
        "introduction": f"{found.public_id}/",
    }


def test_a_client_is_thanked_and_told_by_button_without_script(chromium, live_server, passed) -> None:
    lived_in(passed)
    page = opened(chromium, live_server, passed.by, java_script_enabled=False)
    page.goto(f"{live_server.url}/introductions/news/")
    page.locator("section", has_text="To be thanked").get_by_role("link", name="Ann Okafor").click()
    page.get_by_text("Thank you for offering to introduce us.").wait_for()
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("On its way.").wait_for()
    page.locator("section", has_text="To be told").get_by_role("link", name="Ann Okafor").click()
    page.get_by_text("Jo Lind and we have spoken.").wait_for()
    page.get_by_role("button", name="Write it").click()
    page.get_by_role("button", name="Send").first.wait_for()
    page.goto(f"{live_server.url}/introductions/news/")
    page.get_by_role("link", name="We sent the papers to the wrong address.").click()
    page.get_by_role("button", name="Write the letter").click()
    page.get_by_role("button", name="Send").first.wait_for()
    assert sorted(Message.objects.values_list("purpose", "state")) == [
        ("thanks", "queued"),
        ("update", "draft"),
        ("update", "draft"),
    ]


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_is_clean(chromium, live_server, passed, width, is_dark) -> None:
    scheme = "dark" if is_dark else "light"
    page = opened(
        chromium, live_server, passed.by, viewport={"width": width, "height": 900}, color_scheme=scheme
    )  # fmt: skip
    empty = {"empty-news": "news/", "empty-thanked": "thanks/", "empty-tell": f"news/{passed.ann.public_id}/"}
    wrong = _looked_at(page, live_server, empty, width, scheme)
    assert not wrong + _looked_at(page, live_server, lived_in(passed), width, scheme)


def _looked_at(page: Any, live_server: Any, pages: dict[str, str], width: int, scheme: str) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    for name, path in pages.items():
        page.goto(f"{live_server.url}/introductions/{path}")
        wrong += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
        wide = beyond(page)
        wrong += [f"{name}: {wide} too wide"] if wide else []
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"news-{name}-{width}-{scheme}.png", full_page=True)
    return wrong
