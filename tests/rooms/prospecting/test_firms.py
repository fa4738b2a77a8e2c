"""A firm as a prospect: known people joined, the client's own tie to the firm counted once."""

from __future__ import annotations

import math

import pytest

from passalong.contacts.models import Affiliation
from passalong.engine import knows
from passalong.prospecting.firms import firm_tie, tie_to


def ranked(p, points_from_firm=0.0):
    reasons = (knows.Reason("employer", "Both at the firm", points_from_firm, "client", "7", ()),)
    score = math.log(p / (1 - p))
    return knows.Ranked("1", "2", 1, p, p / 2, (1 + p) / 2, score, score - points_from_firm, reasons, False)


def test_people_add_up_by_noisy_or():
    tie = firm_tie(7, 0.0, [(1, ranked(0.5)), (2, ranked(0.2))])
    assert tie.p == pytest.approx(1 - 0.5 * 0.8)
    assert tie.best == 1


def test_nobody_known_and_no_tie_is_no_probability():
    assert firm_tie(7, 0.0, []).p == 0
    assert firm_tie(7, 0.0, []).best is None


def test_evidence_of_the_firm_itself_counts_once_not_for_each_person():
    alone = firm_tie(7, 0.0, [(1, ranked(0.3, 2.0))]).p
    many = firm_tie(7, 0.0, [(pk, ranked(0.3, 2.0)) for pk in range(1, 6)]).p
    naive = 1 - (1 - 0.3) ** 5
    assert alone < 0.3
    assert many < naive


def test_band_holds_the_probability():
    tie = firm_tie(7, 0.4, [(1, ranked(0.5))])
    assert tie.low <= tie.p <= tie.high


def test_the_strongest_own_tie_counts():
    facts = [Affiliation(organization_id=7, kind="vendor"), Affiliation(organization_id=7, kind="employer")]
    assert tie_to(facts, 7) == 0.95
    assert tie_to([Affiliation(organization_id=7, kind="book circle")], 7) == 0.5
    assert tie_to(facts, 8) == 0
