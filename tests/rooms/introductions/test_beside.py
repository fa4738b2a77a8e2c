"""A second client for somebody who is being introduced already."""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts.services import standing
from passalong.introductions.models import AlsoBy, Thanks
from passalong.introductions.services import introducing, open_introduction
from passalong.introductions.services.thanking import thank

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("act", "recorded"), [("ask", 0), ("agree", 1)])
def test_a_second_client_is_recorded_once_they_agree_and_not_while_they_think(act: str, recorded: int) -> None:
    by = make.member()
    first, second = make.client(by, "Ann Okafor"), make.client(by, "Bo Renner")
    jo = make.contact(by, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=by, referrer=first, prospect=jo)
    assert open_introduction(by=by, referrer=second, prospect=jo, act=act) == found
    assert AlsoBy.objects.filter(introduction=found, referrer=second).count() == recorded


def test_taking_back_the_word_of_the_first_leaves_the_thanks_to_the_second() -> None:
    by = make.member()
    first, second = make.client(by, "Ann Okafor"), make.client(by, "Bo Renner")
    found = open_introduction(by=by, referrer=first, prospect=make.contact(by, "Jo Lind"), act="ask")
    introducing.note(by=by, introduction=found, act="agree")
    thank(referrer=second, because="agreed", about=found, by=by)
    assert Thanks.objects.filter(state="due").count() == 2
    introducing.take_back_move(by=by, introduction=found)
    assert Thanks.objects.get().referrer == second


def test_who_was_a_client_once_can_be_introduced_again() -> None:
    by = make.member()
    jo = make.contact(by, "Jo Lind", standing="client")
    standing.set_standing(by=by, contact=jo, kind="former_client")
    assert open_introduction(by=by, referrer=make.client(by, "Ann Okafor"), prospect=jo).prospect == jo
