"""Every page that needs no id is clean under axe on a phone, by light and in the dark, and asks no other server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from tests import make
from tests.pages.routes import routes
from tests.screens import beyond

from passalong.accounts import services
from passalong.accounts.models import LinkPurpose, Member

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]
WIDTH = 360


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def _is_page(path: str, client: Client) -> bool:
    """A whole page, not a fragment, a file or an address that is only posted to."""
    answer = client.get(path)
    return not answer.streaming and b"<html" in answer.content


def _paths(owner: Member, client: Client) -> list[str]:
    tokens = {
        "welcome": services.make_link(LinkPurpose.SET_UP),
        "enter": services.make_link(LinkPurpose.SIGN_IN, practice=owner.practice, user=owner.user),
        "join": services.invite_member(by=owner, email="luis@example.org", role="assistant"),
    }
    plain = [route.path(()) for route in routes(get_resolver().url_patterns) if not route.names]
    by_link = [f"/{name}/{token}/" for name, token in tokens.items()]
    return [path for path in [*plain, *by_link, "/enter/none/", "/accounts/2fa/"] if _is_page(path, client)]


def _troubles(page: Any, url: str) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(url)
    found = Axe().run(page).response["violations"]
    wide = beyond(page)
    problems = [f"{one['id']} at {one['nodes'][0]['target']}" for one in found]
    return [f"{page.url}: {text}" for text in problems + (["wider than the screen"] if wide else [])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_clean_on_a_phone(browser: Any, live_server: Any, scheme: str) -> None:
    owner = make.full_practice("Ash")
    client = make.browser(owner)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 780}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    troubles = [text for path in _paths(owner, client) for text in _troubles(page, live_server.url + path)]
    context.close()
    assert not troubles, "\n".join(troubles)
    assert not [url for url in asked if not url.startswith((live_server.url, "data:"))]
