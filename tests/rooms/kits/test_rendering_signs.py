"""Signs of scrolling, sent by the page's script in Debian's Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.engine.visits.make import IPHONE
from tests.rooms.kits import seen, written

from passalong.engine import visits
from passalong.kits.content import Content, Frozen
from passalong.kits.rendering.page import render_page

LONG = "Owners of workshops learn it late, and most of them learn it when somebody asks for the books.\n\n" * 150
SIGN = (f"{seen.PATH}/seen", {"view": "view12345678", "what": "scroll"})


def page(content: Content = written.CONTENT) -> bytes:
    return render_page(Frozen(content, "Ash & Alder", "", "", 1, "2026-05-04"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        yield running
        running.close()


def test_a_reader_inside_a_long_first_part_is_noticed_by_scrolling_once(browser: Any) -> None:
    with seen.serving(page(replace(written.CONTENT, problems=LONG))) as served:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        tab = context.new_page()
        tab.goto(served.address + seen.PATH)
        tab.evaluate("scrollTo(0, 1500)")  # by nobody's hand
        tab.wait_for_timeout(3800)
        tab.mouse.move(200, 400)
        tab.mouse.wheel(0, 100)
        tab.wait_for_timeout(800)
        assert served.sent == []
        tab.mouse.wheel(0, 500)
        tab.wait_for_timeout(1000)
        assert served.sent == [SIGN]
        tab.mouse.wheel(0, 900)
        tab.keyboard.press("PageDown")
        tab.wait_for_timeout(800)
        context.close()
    assert served.sent == [SIGN]
    hit = visits.Entry(at=0.0, agent=IPHONE, view="view12345678")
    read = hit._replace(at=4.5, kind="engaged", method="POST", what="scroll")
    assert visits.judge([hit, read]) == [("person", "read on")] * 2


def test_scrolling_in_the_first_seconds_waits_and_parts_count_as_before(browser: Any) -> None:
    with seen.serving(page()) as served:
        context = browser.new_context(viewport={"width": 390, "height": 400})
        tab = context.new_page()
        tab.goto(served.address + seen.PATH)
        tab.mouse.move(200, 300)
        tab.mouse.wheel(0, 300)
        tab.wait_for_timeout(1000)
        assert served.sent == []
        tab.keyboard.press("End")
        tab.wait_for_timeout(3000)
        context.close()
    said = [sent for _path, sent in served.sent]
    assert sorted(one["what"] for one in said) == ["part", "scroll"]
    assert [one["part"] for one in said if one["what"] == "part"] == ["4"]


def test_the_script_is_small() -> None:
    (script,) = re.findall(rb"<script>(.*?)</script>", page(), re.DOTALL)
    assert len(script) < 1500
