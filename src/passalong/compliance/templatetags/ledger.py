"""Cards of this room for pages of others: what a person got, what waits for a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format

from passalong.accounts.models import Member
from passalong.compliance.selectors import approvals, ledger
from passalong.core.models import PracticeScoped

register = template.Library()


@register.filter
def kept_day(on: date | str | None) -> str:
    """A day in words, also one that was kept as 2026-05-01."""
    if not on:
        return ""
    return date_format(date.fromisoformat(on) if isinstance(on, str) else on, "DATE_FORMAT")


@register.inclusion_tag("compliance/_gifts_of.html")
def gifts_of(person: PracticeScoped) -> dict[str, Any]:
    """What this person got within 12 months and this year, and the way to write one more down."""
    return {"person": person, "sums": ledger.sums_of(person.practice_id, [person.pk])}


@register.inclusion_tag("compliance/_approvals_waiting.html")
def approvals_waiting(member: Member) -> dict[str, int]:
    """How many requests this member can decide on; nothing at all where there are none."""
    return {"count": approvals.waiting_for(member)}
