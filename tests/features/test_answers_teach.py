"""Thirty answers tapped in meetings change the next gameplan, visibly, and the client never sees that they did."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.features.made_practice import CLIENTS, OWNER, met, seated
from tests.screens import beyond, follow

pytestmark = pytest.mark.story

ROOT = Path(__file__).parents[2]
KNOWN = dict(zip(CLIENTS, (4, 3, 4, 3, 4), strict=False))  # the others of six are board members, unknown to them
FIRST, OTHER = CLIENTS[0], CLIENTS[-1]
Row = tuple[str, int]


@pytest.fixture
def made(running, page):
    """A Passalong with the made practice in it, its owner signed in."""
    running.wait_for(r"http://127\.0\.0\.1:\d+/welcome/\S+")
    environment = running.environment | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    subprocess.run(
        [sys.executable, "-m", "tests.features.made_practice"], cwd=ROOT, env=environment, check=True, timeout=300
    )
    page.goto(running.command("link", OWNER).stdout.strip().splitlines()[-1])
    follow(page, page.locator("main button[type=submit]").first)
    return running


def open_gameplan(page, running, client: str) -> list[Row]:
    """The names on a client's gameplan with their chances in percent, in order."""
    page.goto(f"{running.address}/gameplan/?q={client.split()[-1]}")
    follow(page, page.get_by_role("link", name=client))
    names = page.locator("article .prompt-name").all_inner_texts()
    chances = page.locator("article .prompt-head .p-words .num").all_inner_texts()
    return [(name.strip(), int(p.strip("%"))) for name, p in zip(names, chances, strict=True)]


def hold_meeting(page, running, client: str, known: int) -> None:
    """Six taps on the client's sheet, as the names come up."""
    open_gameplan(page, running, client)
    follow(page, page.get_by_role("button", name="Go straight to the names"))
    wanted = dict.fromkeys(met(client)[:known], "I know them well")
    wanted |= dict.fromkeys(seated(client)[: 6 - known], "I do not know them")
    while wanted:
        shown = page.locator("#sheet .prompt-name").all_inner_texts()
        name = next(name.strip() for name in shown if name.strip() in wanted)
        card = page.locator("#sheet article", has=page.get_by_role("heading", name=name))
        card.get_by_role("button", name=wanted.pop(name), exact=True).click()
        page.locator("#said", has_text=name).wait_for()


def test_thirty_answers_change_the_next_gameplans(made, page, browser, tmp_path):
    before = open_gameplan(page, made, OTHER)
    assert [name for name, _p in before] == seated(OTHER)
    person = page.get_by_role("link", name=before[0][0]).get_attribute("href")
    assert page.locator("#changes").count() == 0  # nothing to compare with
    follow(page, page.get_by_role("button", name="Go straight to the names"))
    page.locator("#sheet").wait_for()
    assert open_gameplan(page, made, OTHER) == before
    assert page.locator("#changes").count() == 0  # nobody has answered

    for client, known in KNOWN.items():
        hold_meeting(page, made, client, known)

    after = open_gameplan(page, made, OTHER)
    assert [name for name, _p in after] == met(OTHER)  # whom clients know has come before whom they do not
    line = page.locator("#changes").inner_text()
    assert line.startswith("30 answers since the last gameplan (")
    assert "Alma Valesailor moved up from place 6 to 1" in line
    assert "Alma Valetrustee moved down from place 1 to 6" in line
    expect(page.locator("article .badge", has_text="up from place")).to_have_count(5)
    earlier = [int(found) for found in re.findall(r"(\d+)% before", page.locator("main").inner_text())]
    assert len(earlier) == len(after)
    assert all(p > then for (_name, p), then in zip(after, earlier, strict=True))
    page.screenshot(path=tmp_path / "other-light.png", full_page=True)
    check_phone(page, browser, tmp_path / "other-dark.png")
    check_first(page, made, tmp_path)
    check_client_sees_nothing(page, made)
    check_board_fell(page, made, person, before[0][1])


def check_client_sees_nothing(page, made) -> None:
    """Neither the sheet on the tablet nor the one on paper says that or how anything moved."""
    open_gameplan(page, made, OTHER)
    paper = page.request.get(made.address + page.get_by_role("link", name="Sheet as PDF").get_attribute("href"))
    text = "\n".join(part.extract_text() for part in PdfReader(io.BytesIO(paper.body())).pages)
    follow(page, page.get_by_role("button", name="Go straight to the names"))
    page.locator("#sheet").wait_for()
    for shown in (text, page.content()):
        assert "Alma Valesailor" in shown
        for word in ("answers since", "from place", "% before", "Holmsailor"):
            assert word not in shown
    open_gameplan(page, made, OTHER)
    assert page.locator("#changes").count() == 0  # this order has been taken into a meeting


def check_first(page, made, folder: Path) -> None:
    """The client who answered first: the one they met and were not asked about stands in front of the board."""
    names = [name for name, _p in open_gameplan(page, made, FIRST)]
    assert names[0] == "Enid Holmsailor"
    line = page.locator("#changes").inner_text()
    assert "30 answers" in line
    assert "Enid Holmsailor moved up from place 4 to 1" in line
    assert line.endswith("(places among the names still open).")
    page.screenshot(path=folder / "first-light.png", full_page=True)


def check_phone(page, browser, picture: Path) -> None:
    """The same page on a phone in the dark: it fits, and has no barriers."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", storage_state=page.context.storage_state()
    )
    phone = context.new_page()
    phone.goto(page.url)
    assert phone.locator("#changes").is_visible()
    assert beyond(phone) == 0
    assert not [found["id"] for found in Axe().run(phone).response["violations"]]
    phone.screenshot(path=picture, full_page=True)
    context.close()


def check_board_fell(page, made, person: str, before: int) -> None:
    """Who sits on the board stands behind now; their own page tells that they are known less probably than before."""
    page.goto(made.address + person)
    row = page.locator("li", has=page.get_by_role("link", name=OTHER, exact=True))
    now = row.locator(".p-words .num").first.inner_text()
    assert int(now.strip("%")) < before
