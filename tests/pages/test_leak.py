"""Every route, asked with the ids of another practice: nothing of it is shown and nothing of it changes.

A route that names rows takes them as `<str:...>` public ids, so every public id of the other practice is tried in
every place, by GET and by POST.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from tests import make
from tests.pages.routes import Route, routes

from passalong.accounts.models import Member
from passalong.core.models import PracticeOwned, PracticeScoped

pytestmark = pytest.mark.django_db

CANARY = "Zanzibarium"
TOKENS = ("token", "key", "uidb36")  # secrets, not ids
# Says who is responsible, or whose page it is: the practice's name and imprint.
PUBLIC = ("privacy/", "privacy/at/<str:public_id>", "me/", "me/at/<str:public_id>")
LOGIN = "/accounts/login/"
POSTED = {
    "name": "Changed",
    "role": "assistant",
    "answer": "knows",
    "kind": "client",
    "reason": "Changed",
    "note": "Changed",
}


SHARES = 3  # of the routes, so that more than one worker goes through them
MOST_OF_A_KIND = 4  # a client, strangers and somebody wished for: the others are the same to every route


def _routes(*, with_ids: bool) -> list[Route]:
    found = [route for route in routes(get_resolver().url_patterns) if not set(route.names) & set(TOKENS)]
    return [route for route in found if bool(route.names) == with_ids]


def _public_ids(owner: Member) -> list[str]:
    ids = [owner.public_id]
    for model in make.scoped_models():
        rows = model._default_manager.filter(practice=owner.practice)
        ids += list(rows.order_by("pk").values_list("public_id", flat=True)[:MOST_OF_A_KIND])
    return ids


def _rows(owner: Member) -> dict[str, list[dict[str, Any]]]:
    """Every row of the practice, of any kind."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, PracticeOwned) or model is Member:
            rows: models.QuerySet[Any] = model._default_manager.filter(practice=owner.practice)
            found[model.__name__] = list(rows.order_by("pk").values())
    return found


def _content(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return bytes(body).decode(errors="replace")


def _is_closed(answer: HttpResponse) -> bool:
    return answer.status_code in (403, 404, 405) or (answer.status_code == 302 and answer["Location"].startswith(LOGIN))


def test_the_cast_has_a_row_of_every_kind_that_has_a_public_id() -> None:
    owner = make.full_practice(CANARY)
    without = [
        model.__name__
        for model in make.scoped_models()
        if not model._default_manager.filter(practice=owner.practice).exists()
    ]
    assert not without, f"add them to FILLERS in tests/make.py: {without}"


@pytest.fixture
def theirs() -> Member:
    return make.full_practice(CANARY)


def _browser(who: Member | None) -> Client:
    client = make.browser(who)
    client.raise_request_exception = False  # a page that breaks is told with its address, like a leak
    return client


def _problems(answer: HttpResponse, path: str, *, closed: bool) -> list[str]:
    found = []
    if answer.status_code >= 500 or (closed and not _is_closed(answer)):
        found.append(f"answers {answer.status_code}: {path}")
    if CANARY in _content(answer):
        found.append(f"shows the other practice: {path}")
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_another_practices_ids_open_nothing(theirs: Member, share: int) -> None:
    client, problems, before = _browser(make.full_practice("Mine")), [], _rows(theirs)
    for route in _routes(with_ids=True)[share::SHARES]:
        for public_id in _public_ids(theirs):
            path = route.path((public_id,) * len(route.names))
            for answer in (client.get(path), client.post(path, POSTED)):
                problems += _problems(answer, path, closed=True)
        if _rows(theirs) != before:
            problems.append(f"changes the other practice: {route}")
            before = _rows(theirs)
    assert not problems, "\n".join(problems)


IN_BODIES = {
    "Contact": ("person", "contact", "other", "other_id", "same_0", "person_id", "guest_id", "client"),
    "Organization": ("organization", "firm"),
    "Address": ("address", "addresses"),
    "Partner": ("partner",),
    "QuestionSet": ("set",),
    "Asked": ("question",),
    "CastingAsk": ("ask",),
    "Voice": ("voice",),
    "Take": ("take", "intro", "outro"),
    "Kit": ("kit",),
}


def test_no_form_takes_another_practices_ids(theirs: Member) -> None:
    """Ids of our own in the address, theirs in every field of the form that may name a row."""
    mine = make.full_practice("Mine")
    client, problems, before = _browser(mine), [], _rows(theirs)
    own = {_own_id(model, mine) for model in make.scoped_models()}
    foreign = {model.__name__: _own_id(model, theirs) for model in make.scoped_models()}
    body = {**POSTED, **{field: foreign[kind] for kind, fields in IN_BODIES.items() for field in fields}}
    for route in [*_routes(with_ids=True), *_routes(with_ids=False)]:
        for ours in own if route.names else {""}:
            path = route.path((ours,) * len(route.names))
            problems += _problems(client.post(path, body), path, closed=False)
        if _rows(theirs) != before:
            problems.append(f"changes the other practice: {route}")
            before = _rows(theirs)
    assert not problems, "\n".join(problems)


def _own_id(model: type[PracticeScoped], owner: Member) -> str:
    found = model._default_manager.filter(practice=owner.practice).values_list("public_id", flat=True).first()
    return found or owner.public_id


def test_no_page_shows_another_practice(theirs: Member) -> None:
    client, problems, before = _browser(make.full_practice("Mine")), [], _rows(theirs)
    for route in _routes(with_ids=False):
        for query in ("", f"?q={CANARY[:6]}"):
            path = route.path(()) + query
            problems += _problems(client.get(path), path, closed=False)
    assert not problems, "\n".join(problems)
    assert _rows(theirs) == before


def test_a_stranger_sees_and_changes_nothing(theirs: Member) -> None:
    client, problems, before = _browser(None), [], _rows(theirs)
    for route in [*_routes(with_ids=True), *_routes(with_ids=False)]:
        if route.pattern in PUBLIC:
            continue
        for public_id in _public_ids(theirs)[:: 4 if route.names else 1000]:
            path = route.path((public_id,) * len(route.names))
            for answer in (client.get(path), client.post(path, POSTED)):
                problems += _problems(answer, path, closed=False)
    assert not problems, "\n".join(problems)
    assert _rows(theirs) == before
