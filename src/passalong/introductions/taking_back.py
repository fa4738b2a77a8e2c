"""Whether the last move of an introduction can be taken back."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.introductions.models import Step
from passalong.introductions.stages import UNDONE, Who

UNDO_WITHIN = timedelta(days=1)


def why_not_undone(last: Step | None) -> str:
    """Why the last step cannot be taken back; empty where it can."""
    if last is None or last.who != Who.MEMBER or last.act not in UNDONE or not last.before:
        return _("This cannot be taken back. What it did is on record; go on from here.")
    if last.at < clock.now() - UNDO_WITHIN:
        return _("A move can be taken back for a day; this one is older.")
    return ""
