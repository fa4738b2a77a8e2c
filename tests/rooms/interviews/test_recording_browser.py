"""A guest records on a phone with Chromium's fake microphone: again, without a line, with a closed tab, a long file."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import make, sounds
from tests.rooms.interviews.talking import Talk, talk
from tests.screens import beyond, follow

from passalong.interviews import parts
from passalong.interviews.models import Take, TakeState
from passalong.interviews.selectors import cuts
from passalong.interviews.services import voices
from passalong.interviews.tasks import recording

pytestmark = pytest.mark.django_db(transaction=True)
CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]
ON_DEVICE = """(slices) => new Promise((found) => {
  const asked = indexedDB.open("passalong-talk");
  asked.onsuccess = () => {
    const counted = asked.result.transaction("bytes").objectStore("bytes").count();
    counted.onsuccess = () => { asked.result.close(); found(counted.result >= slices); };
  };
})"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def made() -> Talk:
    return talk(questions=2)


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.1)


def _record(page: Any) -> None:
    _begin(page)
    assert page.locator("talk-waiting").is_hidden(), "what is being recorded is not on its way yet"
    _stop(page)


def _begin(page: Any) -> None:
    """Recording, and a second of it is on the device."""
    page.locator("[data-start]").click()
    page.get_by_text("Recording. Press").wait_for()
    _kept(page, 1)


def _kept(page: Any, slices: int) -> None:
    """Wait until so many slices, of a second each, are on the device or with the server."""
    page.locator("[data-time]").filter(has_text=re.compile(rf"0:0[{slices}-9]")).wait_for()


def _stop(page: Any) -> None:
    page.locator("[data-stop]").click()


def _arrived(count: int) -> Callable[[], bool]:
    return lambda: Take.objects.filter(state=TakeState.CHECKING).count() == count


def _work() -> None:
    for take in Take.objects.filter(state=TakeState.CHECKING):
        recording.take_arrived.call(take.pk)


def test_a_guest_agrees_records_hears_it_records_again_and_is_done(made: Talk, phone: Any, live_server: Any) -> None:
    page = phone.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(live_server.url + made.path)
    assert beyond(page) == 0
    assert page.locator("talk-recorder").count() == 0
    follow(page, page.get_by_role("button", name="I agree to being recorded"))
    follow(page, page.get_by_role("link", name="Begin"))
    assert beyond(page) == 0
    assert "question 1" in page.locator("h1").inner_text()
    _record(page)
    page.get_by_text("has arrived and is safe").wait_for()
    assert (
        page.locator("[data-listen]").evaluate("async (heard) => { await heard.play(); return heard.paused; }") is False
    )
    _record(page)
    _until(_arrived(2))
    follow(page, page.get_by_role("link", name="Next question"))
    assert "question 2" in page.locator("h1").inner_text()
    _record(page)
    _until(_arrived(3))
    _work()
    takes = list(Take.objects.order_by("pk"))
    assert [take.state for take in takes] == ["ready"] * 3
    assert all(take.seconds is not None and 0.8 < take.seconds < 10 for take in takes)
    assert [take.is_chosen for take in takes] == [False, True, True]
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    page.goto(live_server.url + made.path)
    page.get_by_text("Your answers have arrived").wait_for()
    assert phone.cookies() == []
    assert not said, said


def test_the_line_is_cut_and_the_tab_is_closed_while_recording_and_nothing_is_lost(
    made: Talk, phone: Any, live_server: Any
) -> None:
    made.agree()
    address = f"{live_server.url}{made.path}/record"
    page = phone.new_page()
    page.goto(address)
    page.locator("[data-start]").click()
    page.get_by_text("Recording. Press").wait_for()
    phone.set_offline(True)
    _until(lambda: page.evaluate(ON_DEVICE, 3))
    assert page.locator("talk-waiting").is_hidden(), "what is being recorded is not on its way yet"
    assert Take.objects.filter(state=TakeState.CHECKING).count() == 0
    page.close(run_before_unload=False)  # in the middle of the answer, with no line
    phone.set_offline(False)
    other = phone.new_page()
    other.goto(live_server.url + made.path)
    _until(_arrived(1))
    _work()
    take = Take.objects.get()
    assert take.state == "ready"
    assert take.seconds is not None
    assert take.seconds > 2.5
    assert other.locator("talk-waiting").is_hidden()


def test_a_long_file_stops_halfway_and_goes_on_where_it_stopped(
    made: Talk, phone: Any, live_server: Any, tmp_path: Path
) -> None:
    made.agree()
    sound = sounds.wav(sounds.speech(2.0))
    file = tmp_path / "ninety minutes.wav"
    file.write_bytes(sound + os.urandom(9 << 20))
    address = f"{live_server.url}{made.path}/record?q=all"
    page = phone.new_page()
    page.goto(address)
    sent = 0

    def cut(route: Any) -> None:
        nonlocal sent
        sent += 1
        route.abort("connectionreset") if sent > 3 else route.continue_()

    page.route("**/piece?**", cut)
    _bring(page, file)
    page.get_by_text("There is no connection").wait_for()
    page.close()
    take = Take.objects.get()
    assert parts.path_of(take.public_id).stat().st_size == 3 << 20
    again = phone.new_page()
    offsets: list[str] = []
    again.on("request", lambda sent: "/piece" in sent.url and offsets.append(sent.url.rpartition("offset=")[2]))
    again.goto(address)
    _bring(again, file)
    again.locator("talk-file").get_by_text("has arrived and is safe").wait_for()
    assert offsets[0] == str(3 << 20)
    assert parts.path_of(take.public_id).read_bytes() == file.read_bytes()
    assert Take.objects.get().state == "checking"


