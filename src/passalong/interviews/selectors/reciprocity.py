"""Reads on understandings that both refer, and on what the rules say of one."""

from __future__ import annotations

from datetime import date, timedelta

from passalong.accounts.models import Practice
from passalong.compliance.rulebook import Verdict, verdict
from passalong.interviews.models import Partner, Reciprocity


def facts_of(agreed_on: date, review_on: date, *, is_exclusive: bool, clients_told: str) -> tuple[str, ...]:
    """The words of the rulebook that are true of it. Told is told: to the client, and so to everybody referred."""
    true = {
        "dated": agreed_on + timedelta(days=1) <= review_on,
        "exclusive": is_exclusive,
        "client_told": bool(clients_told.strip()),
        "told_all": bool(clients_told.strip()),
    }
    return tuple(word for word, holds in true.items() if holds)


def allowed(practice: Practice) -> Verdict:
    """What the rules say of an understanding with everything in place, so that a page tells before a form is filled."""
    return verdict(practice, "reciprocity", facts=("dated", "client_told", "told_all"))


def present(partner: Partner) -> Reciprocity | None:
    """The understanding that holds, if there is one."""
    return Reciprocity.objects.filter(practice=partner.practice_id, partner=partner, ended_on=None).first()


def understanding(practice: Practice, public_id: str) -> Reciprocity:
    """One understanding; raises Reciprocity.DoesNotExist for another practice's."""
    return Reciprocity.objects.select_related("partner__contact").get(practice=practice, public_id=public_id)
