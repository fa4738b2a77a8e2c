"""What the moves of an interview mean for its place in a series: asked by services.moving, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from passalong.interviews.models import Interview, Slot
from passalong.interviews.stages import Who


def follow(interview: Interview, act: str, who: str, at: datetime) -> None:
    """Note when the offer went out and when the partner said yes themselves. The first of each counts."""
    if interview.slot_id is None:
        return
    slot = Slot.objects.filter(pk=interview.slot_id)
    if act == "invite":
        slot.filter(offered_at=None).update(offered_at=at)
    elif act == "accept" and who == Who.GUEST:
        slot.filter(replied_at=None).update(replied_at=at)
