"""Many hands at the same moment: one open introduction for a person, one step for an act, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from tests import make
from tests.rooms.introductions import flow
from tests.rooms.portal.cast import published

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions.models import Agreement, AlsoBy, Introduction, Promise, Reply, Rest, Stage, Step, Way
from passalong.introductions.services import Answer, agreements, record_reply, ways, withdraw_introduction
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


@pytest.mark.parametrize("wish", ["yes", "no"])
def test_an_own_word_is_kept_though_the_client_withdraws_at_the_same_moment(wish: str) -> None:
    """A yes leads on where it was first, and opens anew where it was second; a no holds in either order."""
    kit = published()
    jo = make.contact(kit.owner, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=kit.owner, referrer=kit.referrer, prospect=jo)
    said = Answer("two_questions", True, wish, name="Jo Lind", reach="jo@lind.example")

    def withdraw() -> None:
        with suppress(Refused):  # the friend was quicker with a no
            withdraw_introduction(by=kit.owner, introduction=Introduction.objects.get(pk=found.pk))

    _all_at_once(
        [
            withdraw,
            lambda: record_reply(link=kit.link, edition=kit.edition, answer=said, view="view00000001"),
        ]
    )
    assert Reply.objects.get().wish == wish
    if wish == "no":
        assert not Introduction.objects.filter(is_open=True).exists()
        assert Rest.objects.exists()
    else:
        assert Step.objects.filter(act="answer yes").count() == 1


def test_an_agreement_and_its_promise_written_by_many_presses_are_written_once() -> None:
    owner = make.member()
    ann = make.client(owner, "Ann Okafor")
    words = {"good_introduction": "Somebody who sells a shop.", "treatment": "As we treat you.", "quality": ""}
    owed = [("Send the report", clock.today())]
    _all_at_once([lambda: agreements.save(by=owner, client=ann, promised=owed, **words) for _press in range(AT_ONCE)])
    assert (Agreement.objects.get().version, Promise.objects.count()) == (1, 1)
