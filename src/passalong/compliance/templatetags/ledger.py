"""Cards of this room for pages of others: what a person got, what waits for a second person."""

from __future__ import annotations

from typing import Any

from django import template

from passalong.accounts.models import Member
from passalong.compliance.selectors import approvals, ledger
from passalong.core.models import PracticeScoped

register = template.Library()


@register.inclusion_tag("compliance/_gifts_of.html")
def gifts_of(person: PracticeScoped) -> dict[str, Any]:
    """What this person got within 12 months and this year, and the way to write one more down."""
    return {"person": person, "sums": ledger.sums_of(person.practice_id, [person.pk])}


@register.inclusion_tag("compliance/_approvals_waiting.html")
def approvals_waiting(member: Member) -> dict[str, int]:
    """How many requests this member can decide on; nothing at all where there are none."""
    return {"count": approvals.waiting_for(member)}
