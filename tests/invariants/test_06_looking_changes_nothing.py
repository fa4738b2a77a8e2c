"""Invariant 6: GET never changes state, for a member, for an outsider, for a machine that opens every link."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import get_resolver
from tests import make
from tests.pages.routes import Route, routes
from tests.rooms.portal import cast

from passalong.accounts.models import Member
from passalong.core.models import PracticeOwned
from passalong.kits.services import passing

pytestmark = pytest.mark.django_db

SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36",
    "Mozilla/5.0",
    "BarracudaCentral/1.0",
    "",
)


def _rows(owner: Member) -> dict[str, list[dict[str, Any]]]:
    """Every row of the practice, of any kind."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, PracticeOwned):
            rows: models.QuerySet[Any] = model._default_manager.filter(practice=owner.practice)
            found[model.__name__] = list(rows.order_by("pk").values())
    return found


def _own_routes() -> list[Route]:
    return list(routes(get_resolver().url_patterns))


def test_no_page_of_the_desk_changes_anything_by_being_opened() -> None:
    owner = make.full_practice("Own")
    client = make.browser(owner)
    client.raise_request_exception = False
    own = {model.__name__: _first(model, owner) for model in make.scoped_models()} | {"Member": owner.public_id}
    for route in _own_routes():  # some pages open what is missing on their first look; that is no news of anybody
        client.get(route.path(("none",) * len(route.names)))
    before = _rows(owner)
    opened = 0
    for route in _own_routes():
        for public_id in own.values() if route.names else [""]:
            answer = client.get(route.path((public_id,) * len(route.names)))
            client.head(route.path((public_id,) * len(route.names)))
            opened += answer.status_code == 200
    assert opened > 40
    assert _rows(owner) == before


def test_a_machine_that_opens_every_link_answers_for_nobody() -> None:
    out = cast.published()
    secret = passing.make_share_page(by=out.owner, link=out.link)
    addresses = [out.path, f"{out.path}/report.pdf", f"{out.path}/seen", f"/pass/{secret}"]
    before = _rows(out.owner)
    for agent in SCANNERS:
        client = Client(headers={"user-agent": agent})
        for address in addresses * 3:
            client.head(address)
            client.get(address)
    assert _rows(out.owner) == before


def _first(model: type[Any], owner: Member) -> str:
    found = model._default_manager.filter(practice=owner.practice).values_list("public_id", flat=True).first()
    return str(found or "none")