def _bring(page: Any, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring this recording").click()


def test_the_desk_records_one_room_once_everybody_agreed_and_turns_the_questions(
    made: Talk, browser: Any, live_server: Any
) -> None:
    desk = make.browser(made.by)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    cookie = desk.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    there = f"{live_server.url}/interviews/{made.interview.public_id}"
    host = voices.add_voice(by=made.by, interview=made.interview, role="host", name="Ines Berg")
    made.agree()
    page.goto(f"{there}/prompter")
    assert page.locator("talk-recorder").count() == 0
    page.get_by_text("Ines Berg has not consented").wait_for()
    voices.note_consent(by=made.by, voice=host, to="recording", how="spoken")
    page.reload()
    page.locator("[data-start]").click()
    page.get_by_text("Recording. Press").wait_for()
    assert page.get_by_text(made.questions[0].text).is_visible()
    _kept(page, 2)
    page.keyboard.press("ArrowRight")
    page.get_by_text(made.questions[1].text).wait_for()
    assert not page.get_by_text(made.questions[0].text).is_visible()
    assert page.locator("talk-waiting").is_hidden(), "what is being recorded is not on its way yet"
    _kept(page, 4)
    _stop(page)
    _until(_arrived(1))
    _work()
    take = Take.objects.get()
    first, second = cuts.whole(take)
    assert [first.chapter, second.chapter] == [question.text for question in made.questions]
    assert (first.start, first.end) == (0.0, second.start)
    assert second.start == pytest.approx(2.2, abs=0.6), "a chapter begins where the question was turned over"
    assert (take.state, take.question, take.member) == ("ready", None, made.by.public_id)
    page.goto(f"{there}/recording")
    assert beyond(page) == 0
    follow(page, page.get_by_role("button", name="It is recorded"))
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    context.close()


def test_without_javascript_a_guest_agrees_and_brings_a_file(
    made: Talk, browser: Any, live_server: Any, tmp_path: Path
) -> None:
    file = tmp_path / "answer.mp3"
    file.write_bytes(sounds.mp3(sounds.speech(2.0)))
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + made.path)
    follow(page, page.get_by_role("button", name="I agree to being recorded"))
    follow(page, page.get_by_role("link", name="Begin"))
    page.get_by_text("Bring a recording made elsewhere", exact=True).click()
    page.locator("input[type=file]").set_input_files(file)
    follow(page, page.get_by_role("button", name="Bring this recording"))
    _work()
    take = Take.objects.get()
    assert (take.state, take.question) == ("ready", made.questions[0])
    context.close()


def test_two_devices_record_the_same_interview_beside_each_other(
    made: Talk, phone: Any, browser: Any, live_server: Any
) -> None:
    made.agree()
    laptop = browser.new_context(viewport={"width": 1280, "height": 800})
    address = f"{live_server.url}{made.path}/record?q="
    first, second = phone.new_page(), laptop.new_page()
    first.goto(address + made.questions[0].public_id)
    second.goto(address + made.questions[1].public_id)
    for page in (first, second):
        _begin(page)
    for page in (first, second):
        _stop(page)
    _until(_arrived(2))
    _work()
    made.interview.refresh_from_db()
    assert made.interview.stage == "recorded"
    assert {take.question for take in Take.objects.all()} == set(made.questions)
    laptop.close()


def test_what_is_refused_stays_on_the_device_and_goes_on_once_the_reason_is_gone(
    made: Talk, phone: Any, live_server: Any
) -> None:
    made.agree()
    page = phone.new_page()
    page.goto(f"{live_server.url}{made.path}/record")
    page.locator("[data-start]").click()
    page.get_by_text("Recording. Press").wait_for()
    made.guest.post(made.path, {"act": "take back recording"})
    _kept(page, 1)
    _stop(page)
    page.locator("talk-waiting").get_by_text("was not taken: Before anything is recorded").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save it on this device").click()
    assert saved.value.path().stat().st_size > 1000
    assert not Take.objects.filter(state=TakeState.CHECKING).exists()
    made.agree()
    page.get_by_role("button", name="Try again").click()
    _until(_arrived(1))
    _work()
    assert Take.objects.get(is_chosen=True).state == "ready"


def test_a_tab_closed_before_anything_was_said_leaves_no_complaint(made: Talk, phone: Any, live_server: Any) -> None:
    made.agree()
    page = phone.new_page()
    page.goto(f"{live_server.url}{made.path}/record")
    page.evaluate(
        """() => {
          const { begin } = document.querySelector("talk-recorder").dataset;
          return window.passalongSending.recording({ begin, question: "", mediaType: "" }).then(() => true);
        }"""
    )
    page.close(run_before_unload=False)
    other = phone.new_page()
    with other.expect_response("**/takes/"):
        other.goto(f"{live_server.url}{made.path}")
    _until(lambda: not other.evaluate("window.passalongSending.waiting(location.pathname + '/takes/')"))
    other.locator("talk-waiting").wait_for(state="hidden")
    assert Take.objects.get().state == TakeState.ARRIVING


def test_a_full_device_stops_the_recording_says_so_and_sends_what_it_kept(
    made: Talk, phone: Any, live_server: Any
) -> None:
    made.agree()
    page = phone.new_page()
    room = {"origin": live_server.url, "quotaSize": 150_000}  # some seconds of sound
    phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", room)
    page.goto(f"{live_server.url}{made.path}/record")
    page.locator("[data-start]").click()
    page.get_by_text("This device is full").wait_for()
    assert page.locator("[data-stop]").is_hidden()
    _until(_arrived(1))
    _work()
    take = Take.objects.get()
    assert take.state == "ready"
    assert take.seconds is not None
    assert take.seconds >= 1
    assert page.get_by_text("This device is full").is_visible(), "that it arrived does not hide that it was stopped"
