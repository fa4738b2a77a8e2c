"""Which clients probably know somebody: weighed by the engine, for the desk alone."""

from __future__ import annotations

import re

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.contacts import services
from passalong.contacts.models import Contact
from passalong.desk.knowers import likely_knowers
from passalong.ties import services as ties

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Member:
    return make.member()


@pytest.fixture
def ben(by) -> Contact:
    """Somebody on a small board, in a crowd that shares a school."""
    for number in range(12):
        make.affiliation(by, make.contact(by, f"Crowd {number}"), "Weston College", kind="school")
    person = make.contact(by, "Ben Silva")
    make.affiliation(by, person, "Harbor Orchestra", kind="board", start="2015")
    return person


def _on_board(by: Member, name: str) -> Contact:
    client = make.client(by, name)
    make.affiliation(by, client, "Harbor Orchestra", kind="board", start="2015")
    return client


def test_the_client_who_shares_the_board_stands_first_with_the_reason(by, ben):
    make.affiliation(by, ben, "Weston College", kind="school")
    for number in range(6):
        make.affiliation(by, make.client(by, f"Client {number}"), "Weston College", kind="school")
    ann = _on_board(by, "Ann Okafor")
    found = likely_knowers(by.practice, ben)
    assert len(found) == 5
    assert found[0].client == ann
    assert found[0].p > found[1].p
    assert any("Harbor Orchestra" in reason.text for reason in found[0].reasons)
    assert [one.p for one in found] == sorted((one.p for one in found), reverse=True)


def test_who_has_answered_is_not_guessed_at(by, ben):
    ann = _on_board(by, "Ann Okafor")
    ties.record_answer(by=by, client=ann, prospect=ben, answer="does_not_know")
    assert likely_knowers(by.practice, ben) == []


def test_the_household_and_those_not_to_be_asked_are_marked(by, ben):
    ann, cleo = _on_board(by, "Ann Okafor"), _on_board(by, "Cleo Dunn")
    services.join_household(by=by, contact=ann, other=ben)
    services.edit_contact(by=by, contact=cleo, full_name="Cleo Dunn", emails=[], phones=[], do_not_ask=True)
    browser = make.browser(by)
    for headers in ({}, {"HX-Request": "true"}):
        answer = browser.get(f"/people/{ben.public_id}/knowers/", headers=headers)
        text = re.sub(r"\s+", " ", answer.content.decode())
        assert "Lives with them" in text
        assert "Do not ask" in text
        assert ("<html" in text) == (not headers)


def test_a_client_whom_nothing_connects_is_not_named(by, ben):
    make.client(by, "Ann Okafor")
    assert likely_knowers(by.practice, ben) == []
    answer = make.browser(by).get(f"/people/{ben.public_id}/knowers/")
    assert "The facts on file connect no client" in answer.content.decode()
