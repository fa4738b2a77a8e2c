"""Many at once: one link opens one visit, and what is said at the same moment is said once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from tests import make
from tests.rooms.introductions.cast import passed_along
from tests.rooms.portal.visiting import forget_limits, link_of, visit

from passalong.introductions.models import OwnAct, PortalKey, Step, Thanks
from passalong.introductions.services.opening import open_introduction
from passalong.portal.visits import COOKIE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
MANY = 20


def _at_once(paths: list[tuple[str, dict[str, str], str]]) -> list[tuple[int, bool]]:
    """Every POST in a thread of its own: status, and whether a visit began."""

    def post(one: tuple[str, dict[str, str], str]) -> tuple[int, bool]:
        path, said, cookie = one
        browser = Client()
        if cookie:
            browser.cookies[COOKIE] = cookie
        try:
            answer = browser.post(path, said)
            return answer.status_code, bool(not cookie and COOKIE in answer.cookies)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(post, paths))


def test_a_link_opened_many_times_at_once_opens_one_visit() -> None:
    forget_limits()
    with passed_along() as passed:
        answers = _at_once([(link_of(passed.ann), {"who": "me"}, "")] * MANY)
        assert sorted(answers) == [(303, True), *[(404, False)] * (MANY - 1)]
        assert PortalKey.objects.exclude(visit_digest="").count() == 1


def test_what_is_said_many_times_at_once_is_said_and_thanked_for_once() -> None:
    forget_limits()
    with passed_along() as passed:
        one = open_introduction(by=passed.by, referrer=passed.ann, prospect=make.contact(passed.by), act="ask")
        cookie = visit(passed.ann).cookies[COOKIE].value
        said = (f"/me/introductions/{one.public_id}", {"act": "agree"}, cookie)
        assert {status for status, _begun in _at_once([said] * MANY)} == {303}
        assert OwnAct.objects.count() == Thanks.objects.count() == 1
        assert Step.objects.filter(act="agree").count() == 1
