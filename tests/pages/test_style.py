"""The style page stands for every page: what it is made of works, reads well and asks nobody else for anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.screens import beyond

from passalong.accounts.models import Member, Practice, Role
from passalong.ui.renderers import FormRenderer
from passalong.ui.templatetags.ui import icon, p_word, p_words

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    user = get_user_model().objects.create_member_user(email="ines@example.org", name="Ines Aldana", password=None)
    practice = Practice.objects.create(name="Aldana Wealth Planning")
    Member.objects.create(practice=practice, user=user, role=Role.OWNER)
    client.force_login(user)
    return client


@pytest.fixture
def page(signed_in: Client) -> str:
    response = signed_in.get(reverse("ui:style"))
    assert response.status_code == 200
    return response.content.decode()


def test_style_page_is_for_members(client: Client) -> None:
    response = client.get(reverse("ui:style"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_page_obeys_a_strict_content_security_policy(page: str) -> None:
    assert not re.findall(r"<[^>]+\sstyle=", page)
    assert not re.findall(r"<[^>]+\son[a-z]+=", page)
    assert not re.findall(r"<style", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_page_asks_no_other_server(page: str) -> None:
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)


def test_page_names_the_practice_and_leads_to_every_room(page: str) -> None:
    assert "<title>Style · Aldana Wealth Planning</title>" in page
    for name in [
        "desk:today",
        "contacts:list",
        "prospecting:gameplan",
        "prospecting:wishlist",
        "exchange:import",
        "accounts:settings",
    ]:
        assert f'href="{reverse(name)}"' in page


def test_navigation_marks_where_we_are(signed_in: Client) -> None:
    request = RequestFactory().get(reverse("ui:style"))
    item = Template('{% load ui %}{% nav_item "ui:style" "Style" "sun" %}')
    assert 'aria-current="page"' in item.render(Context({"request": request}))
    request.path = "/elsewhere/"
    assert "aria-current" not in item.render(Context({"request": request}))
    also = Template('{% load ui %}{% nav_item "ui:style" "Style" "sun" "" "/one/ /other/" %}')
    assert "aria-current" not in also.render(Context({"request": request}))
    request.path = "/other/7/"
    assert 'aria-current="page"' in also.render(Context({"request": request}))


def test_navigation_leaves_out_a_room_that_does_not_exist() -> None:
    assert not Template('{% load ui %}{% nav_item "no:room" "None" "sun" %}').render(Context()).strip()


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (1.0, "almost surely"),
        (0.91, "almost surely"),
        (0.9, "probably"),
        (0.6, "probably"),
        (0.59, "perhaps"),
        (0.3, "perhaps"),
        (0.29, "unlikely"),
        (0.0, "unlikely"),
    ],
)
def test_probability_has_a_word_and_its_number(p: float, word: str) -> None:
    assert p_word(p) == word
    assert f"<b>{word}</b>" in p_words(p)
    assert f"{min(max(round(p * 100), 1), 99)}%" in p_words(p)


def test_icons_are_hidden_from_screen_readers_and_unknown_ones_are_refused() -> None:
    assert 'aria-hidden="true"' in icon("users")
    with pytest.raises(Exception, match="No icon"):
        icon("no-such-icon")
    with pytest.raises(Exception, match="no icon name"):
        icon("../secret")


class _Form(forms.Form):
    default_renderer = FormRenderer
    name = forms.CharField(help_text="As on the card")
    agreed = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_every_form_is_drawn_with_our_templates(settings: Any) -> None:
    assert settings.FORM_RENDERER == "passalong.ui.renderers.FormRenderer"


def test_a_field_says_its_name_its_help_and_what_is_wrong() -> None:
    html = _Form({"name": "", "token": "x"})["name"].as_field_group()
    assert '<label for="id_name">' in html
    described = re.search(r'<input[^>]+aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert "This field is required." in html


def test_a_form_draws_every_field_once_and_tells_of_hidden_errors() -> None:
    html = str(_Form({"name": "Ana"}))
    assert [html.count(f'name="{name}"') for name in ("name", "agreed", "token")] == [1, 1, 1]
    assert "This field is required." in html


def test_pager_keeps_the_question(rf: RequestFactory) -> None:
    request = rf.get("/people/", {"q": "ruiz"})
    page = Paginator(range(10_000), 50).page(2)
    html = Template("{% load ui %}{% pager page %}").render(Context({"request": request, "page": page}))
    assert "51 to 100 of 10,000" in html
    assert "q=ruiz" in html
    assert "page=3" in html


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html"])
def test_error_pages_need_no_request(name: str) -> None:
    from django.template.loader import render_to_string

    assert "<h1>" in render_to_string(name)


@contextmanager
def _browser(address: str, client: Client, scheme: str, width: int) -> Iterator[Any]:
    """The style page in Chromium, signed in."""
    from playwright.sync_api import sync_playwright

    cookie = client.cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        view = context.new_page()
        view.goto(address + reverse("ui:style"))
        yield view
        browser.close()


@pytest.mark.story
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_style_page_is_accessible_and_fits(live_server: Any, signed_in: Client, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with _browser(live_server.url, signed_in, scheme, width) as view:
        found = Axe().run(view)
        overflow = beyond(view)
        small = view.evaluate(
            "[...document.querySelectorAll('.sheet :is(button, select, input)')]"
            ".filter(e => e.getBoundingClientRect().height < 44).length"
        )
    assert found.violations_count == 0, found.generate_report()
    assert overflow == 0
    assert small == 0
