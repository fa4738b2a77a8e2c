"""What the engine is told of a practice: everything up to today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.core import clock
from passalong.ties import evidence

pytestmark = pytest.mark.django_db


def test_what_begins_later_is_no_evidence_yet_and_an_end_ahead_means_still_there():
    owner = make.member()
    now, later = make.contact(owner), make.contact(owner)
    ahead = (clock.today() + timedelta(days=400)).isoformat()
    make.affiliation(owner, now, "Harbor Trust", kind="board", start="2020-01-01", end=ahead)
    make.affiliation(owner, later, "Harbor Trust", kind="board", start=ahead)
    told = evidence.data_set_of(owner.practice)
    rows = told.affiliations
    assert [told.ids[person] for person in rows.person] == [str(now.pk)]
    assert rows.end.tolist() != rows.end.tolist()  # nan: still there
    assert told.drawn_from == evidence.TOWN
