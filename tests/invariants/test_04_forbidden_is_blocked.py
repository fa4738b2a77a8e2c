"""Invariant 4: what a profile forbids is blocked in the service layer. An override needs a second named approver and a
reason; rules marked absolute have none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests import make

from passalong.accounts.models import Member, Profession, Role
from passalong.compliance.models import Decision, Receiver, ValueEntry, ValueKind
from passalong.compliance.rulebook import Effect
from passalong.compliance.services import approvals, ledger
from passalong.compliance.services.ledger import Thing
from passalong.core import clock
from passalong.core.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db

WHY = "Counsel looked at this one case and wrote down why."


def _gift(*, for_referral: bool = True) -> Thing:
    return Thing(
        kind=ValueKind.GIFT,
        what="A book",
        cost=Decimal(20),
        receiver=Receiver.CLIENT,
        reason="Thanks for a good year together",
        given_on=clock.today(),
        for_referral=for_referral,
    )


def _owner(profession: str) -> Member:
    return make.member(make.practice(profession=profession))


@pytest.mark.parametrize("profession", [Profession.DENTIST, Profession.DOCTOR])
def test_no_owner_and_no_reason_lifts_an_absolute_block(profession: str) -> None:
    by = _owner(profession)
    make.member(by.practice, role=Role.APPROVER)
    client = make.client(by)
    found = ledger.look(by.practice, _gift(), client.pk)
    assert found.verdict.effect is Effect.BLOCK
    assert found.verdict.absolute
    for ask_why in (None, WHY):
        with pytest.raises(Refused):
            ledger.give(by=by, contact=client, thing=_gift(), ask_why=ask_why)
    assert not ValueEntry.objects.filter(practice=by.practice).exists()


def test_what_a_second_person_may_allow_waits_for_one() -> None:
    by = _owner(Profession.BROKER_DEALER)
    client = make.client(by)
    with pytest.raises(Refused):
        ledger.give(by=by, contact=client, thing=_gift(for_referral=True), ask_why=WHY)
    assert ledger.look(by.practice, _gift(for_referral=False), client.pk).needs_second
    with pytest.raises(Refused):  # nobody was asked
        ledger.give(by=by, contact=client, thing=_gift(for_referral=False))
    with pytest.raises(Refused):  # nobody else is there
        ledger.give(by=by, contact=client, thing=_gift(for_referral=False), ask_why=WHY)
    second = make.member(by.practice, role=Role.APPROVER, name="Anders Approver")
    entry = ledger.give(by=by, contact=client, thing=_gift(for_referral=False), ask_why=WHY)
    with pytest.raises(NotAllowed):
        approvals.decide(by=by, approval=entry.approval, approve=True, why=WHY)
    with pytest.raises(Refused):
        approvals.decide(by=second, approval=entry.approval, approve=True, why="ok")
    decided = approvals.decide(by=second, approval=entry.approval, approve=True, why=WHY)
    assert (decided.decision, decided.decided_by_name, decided.decided_why) == (
        Decision.APPROVED,
        "Anders Approver",
        WHY,
    )
