"""Allow or stop keeping a protected category of evidence."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import AllowedCategory
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump

MINIMUM_REASON = 20  # characters: a reason, not a tick


@transaction.atomic
def allow_category(*, by: Member, category: str, reason: str) -> AllowedCategory:
    """Let evidence of a protected category, or from mail or calendars, into the practice. Owners only, with a written
    reason."""
    demand(by, "accounts.change_practice")
    if category not in dict([*AllowedCategory.CHOICES, *AllowedCategory.SOURCES]):
        raise Refused(_("Choose one of the kinds listed."), field="category")
    if len(reason.strip()) < MINIMUM_REASON:
        raise Refused(_("Write the reason in a sentence: it is kept with your name."), field="reason")
    allowed, made = AllowedCategory.objects.get_or_create(
        practice=by.practice,
        category=category,
        ended_at=None,
        defaults={"reason": reason.strip(), "allowed_by": str(by.user)},
    )
    if made:
        events.record(
            by.practice_id,
            "compliance:category_allowed",
            actor=by.public_id,
            category=category,
            reason=reason,
        )
        bump(by.practice_id, EVIDENCE)  # what is on file of a source that was off counts again
    return allowed


@transaction.atomic
def disallow_category(*, by: Member, category: str) -> None:
    """Stop taking in evidence of this category. What is kept already stays until it is removed; mail and
    calendars are not used any more."""
    demand(by, "accounts.change_practice")
    current = AllowedCategory.objects.filter(practice=by.practice, category=category, ended_at=None)
    if not current.update(ended_at=clock.now()):
        return
    events.record(by.practice_id, "compliance:category_ended", actor=by.public_id, category=category)
    bump(by.practice_id, EVIDENCE)
