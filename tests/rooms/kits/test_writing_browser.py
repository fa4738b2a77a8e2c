"""The editor in a real browser: autosave, checklists, preview, keyboard, pictures, nothing lost, clean pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from tests import make
from tests.rooms.kits.test_pictures import drawn
from tests.screens import beyond

from passalong.accounts.models import Member
from passalong.kits.content import Content
from passalong.kits.models import Kit
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import writing as services

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
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
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def owner() -> Member:
    return make.member(name="Ann Lee")


@pytest.fixture
def kit(owner: Member) -> Kit:
    return services.create(by=owner, name="The parents' house", start="real_estate")


def opened(chromium: Any, live_server: Any, who: Member, **options: Any) -> Any:
    """A page of a browser signed in as this member."""
    cookie = make.browser(who).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(
        **({"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options)
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_writing_saves_itself_and_tells_what_reads_as_a_pitch(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    problems = page.get_by_label("Your words").first
    problems.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nOur award-winning team is here.")
    page.locator("#saved", has_text="Saved at").wait_for()
    page.locator("#checks-problems", has_text="award-winning").wait_for()
    assert selectors.draft(kit).problems.endswith("Our award-winning team is here.")
    assert selectors.versions(kit).count() == 1
    frame = page.frame_locator("#preview")
    frame.get_by_text("Our award-winning team is here.").wait_for()
    page.keyboard.type(" Yes.")
    page.keyboard.press("Control+s")
    frame.get_by_text("is here. Yes.").wait_for()
    assert selectors.draft(kit).problems.endswith("Yes.")
    assert not errors
    shot(page, "write-pitch-1280")


def test_a_closed_tab_loses_nothing(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    page.locator("[name=title]").fill("Typed in the last moment")
    page.close(run_before_unload=True)
    other = opened(chromium, live_server, owner)
    for _try in range(50):
        if selectors.draft(kit).title == "Typed in the last moment":
            break
        other.wait_for_timeout(100)
    assert selectors.draft(kit).title == "Typed in the last moment"


def test_writing_an_address_offers_it_until_the_tick_is_taken_away(chromium, live_server, owner, kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    page.locator("[name=to_mail]").fill("ann@example.org")
    assert page.locator("[name=on_mail]").is_checked()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Control+s")
    assert selectors.draft(kit).steps[-1].target == "ann@example.org"
    page.wait_for_timeout(1200)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=on_mail]").uncheck()
    assert len(selectors.draft(kit).steps) == 1
    assert page.locator("[name=to_mail]").input_value() == "ann@example.org"
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=title]").fill("And on")
    assert len(selectors.draft(kit).steps) == 1


def test_words_wait_for_the_connection(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    page.context.set_offline(True)
    page.locator("[name=title]").fill("Typed on a train")
    page.locator("#saved", has_text="Not saved: no connection").wait_for()
    page.context.set_offline(False)
    page.locator("#saved", has_text="Saved at").wait_for()
    assert selectors.draft(kit).title == "Typed on a train"


def test_words_wait_until_one_is_signed_in_again(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    Session.objects.all().delete()
    page.locator("[name=title]").fill("Typed after the session ended")
    page.locator("#saved", has_text="you are signed out").wait_for()
    assert page.locator("[name=title]").input_value() == "Typed after the session ended"
    other = page.context.new_page()
    other.goto(f"{live_server.url}/accounts/login/")
    other.locator("[name=login]").fill(owner.user.email)
    other.locator("[name=password]").fill(make.PASSWORD)
    other.locator("[name=password]").press("Enter")
    page.locator("#saved", has_text="Saved at").wait_for()
    assert selectors.draft(kit).title == "Typed after the session ended"


def test_two_people_are_told_and_can_compare(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    other = make.assistant(owner.practice)
    services.save(by=other, kit=kit, content=Content(title="His title"), based_on=1)
    page.locator("[name=title]").fill("Her title")
    note = page.locator("#aside .note")
    note.wait_for()
    assert "has meanwhile saved version 2" in note.inner_text()
    page.locator("[name=title]").fill("Her own title")
    page.wait_for_timeout(1500)
    assert [(one.number, one.content["title"]) for one in selectors.versions(kit)][:2] == [
        (3, "Her own title"),
        (2, "His title"),
    ]
    note.get_by_role("link").click()
    page.get_by_role("heading", name="Versions 2 and 3").wait_for()
    assert page.locator("ins").first.inner_text().endswith("Her own")
    shot(page, "compare-1280")
    page.get_by_role("button", name="Make version 3 the draft").click()
    page.get_by_text("Version 3 is the draft again").wait_for()
    assert selectors.draft(kit).title == "Her own title"


def test_without_javascript_one_button_does_the_same(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner, java_script_enabled=False)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    page.locator("[name=title]").fill("Saved by the button")
    page.get_by_label("Booking page", exact=True).first.check()
    page.locator("[name=to_booking]").fill("http://example.org")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("A booking address begins with https://").wait_for()
    assert page.locator("[name=to_booking]").input_value() == "http://example.org"
    assert selectors.draft(kit).title == "Saved by the button"  # one wrong field keeps no other from being kept
    page.locator("[name=to_booking]").fill("https://example.org/book")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("Saved at").first.wait_for()
    assert {step.target for step in selectors.draft(kit).steps} == {"", "https://example.org/book"}


def test_a_picture_is_put_into_the_text(chromium, live_server, owner: Member, kit: Kit) -> None:
    page = opened(chromium, live_server, owner)
    page.goto(f"{live_server.url}/kits/{kit.public_id}/")
    page.get_by_label("What it shows").fill("A hall with boxes")
    page.locator("[name=picture]").set_input_files(
        {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": drawn((1200, 800), "JPEG")}
    )
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("The picture is here").wait_for()
    page.locator("[name=first_step]").focus()
    page.get_by_role("button", name="Put it in").click()
    picture = page.frame_locator("#preview").get_by_alt_text("A hall with boxes")
    picture.wait_for()
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert picture.evaluate("one => one.naturalWidth") == 1200
    assert "![A hall with boxes](picture:" in selectors.draft(kit).first_step


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_a_kit_are_clean(chromium, live_server, owner: Member, kit: Kit, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    other = make.assistant(owner.practice)
    before = selectors.draft(kit)
    words = before.problems.replace("The garden was a joy", "The garden has been a joy") + "\n\nOur award-winning team."
    services.save(by=other, kit=kit, content=Content.from_json(before.to_json() | {"problems": words}), based_on=1)
    away = services.create(by=owner, name="Put away")
    services.archive(by=owner, kit=away)
    view = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    page = opened(chromium, live_server, owner, **view)
    at = f"/kits/{kit.public_id}/"
    paths = {"list": "/kits/", "archive": "/kits/?archived=1", "new": "/kits/new/", "write": at}
    paths |= {"history": f"{at}history/", "compare": f"{at}compare/?a=1&b=2"}
    troubles = []
    for name, path in paths.items():
        page.goto(live_server.url + path)
        found = Axe().run(page).response["violations"]
        troubles += [f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in found]
        if beyond(page):
            troubles.append(f"{name}: wider than the screen")
        shot(page, f"{name}-{width}-{scheme}")
    assert not troubles, "\n".join(troubles)
