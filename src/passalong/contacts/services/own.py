"""Rows a member may touch: those of the member's own practice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.core.models import PracticeOwned


def demand_own(by: Member, *rows: PracticeOwned | None) -> None:
    """Raise Refused when a row belongs to another practice."""
    if any(row is not None and row.practice_id != by.practice_id for row in rows):
        raise Refused(_("This is not on file here."))
