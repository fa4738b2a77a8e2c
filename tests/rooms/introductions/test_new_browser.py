"""An introduction opened by hand in a browser: without script, with names suggested while typing, at both widths."""

from __future__ import annotations

import pytest
from tests import make
from tests.rooms.introductions.test_care_browser import CHROMIUM, SHOTS, chromium, opened
from tests.screens import beyond

from passalong.introductions.models import Introduction, Stage
from passalong.introductions.services import open_introduction

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.story,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]


def test_from_a_clients_page_to_an_introduction_without_script(chromium, live_server) -> None:
    owner = make.member()
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    make.contact(owner, "Jo Lind")
    page = opened(chromium, live_server, owner, java_script_enabled=False)
    page.goto(f"{live_server.url}/people/{ann.public_id}/")
    page.get_by_role("link", name="New introduction").click()
    assert page.get_by_label("Which client?").input_value() == "Ann Okafor"
    page.get_by_label("Whom?").fill("Jo Lind")
    page.get_by_label("Agreed", exact=True).check(force=True)
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("Several people are meant").wait_for()
    page.get_by_role("button", name=jo.public_id).click()
    page.get_by_role("heading", name="Jo Lind").wait_for()
    found = Introduction.objects.get()
    assert (found.referrer, found.prospect, found.stage) == (ann, jo, Stage.AGREED)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_are_suggested_and_what_is_wrong_stands_beside_its_field(
    chromium,
    live_server,
    width: int,
    scheme: str,
) -> None:
    owner = make.member()
    ann, jo = make.client(owner, "Ann Okafor"), make.contact(owner, "Jo Lind")
    open_introduction(by=owner, referrer=ann, prospect=jo)
    make.client(owner, "Ben Adeyemi")
    page = opened(chromium, live_server, owner, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{live_server.url}/introductions/new/")
    page.get_by_label("Which client?").press_sequentially("Ade")
    page.locator("#people-names option[value='Ben Adeyemi']").wait_for(state="attached")
    page.get_by_label("Which client?").fill("Ben Adeyemi")
    page.get_by_label("Whom?").fill("Jo Lind")
    page.get_by_role("button", name="Note it").click()
    page.locator("#id_prospect_error").get_by_text("Nobody else is asked meanwhile").wait_for()
    assert beyond(page) == 0
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/new-introduction-{width}-{scheme}.png", full_page=True)
