"""A friend with a phone reads the kit, says yes, and takes it back later; the same on the page of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.kits import seen
from tests.rooms.portal.cast import Published, published
from tests.screens import beyond

from passalong.introductions.answer_pages import path_of_reply, token_of
from passalong.introductions.models import Introduction, Outcome, Stage
from passalong.introductions.services import Answer, open_introduction, record_reply

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = {"phone": 390, "desk": 1280}


def shot(tab: Any, name: str) -> None:
    """A picture for who asks for one: PASSALONG_TEST_SHOTS names the folder."""
    if folder := os.environ.get("PASSALONG_TEST_SHOTS"):
        for where, width in WIDTHS.items():
            for look in ("light", "dark"):
                tab.set_viewport_size({"width": width, "height": 800})
                tab.emulate_media(color_scheme=look)
                tab.wait_for_timeout(250)  # colours change softly
                tab.screenshot(path=str(Path(folder) / f"{name}-{where}-{look}.png"), full_page=True)
        tab.set_viewport_size({"width": WIDTHS["phone"], "height": 800})


def fits(tab: Any) -> None:
    """Nothing has to be pushed sideways."""
    assert beyond(tab) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_are_clean_under_axe(live_server: Any, scheme: str) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    kit = published()
    answer = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example")
    reply = record_reply(link=kit.link, edition=kit.edition, answer=answer, view="view00000001")
    paths = [f"/answer/{token_of(Introduction.objects.get())}", path_of_reply(reply)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        look: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce", "bypass_csp": True}
        tab = browser.new_context(viewport={"width": 360, "height": 780}, **look).new_page()
        for path in paths:
            tab.goto(live_server.url + path)
            found = Axe().run(tab).response["violations"]
            assert not [f"{one['id']} at {one['nodes'][0]['target']}" for one in found]
            fits(tab)
        browser.close()


def answer(tab: Any) -> None:
    for name in ("needs_help", "wish"):
        box = tab.locator(f'input[name="{name}"][value="yes"]')
        tab.locator(f'label[for="{box.get_attribute("id")}"]').click() if box.get_attribute("id") else box.check()
    tab.locator('input[name="name"]').first.fill("Jo Lind")
    tab.locator('input[name="reach"]').first.fill("jo@lind.example")
    tab.get_by_role("button", name="Send my answers").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_friend_answers_and_takes_it_back(live_server: Any, scripts: bool) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    kit = published()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        tab = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=scripts).new_page()
        talked: list[str] = []
        tab.on("console", lambda message: talked.append(message.text))
        _by_the_kit(tab, live_server.url, kit, scripts)
        _by_the_page(tab, live_server.url, kit, scripts)
        assert not tab.context.cookies()
        browser.close()
    assert not [text for text in talked if "Content Security Policy" in text]


def _by_the_kit(tab: Any, base: str, kit: Published, scripts: bool) -> None:
    tab.goto(base + kit.path)
    answer(tab)
    own = tab.get_by_role("link", name="Your answer: change it or take it back")
    own.wait_for()
    if scripts:
        shot(tab, "thanks")
    own.click()
    tab.get_by_role("heading", name="Your answer").wait_for()
    assert Introduction.objects.get().stage == Stage.ANSWERED
    if scripts:
        fits(tab)
        shot(tab, "own-yes")
    tab.get_by_role("button", name="Take my yes back").click()
    tab.get_by_text("You took it back on").wait_for()
    assert Introduction.objects.get().outcome == Outcome.TAKEN_BACK


def _by_the_page(tab: Any, base: str, kit: Published, scripts: bool) -> None:
    asked = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=make.contact(kit.owner, "Mia Berg"))
    tab.goto(f"{base}/answer/{token_of(asked)}")
    if scripts:
        fits(tab)
        shot(tab, "asked")
    tab.get_by_role("button", name="Send my answers").click()
    tab.get_by_text("Please choose one of the answers.").first.wait_for()
    if scripts:
        shot(tab, "missing")
    for name, value in (("needs_help", "no"), ("wish", "not_now")):
        box = tab.locator(f'input[name="{name}"][value="{value}"]')
        tab.locator(f'label[for="{box.get_attribute("id")}"]').click()
    tab.get_by_role("button", name="Send my answers").click()
    tab.get_by_text("you said: not now. Nobody contacts you.").wait_for()
    asked.refresh_from_db()
    assert asked.outcome == Outcome.NOT_NOW
    if scripts:
        tab.get_by_text("Answer anew", exact=True).click()
        shot(tab, "own-not-now")
