"""An interview's page in a real browser: chapters jump, listening counts as listening, and it fits any screen."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.interviews import out
from tests.rooms.kits import seen
from tests.screens import beyond

from passalong.interviews.models import Show, Voice
from passalong.interviews.selectors import reach
from passalong.interviews.services.voices import key_for
from passalong.kits.services import hits, judging
from passalong.portal import journaling

pytestmark = pytest.mark.django_db(transaction=True)
# As people's browsers call themselves: one that names itself headless is a machine.
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
SHOTS = os.environ.get("PASSALONG_TEST_SHOTS", "")


def test_chapters_jump_and_a_person_who_listens_is_counted(live_server: Any) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    owner = make.member(make.practice("Anders & Partners", profession="other"))
    talk = out.published(owner)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=seen.CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        page = browser.new_context(viewport={"width": 390, "height": 844}, user_agent=PHONE).new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/talk-page/{out.token(talk, 'guest')}")
        assert beyond(page) == 0
        page.get_by_role("link", name="What goes wrong?").click()
        _until(page, "player => player.currentTime > 6.4")
        assert "/sound.mp3" not in page.url, "the page stays"
        page.locator("audio").evaluate("player => { player.currentTime = 0 }")
        _until(page, "player => player.ended")
        page.wait_for_timeout(300)
        assert page.context.cookies() == []
        assert wrong == []
        browser.close()
    journaling.writer().close()
    hits.drain(journaling.writer().folder)
    judging.judge_new()
    found = reach.reached(talk)
    assert (found.readers, found.listeners, found.came) == (1, 1, 1)


def _until(page: Any, holds: str, seconds: float = 40.0) -> None:
    """Wait for the player; the page's policy lets nobody wait inside it."""
    end = time.monotonic() + seconds
    while not page.locator("audio").evaluate(holds):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(200)


@pytest.mark.skipif(not SHOTS, reason="draws pictures to be looked at; set PASSALONG_TEST_SHOTS to a folder")
def test_pictures(live_server: Any) -> None:
    from playwright.sync_api import sync_playwright

    owner = make.member(make.practice("Anders & Partners", profession="adviser"))
    empty = make.member(make.practice("Empty", profession="adviser"))
    more = {"conflict": "none", "source": "File 12"}
    talk = out.written(owner, out.approved(owner, kind="client", name="Clara Client"), shown_as="Clara Client", **more)
    from passalong.interviews.services import publishing

    waiting = out.approved(owner, name="Walt Waiting")
    publishing.publish(by=owner, interview=talk)
    share = f"/talk/{key_for(voice=Voice.objects.get(interview=talk))}/share"
    public = {"page": f"/talk-page/{out.token(talk)}", "show": f"/talks/{Show.objects.get().token}", "share": share}
    desk = {
        "publish": f"/interviews/{talk.public_id}/publish/",
        "before": f"/interviews/{waiting.public_id}/publish/",
        "look": f"/interviews/{talk.public_id}/publish/look/",
        "shows": "/interviews/show/",
    }
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=seen.CHROMIUM, args=["--no-sandbox"])
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                _look(context, live_server.url, public, f"{width}-{scheme}")
                for who, pages, name in ((owner, desk, ""), (empty, {"empty": "/interviews/show/"}, "")):
                    cookies = make.browser(who).cookies
                    url = {"url": live_server.url}
                    context.add_cookies([{"name": k, "value": v.value, **url} for k, v in cookies.items()])
                    _look(context, live_server.url, pages, f"{width}-{scheme}{name}")
        browser.close()


def _look(context: Any, base: str, pages: dict[str, str], name: str) -> None:
    for what, path in pages.items():
        page = context.new_page()
        page.goto(f"{base}{path}")
        assert beyond(page) == 0, (what, name)
        time.sleep(0.2)
        page.screenshot(path=Path(SHOTS) / f"{what}-{name}.png", full_page=True)
        page.close()
