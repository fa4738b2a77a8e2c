"""Many hands at the same moment: one open introduction for a person, one step for an act, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests import make
from tests.rooms.introductions import flow

from passalong.introductions.models import AlsoBy, Introduction, Stage, Step, Way
from passalong.introductions.services import ways
from passalong.introductions.services.opening import open_introduction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storage]
AT_ONCE = 8


def _all_at_once(deeds: list[Callable[[], object]]) -> None:
    """Run them in threads, each with a connection of its own; what one raises is raised here."""

    def done(deed: Callable[[], object]) -> None:
        try:
            deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        for end in [threads.submit(done, deed) for deed in deeds]:
            end.result()


def test_the_same_move_pressed_many_times_is_one_step() -> None:
    owner = make.member()
    found = flow.at(Stage.AGREED, owner)
    row = [Introduction.objects.get(pk=found.pk) for _hand in range(AT_ONCE)]
    _all_at_once([lambda one=one: flow.go(one, "pass along", flow.MEMBER, owner) for one in row])
    assert Step.objects.filter(introduction=found, act="pass along").count() == 1


def test_two_clients_name_the_same_person_many_times_at_once() -> None:
    owner = make.member()
    jo, clients = make.contact(owner), [make.client(owner), make.client(owner)]
    _all_at_once(
        [
            lambda one=clients[number % 2]: open_introduction(by=owner, referrer=one, prospect=jo)
            for number in range(AT_ONCE)
        ]
    )
    found = Introduction.objects.get()
    assert {found.referrer_id, AlsoBy.objects.get().referrer_id} == {one.pk for one in clients}
    assert found.steps.count() == 1


def test_the_words_of_a_way_kept_by_many_presses_are_kept_once() -> None:
    owner = make.member()
    found = flow.at(Stage.AGREED, owner)
    said = {"kind": "call", "words": "Tell Jo what you like about us."}
    _all_at_once([lambda: ways.prepare(by=owner, introduction=found, **said) for _press in range(AT_ONCE)])
    assert Way.objects.get().words == said["words"]
