"""What was recorded is never lost: line cut, tab closed, web server and worker killed while it arrives and while its
sound is made. And a recording made elsewhere, with an intro and an outro.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect
from tests import sounds
from tests.features.conftest import CHROMIUM, FLAGS, PATIENCE, Running
from tests.features.interviewing import Stories, Story, phone_of, press, stands, told, until
from tests.features.letters import enter
from tests.features.test_interview import MICROPHONE

pytestmark = pytest.mark.story

PIECE = 1 << 20
TALK, INTRO, OUTRO = 240.0, 3.0, 2.0  # seconds of the recordings brought to the desk


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    with told(tmp_path_factory.mktemp("survives"), "recordings") as begun:
        yield begun


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium with a microphone that hears beeps."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE])
        yield opened
        opened.close()


def kill(running: Running, part: str) -> None:
    """As the kernel does it to whoever takes too much: at once, with nothing said."""
    os.kill(int((running.folder / "run" / f"{part}.beat").read_text()), signal.SIGKILL)


def ready(stories: Stories, story: Story, number: int = 1) -> list[dict[str, Any]]:
    """All recordings of it, once so many have been looked at."""

    def looked() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = stories.script("takes", story.one)
        return found if sum(one["state"] == "ready" for one in found) >= number else []

    return until(looked, "the recordings were not looked at", 150)


def offsets_of(page: Page) -> list[int]:
    """Where each piece that this page sends begins, in their order."""
    found: list[int] = []
    page.on("request", lambda sent: "/piece" in sent.url and found.append(int(sent.url.rpartition("offset=")[2])))
    return found


def test_a_line_that_is_cut_and_a_tab_that_is_closed_lose_nothing(stories: Stories, browser: Browser) -> None:
    story = stories.of("cut")
    phone = phone_of(browser, permissions=["microphone"])
    page = phone.new_page()
    first = offsets_of(page)
    page.goto(f"{story.at(story.talk)}/record")
    page.get_by_role("button", name="Record", exact=True).click()
    until(lambda: page.wait_for_timeout(100) or len(first) >= 1, "nothing was sent while it was recorded")
    phone.set_offline(True)
    heard = int(page.locator("[data-time]").inner_text().split(":")[1])
    expect(page.locator("[data-time]")).to_have_text(f"0:{heard + 5:02}")  # spoken on, without a line
    page.close(run_before_unload=False)
    phone.set_offline(False)
    later = phone.new_page()
    rest = offsets_of(later)
    later.goto(story.at(story.talk))
    [take] = ready(stories, story)
    assert take["seconds"] > heard + 3
    expect(later.locator("talk-waiting")).to_be_hidden()
    assert first[0] == 0
    assert min(rest) > 0, "what had arrived is not sent again"
    phone.close()


def test_a_file_goes_on_where_it_stopped_though_line_tab_and_server_are_gone(
    stories: Stories, browser: Browser, tmp_path: Path
) -> None:
    story = stories.of("file")
    file = tmp_path / "the whole talk.wav"
    file.write_bytes(sounds.wav(long_speech(100.0)))
    phone = phone_of(browser)
    page = phone.new_page()
    first = offsets_of(page)
    page.route("**/piece?**", lambda route: cut_after(route, first, 4))
    bring(page, story, file)
    expect(page.locator("talk-file")).to_contain_text("There is no connection just now")
    page.close()

    later = phone.new_page()
    rest = offsets_of(later)
    later.route("**/piece?**", lambda route: kill_at(route, rest, stories.running))
    bring(later, story, file)
    expect(later.locator("talk-file")).to_contain_text("has arrived and is safe", timeout=2 * PATIENCE)
    kill(stories.running, "worker")  # which looks at it by now
    assert rest[0] == 4 * PIECE
    assert sorted(set(rest)) == list(range(4 * PIECE, file.stat().st_size, PIECE))
    assert len(rest) > len(set(rest)), "what the killed server did not answer was asked again"
    [take] = ready(stories, story)
    assert take["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert abs(take["seconds"] - 100.0) < 0.1
    phone.close()


def long_speech(seconds: float) -> sounds.Samples:
    """Somebody who says the same for long."""
    return np.tile(sounds.speech(20.0), round(seconds / 20.0))


def cut_after(route: Route, asked: list[int], most: int) -> None:
    route.abort("connectionreset") if len(asked) > most else route.continue_()


def kill_at(route: Route, asked: list[int], running: Running) -> None:
    """The web server dies just before the third piece comes."""
    if len(asked) == 3:
        kill(running, "web")
    route.continue_()


def bring(page: Page, story: Story, file: Path) -> None:
    page.goto(f"{story.at(story.talk)}/record?q=all")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring this recording").click()


def test_the_desk_brings_a_talk_made_elsewhere_and_its_sound_is_made_though_the_worker_is_killed(
    stories: Stories, browser: Browser, tmp_path: Path
) -> None:
    story = stories.of("desk")
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    enter(page, stories.running, story.owner)
    made = {
        "talk": long_speech(TALK),
        "intro": sounds.tone(INTRO, 660),
        "outro": sounds.tone(OUTRO, 330),
    }
    for number, (name, samples) in enumerate(made.items(), 1):
        file = tmp_path / f"{name}.wav"
        file.write_bytes(sounds.wav(samples))
        page.goto(story.at(f"{story.one}recording"))
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Bring this recording").click()
        expect(page.locator("talk-file")).to_contain_text("has arrived and is safe")
        ready(stories, story, number)
    page.reload()
    press(page, "It is recorded")
    put_in_order(page, story)
    page.get_by_role("button", name="Make the sound").click()
    kill_while_it_is_made(page, stories)
    stands(page, story.at(f"{story.one}cut"), "LUFS")
    assert_whole(page, story, tmp_path)


def put_in_order(page: Page, story: Story) -> None:
    """The talk stays, the two others stand before and after it; each change is with the server before the next."""
    page.goto(story.at(f"{story.one}cut"))
    for name, label in (("intro", "Before it"), ("outro", "After it")):
        choice = page.get_by_label(label)
        value = choice.locator("option", has_text=f"{name}.wav").get_attribute("value")
        with page.expect_response(is_saving):
            choice.select_option(value)
        keep = page.locator("li.piece", has_text=f"{name}.wav").get_by_role("checkbox", name="Keep")
        if keep.count() and keep.is_checked():
            with page.expect_response(is_saving):
                keep.uncheck()
    with page.expect_response(is_saving):
        page.get_by_label("Shorten long silences").uncheck()
    expect(page.get_by_text("Everything is saved")).to_be_visible()
    page.reload()
    assert "intro.wav" in page.get_by_label("Before it").locator("option:checked").inner_text()


def is_saving(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/cut") and answer.ok


def kill_while_it_is_made(page: Page, stories: Stories) -> None:
    """Worker and web server, in the middle of it; two minutes pass, and the clock has it taken up again."""
    until(lambda: is_being_made(stories.running), "it was not begun")
    kill(stories.running, "worker")
    kill(stories.running, "web")
    expect(page.locator("#sound audio")).to_have_count(0)
    assert stories.script("fell silent") == {"running": 1}, "it was killed on the way, not before or after"
    until(lambda: answers(stories.running), "the web server did not come back")


def is_being_made(running: Running) -> bool:
    """Whether a worker is at a sound; read beside the server, so that it is seen at once."""
    with closing(sqlite3.connect(running.folder / "passalong.sqlite3")) as database:
        rows = database.execute("SELECT 1 FROM interviews_render WHERE state = 'running'").fetchall()
    return bool(rows)


def answers(running: Running) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", running.port)) == 0


def assert_whole(page: Page, story: Story, tmp_path: Path) -> None:
    """Intro, all of the talk and outro in one sound, as loud as podcasts are."""
    source = str(page.locator("#sound audio").get_attribute("src"))
    heard = tmp_path / "heard.mp3"
    heard.write_bytes(page.request.get(story.at(source)).body())
    samples = sounds.samples(heard)
    assert abs(samples.size / sounds.RATE - (INTRO + TALK + OUTRO)) < 2.0
    assert abs(pitch(samples[: sounds.RATE]) - 660) < 20
    assert abs(pitch(samples[-sounds.RATE :]) - 330) < 20
    loudness, peak = sounds.loudness(heard)
    assert abs(loudness + 16) < 1  # LUFS
    assert peak <= -1  # dB


def pitch(samples: sounds.Samples) -> float:
    """The strongest tone, in Hz."""
    power = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(samples.size, 1 / sounds.RATE)[int(power.argmax())])
