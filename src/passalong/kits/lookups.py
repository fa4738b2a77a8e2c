"""Rows that pages name by public id: another practice's are not found."""

from __future__ import annotations

from passalong.accounts.models import Practice
from passalong.core.lookups import or_404
from passalong.kits.models import Kit
from passalong.kits.selectors import writing


def kit_or_404(practice: Practice, public_id: str) -> Kit:
    """The kit, archived or not, or the page that says there is none."""
    return or_404(writing.kit, practice, public_id)
