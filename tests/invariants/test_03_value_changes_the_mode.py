"""Invariant 3: a gift or fee changes the mode: one client's own act becomes the practice's, with all its duties."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests import make

from passalong.accounts.models import Profession
from passalong.compliance.models import Receiver, ValueKind
from passalong.compliance.rulebook import judge
from passalong.compliance.services import ledger
from passalong.compliance.services.ledger import Thing
from passalong.core import clock
from passalong.core.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("profession", ["adviser", "insurance", "consultant", "attorney", "dentist", "real_estate"])
@pytest.mark.parametrize("place", ["US", "GB", "DE", "CA"])
def test_a_reward_is_never_milder_than_none(profession: str, place: str) -> None:
    plain, rewarded = judge(profession, place, "", "system_mail"), judge(profession, place, "", "system_mail_reward")
    assert rewarded.effect >= plain.effect
    assert set(plain.needs) <= set(rewarded.needs) or rewarded.effect > plain.effect


def _gift(cost: str, **more: object) -> Thing:
    said = {"kind": ValueKind.GIFT, "what": "A book", "receiver": Receiver.CLIENT, "reason": "Thanks for a good year"}
    said |= {"given_on": clock.today(), "for_referral": True, "facts": frozenset({"disclosed"})}
    return Thing(cost=Decimal(cost), **{**said, **more})


def test_an_advisers_thousand_in_twelve_months_asks_for_an_agreement() -> None:
    by = make.member(make.practice(profession=Profession.ADVISER))
    client = make.client(by)
    first = ledger.look(by.practice, _gift("999", given_on=clock.today() - timedelta(days=300)), client.pk)
    assert "agreement" not in " ".join(first.lacking)
    ledger.give(by=by, contact=client, thing=_gift("999", given_on=clock.today() - timedelta(days=300)))
    with pytest.raises(Refused, match="agreement"):
        ledger.give(by=by, contact=client, thing=_gift("2"))
