"""A second client for somebody who is being introduced already."""

from __future__ import annotations

import pytest
from tests import make

from passalong.introductions.models import AlsoBy
from passalong.introductions.services import open_introduction

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("act", "recorded"), [("ask", 0), ("agree", 1)])
def test_a_second_client_is_recorded_once_they_agree_and_not_while_they_think(act: str, recorded: int) -> None:
    by = make.member()
    first, second = make.client(by, "Ann Okafor"), make.client(by, "Bo Renner")
    jo = make.contact(by, "Jo Lind", email="jo@lind.example")
    found = open_introduction(by=by, referrer=first, prospect=jo)
    assert open_introduction(by=by, referrer=second, prospect=jo, act=act) == found
    assert AlsoBy.objects.filter(introduction=found, referrer=second).count() == recorded
