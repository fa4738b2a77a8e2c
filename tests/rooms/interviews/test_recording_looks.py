"""Pages about recording at both widths, light and dark: clean under axe, and nowhere wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests import make, sounds
from tests.rooms.interviews.talking import Talk, talk
from tests.rooms.interviews.test_recording_browser import browser
from tests.screens import beyond

from passalong.accounts.models import Profession
from passalong.interviews.models import Take, TakeState
from passalong.interviews.services import voices
from passalong.interviews.tasks import recording

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("PASSALONG_TEST_SHOTS", "")
BOTH = ((390, "light"), (1280, "dark"))
SCREENS = ((390, "dark"), (1280, "light"), *BOTH) if SHOTS else BOTH
LONG = "What do people who come to you for the first time usually get wrong about what you do, and what do you say?"


@pytest.fixture
def pages() -> tuple[Talk, dict[str, str]]:
    """An interview of a practice whose clients sign a form: nothing agreed yet, and one with answers of every kind."""
    owner = make.member(make.practice("Berg Dental", profession=Profession.DENTIST))
    made = talk(owner, kind="client", questions=3)
    made.questions[1].text, made.questions[1].hint = LONG, "A story says more than a list."
    made.questions[1].save()
    first = voices.add_voice(by=owner, interview=made.interview, role="host", name="Ines Berg")
    before = f"/talk/{voices.key_for(voice=first)}"
    made.agree()
    asked = [question.public_id for question in made.questions]
    made.send(sounds.webm(sounds.speech(2.0)), "take-0001", asked[0])
    made.send(b"no sound at all" * 99, "take-0002", asked[1])
    for take in Take.objects.filter(state=TakeState.CHECKING):
        recording.take_arrived.call(take.pk)
    made.send(sounds.webm(sounds.tone(2.0)), "take-0003", asked[0])
    made.begin("take-0004", asked[0])
    desk = f"/interviews/{made.interview.public_id}"
    return (
        made,
        {
            "talk-before": before,
            "talk": made.path,
            "record": f"{made.path}/record?q={asked[0]}",
            "record-long": f"{made.path}/record?q={asked[1]}",
            "record-all": f"{made.path}/record?q=all",
            "desk": f"{desk}/recording",
            "prompter": f"{desk}/prompter#question-2",
            "form": f"/interviews/voices/{made.voice.public_id}/form",
        },
    )


def test_every_page_is_clean_and_fits(pages: tuple[Talk, dict[str, str]], browser: Any, live_server: Any) -> None:
    made, paths = pages
    desk, troubles = make.browser(made.by), list[str]()
    for width, scheme in SCREENS:
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        cookie = {"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": live_server.url}
        page = context.new_page()
        for name, path in paths.items():
            context.clear_cookies()
            if not path.startswith("/talk/"):
                context.add_cookies([cookie])
            page.goto(live_server.url + path)
            troubles += [f"{name} {width} {scheme}: {one}" for one in _troubles(page)]
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"recording-{name}-{width}-{scheme}.png", full_page=True)
        context.close()
    assert not troubles


def _troubles(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach((more) => { more.open = true; })")
    wide = beyond(page)
    found = [f"{one['id']} at {one['nodes'][0]['target']}" for one in Axe().run(page).response["violations"]]
    return found + ([f"{wide} too wide"] if wide else [])
