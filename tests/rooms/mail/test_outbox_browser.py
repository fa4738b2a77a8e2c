"""The message page in a real browser: clean under axe, by light and in the dark, and its frame can do nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from tests import make
from tests.rooms.mail.outgoing import client, drafted, queued, writer
from tests.screens import beyond

from passalong.mail.addresses import unsubscribe_token
from passalong.mail.models import Message

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_message_are_clean(browser: Any, live_server: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    rowan = writer()
    ann = client(rowan)
    draft = drafted(
        rowan, ann, subject="Our meeting on Monday", text="Dear Ann,\n\nthe way: https://practice.example/map"
    )
    thanks = drafted(rowan, ann, purpose="thanks", subject="Thank you", text="Thank you for passing the guide along.")
    unknown = queued(rowan, ann, subject="A letter on its way")
    Message.objects.filter(pk=unknown.pk).update(state="unknown")
    paths = {
        "draft": reverse("mail:message", args=[draft.public_id]),
        "thanks": reverse("mail:message", args=[thanks.public_id]),
        "unknown": reverse("mail:message", args=[unknown.public_id]),
        "write": reverse("mail:write", args=[ann.public_id]),
        "list": reverse("mail:outbox"),
        "not": reverse("mail:suppressions"),
        "body": reverse("mail:body", args=[thanks.public_id]),
        "leave": f"/u/{unsubscribe_token(thanks)}",
        "person": reverse("desk:person", args=[ann.public_id]),
    }
    cookie = make.browser(rowan).cookies[settings.SESSION_COOKIE_NAME].value
    looks = os.environ.get("LOOKS", "")
    for width in (390, 1280) if looks else (390,):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=not looks
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        for name, path in paths.items():
            page.goto(live_server.url + path)
            if looks:
                page.screenshot(path=f"{looks}/{name}-{width}-{scheme}.png", full_page=True)
                continue
            found = [] if name == "body" else Axe().run(page).response["violations"]  # a mail is no page
            wide = beyond(page)
            assert [(name, one["id"], one["nodes"][0]["html"]) for one in found] == []
            assert not wide, name
        context.close()
