"""The whole way in a real browser on a phone-size screen, with real mail: ask, link, visit, answer, leave."""

from __future__ import annotations

from typing import Any

import pytest
from tests import make
from tests.rooms.introductions.cast import passed_along
from tests.rooms.kits import seen
from tests.rooms.portal.visiting import MAIL, forget_limits, look_all_up
from tests.screens import beyond, follow

from passalong.introductions.models import Hearing, Introduction
from passalong.introductions.services.opening import open_introduction
from passalong.mail.services import sending

pytestmark = pytest.mark.django_db(transaction=True)


def test_on_a_phone_from_the_address_to_goodbye(live_server: Any) -> None:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    forget_limits()
    with passed_along() as passed, sync_playwright() as play:
        jo = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
        one = open_introduction(by=passed.by, referrer=passed.ann, prospect=jo, act="ask")
        browser = play.chromium.launch(executable_path=seen.CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(f"{live_server.url}/me/")
        page.get_by_label("Your mail address").fill(MAIL)
        follow(page, page.get_by_role("button", name="Send me the link"))
        assert page.get_by_role("heading", name="Look into your mail").is_visible()
        look_all_up()
        assert sending.deliver() == 1
        text = passed.sink.received[0].parsed.get_body(("plain",)).get_content()
        token = text.split("/me/in/")[1].split()[0]
        page.goto(f"{live_server.url}/me/in/{token}")
        page.get_by_role("button", name="Go on").click()  # the browser asks for a choice; nothing is sent
        assert page.url.endswith(token)
        page.get_by_label("It is me, and I asked for it").check()
        follow(page, page.get_by_role("button", name="Go on"))
        assert page.get_by_role("heading", name="Your page, Ann").is_visible()
        cookie = context.cookies()[0]
        assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/me/", True, "Strict")
        assert len(context.cookies()) == 1
        assert beyond(page) == 0
        follow(page, page.get_by_role("button", name="Yes, I will introduce them"))
        assert page.get_by_text("You would introduce us to Jo Lind.").is_visible()
        page.get_by_role("link", name="How you hear").first.click()
        page.get_by_label("Once a week at most").check()
        follow(page, page.get_by_role("button", name="Keep", exact=True))
        assert page.get_by_text("Kept.").is_visible()
        follow(page, page.get_by_role("button", name="Close this page"))
        assert page.get_by_role("heading", name="Goodbye").is_visible()
        page.goto(f"{live_server.url}/me/introductions/")
        assert page.get_by_role("heading", name="Your visit has ended").is_visible()
        browser.close()
    assert Introduction.objects.get(pk=one.pk).stage == "agreed"
    assert Hearing.objects.get().rhythm == "weekly"
