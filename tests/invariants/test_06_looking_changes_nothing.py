"""Invariant 6: GET never changes state, for a member, for an outsider, for a machine that opens every link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import get_resolver
from tests import make
from tests.pages.routes import Route, routes
from tests.rooms.mail.outgoing import client, drafted
from tests.rooms.portal import cast

from passalong.accounts.models import Member
from passalong.compliance.services import consent
from passalong.core import clock
from passalong.core.models import PracticeOwned
from passalong.introductions.answer_pages import path_of_reply, token_of
from passalong.introductions.services import Answer, record_reply
from passalong.kits.services import passing
from passalong.mail.addresses import unsubscribe_token
from passalong.privacy.models import PrivacyLink
from passalong.privacy.selectors.requests import link_digest

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
    browser = make.browser(owner)
    browser.raise_request_exception = False
    own = {model.__name__: _first(model, owner) for model in make.scoped_models()} | {"Member": owner.public_id}
    for route in _own_routes():  # some pages open what is missing on their first look; that is no news of anybody
        browser.get(route.path(("none",) * len(route.names)))
    before = _rows(owner)
    opened = 0
    for route in _own_routes():
        for public_id in own.values() if route.names else [""]:
            path = route.path((public_id,) * len(route.names))
            if browser.get(path).status_code == 200:
                browser.head(path)
                opened += 1
                break
    assert opened > 40
    assert _rows(owner) == before


def test_a_machine_that_opens_every_link_answers_for_nobody() -> None:
    out = cast.published()
    secret = passing.make_share_page(by=out.owner, link=out.link)
    addresses = [out.path, f"{out.path}/report.pdf", f"{out.path}/seen", f"/pass/{secret}"]
    before = _rows(out.owner)
    for agent in SCANNERS:
        machine = Client(headers={"user-agent": agent})
        for address in addresses * 3:
            machine.head(address)
            machine.get(address)
    assert _rows(out.owner) == before


def test_a_machine_that_opens_what_a_mail_leads_to_decides_nothing() -> None:
    out = cast.published()
    by = out.owner
    answer = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example")
    reply = record_reply(link=out.link, edition=out.edition, answer=answer, view="view00000001")
    _grant, token = consent.ask(by=by, about=reply.public_id, person_key=reply.person_key, recipient=out.referrer)
    message = drafted(by, client(by), purpose="thanks")
    PrivacyLink.objects.create(
        practice=by.practice,
        email="jo@lind.example",
        key=reply.person_key,
        token_digest=link_digest("a-privacy-token"),
        expires_at=clock.now() + timedelta(hours=1),
    )
    addresses = [f"/u/{unsubscribe_token(message)}", f"/consent/{token}", "/privacy/a-privacy-token"]
    addresses += [path_of_reply(reply), f"/answer/{token_of(reply.introductions.get())}"]
    before = _rows(by)
    for agent in SCANNERS:
        machine = Client(headers={"user-agent": agent})
        for address in addresses * 3:
            assert machine.head(address).status_code == machine.get(address).status_code == 200, address
    assert _rows(by) == before
    assert Client().post(addresses[0]).status_code == 200
    assert _rows(by) != before


def _first(model: type[Any], owner: Member) -> str:
    found = model._default_manager.filter(practice=owner.practice).values_list("public_id", flat=True).first()
    return str(found or "none")
