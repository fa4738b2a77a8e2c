"""The editor and the guest's page in a real browser: trimming by dragging, order by dragging and buttons, every change
kept by itself; the words beside the sound; a phone without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import make
from tests.rooms.interviews.editing import SOUND, clips, look, recorded, sounded, sounding, worded
from tests.rooms.interviews.talking import Talk
from tests.rooms.kits import seen
from tests.screens import beyond, follow

from passalong.interviews.models import Cut, Review, Transcript
from passalong.interviews.services import reviewing

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def made(settings: Any, live_server: Any) -> Talk:
    settings.PUBLIC_URL = live_server.url
    return recorded(questions=3)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        yield browser
        browser.close()


def _tab(
    chromium: Any, made: Talk, live_server: Any, *, wide: int = 1280, scripts: bool = True, dark: bool = False
) -> Any:
    """A window of the desk, signed in."""
    context = chromium.new_context(
        viewport={"width": wide, "height": 900},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    session = make.browser(made.by).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def _look(tab: Any, name: str) -> None:
    if SHOTS:
        tab.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def _until(tab: Any, words: str) -> None:
    tab.locator("[data-said]").filter(has_text=words).wait_for(timeout=8000)


def test_the_editor_keeps_every_change_by_itself(chromium: Any, made: Talk, live_server: Any) -> None:
    tab = _tab(chromium, made, live_server)
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/cut")
    _look(tab, "cut-1280")
    first = tab.locator(".piece").first
    box = first.locator("canvas").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 2, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 4, box["y"] + 30, steps=4)
    tab.mouse.up()
    _until(tab, "Everything is saved")
    assert clips(made)[0].start == pytest.approx(0.5, abs=0.1)
    tab.get_by_role("button", name="Piece 1 later").click()
    tab.locator(".piece").nth(2).get_by_label("Keep").uncheck()
    for _again in range(40):
        if Cut.objects.order_by("-number")[0].clips[2]["kept"] is False:
            break
        tab.wait_for_timeout(100)
    now = clips(made)
    assert [clip.chapter[17:18] for clip in now] == ["2", "1", "3"]
    assert [clip.kept for clip in now] == [True, True, False]
    tab.locator(".piece").nth(2).locator(".piece-question").drag_to(
        tab.locator(".piece").first, target_position={"x": 40, "y": 4}
    )
    for _again in range(40):
        if clips(made)[0].chapter[17:18] == "3":
            break
        tab.wait_for_timeout(100)
    assert [clip.chapter[17:18] for clip in clips(made)] == ["3", "2", "1"]
    assert not wrong, "no script was refused"
    assert beyond(tab) == 0


def test_a_closed_tab_loses_nothing(chromium: Any, made: Talk, live_server: Any) -> None:
    tab = _tab(chromium, made, live_server)
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/cut")
    tab.get_by_label("Piece 2 begins at").fill("0:01")
    tab.close(run_before_unload=False)
    for _again in range(50):
        if Cut.objects.exists():
            break
        __import__("time").sleep(0.1)
    assert clips(made)[1].start == 1.0


def test_two_windows_at_one_cut_are_told_and_choose(chromium: Any, made: Talk, live_server: Any) -> None:
    address = f"{live_server.url}/interviews/{made.interview.public_id}/cut"
    mine, theirs = (_tab(chromium, made, live_server) for _window in range(2))
    mine.goto(address)
    theirs.goto(address)
    theirs.get_by_label("Piece 1 begins at").fill("0:01")
    _until(theirs, "Everything is saved")
    mine.get_by_label("Piece 2 begins at").fill("0:01.5")
    _until(mine, "somebody else saved")
    notice = mine.locator("[data-meanwhile]")
    notice.get_by_text(f"{made.by.user} saved another version").wait_for()
    _look(mine, "meanwhile-1280")
    assert mine.get_by_label("Piece 2 begins at").input_value() == "0:01.5", "what was typed stands"
    assert [clip.start for clip in clips(made)] == [1.0, 0.0, 0.0]
    mine.get_by_label("Piece 3 begins at").fill("0:00.5")
    notice.get_by_role("button", name="Go on with mine").click()
    _until(mine, "Everything is saved")
    assert [clip.start for clip in clips(made)] == [0.0, 1.5, 0.5]
    theirs.get_by_label("Piece 1 begins at").fill("0:01.2")
    _until(theirs, "somebody else saved")
    theirs.get_by_role("link", name="Go on with the other").click()
    theirs.get_by_label("Piece 2 begins at").and_(theirs.locator("[value='0:01.5']")).wait_for()
    assert [clip.start for clip in clips(made)] == [0.0, 1.5, 0.5]


def test_a_recording_that_comes_joins_and_leaves_what_is_being_typed(
    chromium: Any, made: Talk, live_server: Any
) -> None:
    made.send(SOUND, "late-0001")
    tab = _tab(chromium, made, live_server, wide=390)
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/cut")
    tab.get_by_text("1 recording is not here yet").wait_for()
    assert tab.locator(".piece").count() == 3
    assert beyond(tab) == 0
    _look(tab, "coming-390")
    tab.route("**/cut", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    tab.get_by_label("Piece 1 begins at").fill("0:01")
    look(made)
    tab.locator(".piece").nth(3).wait_for(timeout=15_000)
    assert tab.get_by_label("Piece 1 begins at").input_value() == "0:01"
    assert tab.locator(".piece").nth(3).locator("canvas").is_visible()
    tab.unroute("**/cut")
    tab.locator(".piece").nth(3).get_by_label("Keep").uncheck()
    _until(tab, "Everything is saved")
    assert clips(made)[0].start == 1.0
    assert [clip.kept for clip in clips(made)] == [True, True, True, False]


def test_without_the_net_changes_wait_and_then_go(chromium: Any, made: Talk, live_server: Any) -> None:
    tab = _tab(chromium, made, live_server)
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/cut")
    tab.context.set_offline(True)
    tab.get_by_label("Piece 1 ends at").fill("0:01")
    _until(tab, "no connection")
    tab.context.set_offline(False)
    _until(tab, "Everything is saved")
    assert clips(made)[0].end == 1.0


def test_listening_plays_what_is_kept(chromium: Any, made: Talk, live_server: Any) -> None:
    tab = _tab(chromium, made, live_server)
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/cut")
    tab.get_by_label("Piece 1 begins at").fill("0:01")
    button = tab.locator(".piece").first.locator("[data-listen]")
    button.click()
    button.filter(has_text="Stop").wait_for()
    button.filter(has_text="Listen").wait_for(timeout=6000)


def test_the_words_are_corrected_beside_the_sound(chromium: Any, made: Talk, live_server: Any) -> None:
    sounding(made)
    worded(made, "WEBVTT\n\n00:00.000 --> 00:02.000\nPriya Nair: One.\n\n00:05.500 --> 00:06.000\nPriya Nair: Two.")
    tab = _tab(chromium, made, live_server)
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/words")
    _look(tab, "words-1280")
    tab.get_by_label("Paragraph 2").fill("Two, and more.")
    _until(tab, "Everything is saved")
    assert Transcript.objects.order_by("-number")[0].segments[1]["text"] == "Two, and more."
    tab.get_by_role("button", name="0:05").click()
    assert tab.evaluate("document.getElementById('heard').currentTime") >= 4.9
    assert beyond(tab) == 0


def test_what_is_corrected_while_words_are_being_saved_is_saved_too(
    chromium: Any, made: Talk, live_server: Any
) -> None:
    worded(made, "Priya Nair: One.\n\nPriya Nair: Two.")
    tab = _tab(chromium, made, live_server)
    tab.goto(f"{live_server.url}/interviews/{made.interview.public_id}/words")
    held: list[Any] = []
    tab.route("**/words", lambda route: held.append(route), times=1)
    with tab.expect_request(lambda request: request.method == "POST"):
        tab.get_by_label("Paragraph 1").fill("One, on a slow line.")
    tab.get_by_label("Paragraph 2").fill("Two, typed meanwhile.")
    tab.wait_for_timeout(2000)  # longer than the page waits after the last key
    with tab.expect_response(lambda answer: "typed+meanwhile" in (answer.request.post_data or "")):
        held[0].continue_()
    _until(tab, "Everything is saved")
    kept = Transcript.objects.order_by("-number")[0].segments
    assert [one["text"] for one in kept] == ["One, on a slow line.", "Two, typed meanwhile."]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_guest_on_a_phone(chromium: Any, made: Talk, live_server: Any, scripts: bool) -> None:
    sounded(made)
    worded(made)
    subject, text = reviewing.letter(made.interview)
    message = reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    address = next(word for word in message.text.split() if word.startswith(live_server.url))
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(address)
    _look(tab, f"review-390-{scripts}")
    assert beyond(tab) == 0
    tab.get_by_label("Paragraph 2").fill("Then it grew, slowly.")
    if scripts:  # a tab that is closed loses nothing
        tab.close()
        tab = context.new_page()
        tab.goto(address)
        assert tab.get_by_label("Paragraph 2").input_value() == "Then it grew, slowly."
    follow(tab, tab.get_by_role("button", name="Yes, I approve it"))
    assert tab.get_by_role("heading", name="You approved it").is_visible()
    assert not context.cookies()
    held = Review.objects.get()
    assert held.is_approved
    assert held.transcript is not None
    assert held.transcript.segments[1]["text"] == "Then it grew, slowly."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_pages_of_editing_are_clean_under_axe(chromium: Any, made: Talk, live_server: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    sounded(made)
    worded(made)
    desk = _tab(chromium, made, live_server, wide=390, dark=scheme == "dark").context
    own = f"/interviews/{made.interview.public_id}"
    # What an audit brings along is a script of its own: only this window lets it in.
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    context.add_cookies(desk.cookies())
    tab = context.new_page()
    for path in (f"{own}/cut", f"{own}/words", f"{own}/review", f"{own}/words/quote?number=0"):
        tab.goto(live_server.url + path)
        found = Axe().run(tab).response["violations"]
        assert not [f"{path}: {one['id']} at {one['nodes'][0]['target']}" for one in found]
        assert beyond(tab) == 0, path
    subject, text = reviewing.letter(made.interview)
    message = reviewing.send(by=made.by, interview=made.interview, subject=subject, text=text)
    tab.goto(next(word for word in message.text.split() if word.startswith(live_server.url)))
    found = Axe().run(tab).response["violations"]
    assert not [f"review: {one['id']} at {one['nodes'][0]['target']}" for one in found]
