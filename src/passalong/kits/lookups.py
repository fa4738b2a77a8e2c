"""Rows that pages name by public id: another practice's are not found."""

from __future__ import annotations

from django.http import Http404

from passalong.accounts.models import Practice
from passalong.kits.models import Kit
from passalong.kits.selectors import writing


def kit_or_404(practice: Practice, public_id: str) -> Kit:
    """The kit, archived or not, or the page that says there is none."""
    try:
        return writing.kit(practice, public_id)
    except Kit.DoesNotExist as missing:
        raise Http404 from missing
