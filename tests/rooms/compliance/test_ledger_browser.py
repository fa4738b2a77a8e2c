"""The value ledger in a real browser: looked at, a second person asked, decided; every page at both widths, light and
dark, without anything wider than the screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests import make
from tests.screens import beyond, follow

from passalong.accounts.models import Profession, Role
from passalong.compliance.models import Approval, ValueEntry

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


def opened(chromium: Any, live_server: Any, who: Any, **options: Any) -> Any:
    cookie = make.browser(who).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return context.new_page()


def fill(page: Any, live_server: Any, what: str = "A bottle of wine") -> None:
    page.goto(f"{live_server.url}/settings/gifts/new/")
    page.get_by_label("Who", exact=True).fill("Anna Berg")
    page.get_by_label("What it is", exact=True).fill(what)
    page.get_by_label("What it costs").fill("40")
    page.get_by_label("Why", exact=True).fill("Thanks for years of trust")
    follow(page, page.get_by_role("button", name="See what the rules say"))


def test_a_gift_is_looked_at_asked_about_and_decided_without_script(chromium, live_server) -> None:
    owner = make.member(make.practice(profession=Profession.BROKER_DEALER))
    second = make.member(owner.practice, role=Role.APPROVER)
    make.client(owner, "Anna Berg")
    page = opened(chromium, live_server, owner, java_script_enabled=False)
    fill(page, live_server)
    page.get_by_text("Rule us.finra.gift.").wait_for()
    page.get_by_label("Why it should be allowed").fill("The firm's policy of March allows exactly this.")
    page.get_by_role("button", name="Ask a second person").click()
    page.get_by_text("Waits for a second person").wait_for()
    other = opened(chromium, live_server, second, java_script_enabled=False)
    other.goto(live_server.url)
    other.get_by_role("link", name="One request waits for your decision").click()
    other.get_by_role("link", name="Gift of 40.00 USD, client").click()
    other.get_by_label("Why").fill("It is within the policy, and she expects nothing.")
    other.get_by_role("button", name="Approve", exact=True).click()
    other.get_by_text("Approved. Your reason is kept.").wait_for()
    page.reload()
    page.get_by_text("Approved").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_the_screen(chromium, live_server, width: int, scheme: str) -> None:
    owner = make.member(make.practice(profession=Profession.ACCOUNTANT))
    owner.practice.region, owner.practice.also = "WA", ["real_estate", "insurance"]
    owner.practice.save()
    make.member(owner.practice)
    anna = make.client(owner, "Anna Berg")
    view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    page = opened(chromium, live_server, owner, **view)
    look(page, live_server, "/settings/gifts/", f"empty-{width}-{scheme}")
    fill(page, live_server, "Averylongnamewithoutanyblankthatsomebodytypedinhereforwhateverreason")
    shot(page, f"verdict-{width}-{scheme}")
    given = {"practice": owner.practice, "contact": anna, "receiver": "client", "given_on": "2026-05-04"}
    for number in range(3):
        asked = Approval.objects.create(
            practice=owner.practice,
            action="gift",
            what="Gift of 40.00 USD, client",
            asked_by="x",
            asked_by_name="Otto",
            asked_why="The firm's policy of March allows exactly this.",
        )
        entry = ValueEntry.objects.create(
            kind="gift", what=f"Bottle {number}", cost=40, reason="Thanks", approval=asked, **given
        )
        Approval.objects.filter(pk=asked.pk).update(subject=entry.public_id)
    for name, path in {
        "entries": "/settings/gifts/",
        "people": "/settings/gifts/people/",
        "entry": f"/settings/gifts/{entry.public_id}/",
        "approvals": "/settings/approvals/",
        "approval": f"/settings/approvals/{asked.public_id}/",
        "settings": "/settings/",
        "card": f"/people/{anna.public_id}/",
    }.items():
        look(page, live_server, path, f"{name}-{width}-{scheme}")


def look(page: Any, live_server: Any, path: str, name: str) -> None:
    page.goto(live_server.url + path)
    shot(page, name)


def shot(page: Any, name: str) -> None:
    assert beyond(page) == 0, name
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
