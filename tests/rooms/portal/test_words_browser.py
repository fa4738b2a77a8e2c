"""A client on a phone: composes, confirms, and finds the buttons of mail and phone; with scripts and without."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from tests.rooms.kits import seen
from tests.rooms.portal.cast import Published, published
from tests.screens import beyond, follow

from passalong.accounts.models import Profession
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.introductions.models import Recommendation
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "They took a week to understand our shop before they said a word."


@pytest.fixture
def kit(settings: Any, live_server: Any) -> Published:
    settings.PUBLIC_URL = live_server.url
    PublicCheck.objects.create(url=live_server.url, seen_at=clock.now())
    made = published()
    made.owner.practice.profession, made.owner.practice.name = Profession.CONSULTANT, "Harbour Wealth"
    made.owner.practice.save()
    return made


@pytest.mark.parametrize("scripts", [True, False])
def test_compose_confirm_send_on_a_phone(kit: Published, live_server: Any, scripts: bool) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    secret = passing.make_share_page(by=kit.owner, link=kit.link)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        phone = {"width": 390, "height": 844}
        context = browser.new_context(viewport=phone, java_script_enabled=scripts)  # type: ignore[arg-type]
        tab = context.new_page()
        talked: list[str] = []
        tab.on("console", lambda message: talked.append(message.text))
        tab.goto(f"{live_server.url}/pass/{secret}")
        tab.get_by_role("link", name="Write a message").click()
        tab.get_by_label("In your own words").fill(SAID)
        if scripts:
            assert tab.locator("[data-preview] [data-own]").inner_text() == SAID
        else:
            assert not tab.locator("[data-preview]").is_visible()
        tab.get_by_role("button", name="See the message").click()
        message = tab.get_by_label("The message; change what you like")
        message.fill(f"Dear Jo,\n\n{message.input_value()}\n\nAnn")
        tab.get_by_label("These are my words").check()
        tab.get_by_role("button", name="Keep it as mine").click()

        text = Recommendation.objects.get().text
        assert text.startswith("Dear Jo,\n\nThey took")
        assert tab.get_by_label("Your message").input_value() == text
        mail = tab.get_by_role("link", name="Open in my mail").get_attribute("href")
        sms = tab.get_by_role("link", name="Text message").get_attribute("href")
        assert mail is not None
        assert sms is not None
        assert unquote(mail.split("&body=")[1]).replace("\r\n", "\n") == text
        assert unquote(sms.removeprefix("sms:?&body=")) == text
        assert tab.get_by_role("button", name="Copy", exact=True).is_visible() is scripts
        assert beyond(tab) == 0 if scripts else True
        follow(tab, tab.get_by_role("button", name="Sent by mail"))
        assert tab.get_by_role("heading", name="Sent").is_visible()
        assert not context.cookies()
        assert not talked, "no script was refused"
        browser.close()
    assert Recommendation.objects.get().sent_by == "mail"
