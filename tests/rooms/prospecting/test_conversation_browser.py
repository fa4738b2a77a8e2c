"""The value conversation on a tablet and a phone: without scripts from the first question to what was agreed.

Every page on a phone and on a desk, dark and light, clean under axe and nowhere wider than the screen."""

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
from tests.rooms.portal.cast import STEPS, publish
from tests.rooms.prospecting.town import Town
from tests.screens import beyond, follow

from passalong.core import clock
from passalong.introductions.models import Introduction
from passalong.introductions.services import promises
from passalong.kits.content import Content
from passalong.kits.models import Kit
from passalong.prospecting import services
from passalong.prospecting.models import Meeting

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


@pytest.fixture
def town() -> Town:
    """The small practice, with a mission and a published kit."""
    made = Town()
    mission = "Families should sleep well. We know how to get there, and would like to show it to people you care for."
    said = {"biggest_problem": "", "fears": "", "motives": "", "mission": mission, "least_p": 0}
    services.describe_ideal_client(by=made.owner, **said)
    kit = Kit.objects.create(practice=made.practice, name="Before you sell")
    publish(kit, Content(title=kit.name, problems="Who takes over?", steps=STEPS))
    return made


def opened(chromium: Any, live_server: Any, who: Any, **options: Any) -> Any:
    cookie = make.browser(who).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def test_a_meeting_from_the_first_question_to_what_was_agreed(chromium, live_server, town):
    page = opened(chromium, live_server, town.owner, java_script_enabled=False)
    page.goto(f"{live_server.url}/gameplan/{town.ann.public_id}/")
    follow(page, page.get_by_role("button", name="Begin the meeting"))
    for part in page.locator("fieldset.answers").all():
        part.get_by_label("Went well").check()
    page.get_by_label("What went well").fill("You explain things so that we understand them.")
    page.get_by_role("button", name="Go on").click()
    assert "Families should sleep well." in page.locator("main").inner_text()
    page.get_by_role("button", name="Go on").click()
    card = page.locator("article", has=page.get_by_role("heading", name="Ben Sato"))
    card.get_by_role("button", name="I know them well").click()
    page.locator("#said").get_by_role("button", name="I will introduce you").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="This one").click()
    page.get_by_text("Chosen", exact=True).wait_for()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("A card by post").check()
    page.get_by_label("Once a month at most").check()
    page.get_by_role("button", name="What we agreed").click()
    shown = page.locator("main").inner_text()
    for words in ("What we agreed", "Ben Sato", "Before you sell", "A card by post. Once a month at most."):
        assert words in shown
    one = Introduction.objects.get()
    assert (one.stage, one.kit.name, one.link.referrer) == ("agreed", "Before you sell", town.ann)
    assert one.meeting == Meeting.objects.get().public_id


def lived_in(town: Town) -> dict[str, str]:
    """A meeting at every step; the pages to look at, by name."""
    from passalong.introductions.services import open_introduction
    from passalong.prospecting.gameplan import gameplan_for

    services.book(by=town.owner, client=town.ann, starts_at=clock.now() + timedelta(hours=3))
    services.book(by=town.owner, client=make.client(town.owner, "Later Lee"), starts_at=clock.now() + timedelta(days=2))
    held = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    bad = make.client(town.owner, "Unhappy Umeh")
    spoiled = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, bad))
    services.say_how_it_went(
        by=town.owner, meeting=spoiled, went={"communication": "badly"}, badly="Two calls went unanswered."
    )
    due = clock.today() + timedelta(days=2)
    promises.make(by=town.owner, to=bad, words="Call back the same day", due_on=due, meeting=spoiled.public_id)
    for person, act in ((town.ben, "agree"), (town.cara, "ask")):
        services.answer_prompt(by=town.owner, meeting=held, person=person, answer="knows_well")
        open_introduction(by=town.owner, referrer=town.ann, prospect=person, act=act, meeting=held.public_id)
    late = Introduction.objects.get(prospect=town.ben)
    late.due_at = clock.now() - timedelta(days=2)
    late.save()
    steps = {"went": "how-it-went/", "why": "why/", "names": "", "choose": "kit/", "next": "next/", "agreed": "agreed/"}
    pages = {name: f"/meetings/{held.public_id}/{path}" for name, path in steps.items()}
    pages |= {"after": f"/meetings/{held.public_id}/after/", "right": f"/meetings/{spoiled.public_id}/put-right/"}
    return {**pages, "calendar": "/calendar/", "today": "/", "gameplan": f"/gameplan/{town.ann.public_id}/"}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_pages_fit_and_can_be_used_by_everybody(chromium, live_server, town, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(
        chromium,
        live_server,
        town.owner,
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    troubles = []
    for name, path in lived_in(town).items():
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        wide = beyond(page)
        troubles += [f"{name} is {wide} px too wide at {width}"] if wide else []
        troubles += [f"{name}: {found['id']}" for found in Axe().run(page).response["violations"]]
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.context.close()
    assert not troubles
