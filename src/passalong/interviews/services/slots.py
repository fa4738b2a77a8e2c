"""What the moves of an interview mean for its place in a series: asked by services.moving, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from passalong.core.errors import Refused
from passalong.interviews.models import Interview, Slot
from passalong.interviews.stages import Stage, Who


def follow(interview: Interview, act: str, who: str, at: datetime) -> None:
    """Note when the offer went out and when the partner said yes themselves. The first of each counts.

    Raises Refused for an invitation that offers other words than the series does: the offer is the same to all.
    """
    if interview.slot_id is None:
        return
    slot = Slot.objects.filter(pk=interview.slot_id)
    if act == "invite":
        if " ".join(interview.gain.split()) != " ".join(slot.values_list("series__offer", flat=True)[0].split()):
            words = _(
                "Everybody in this series gets the same offer. Change it on the page of the series, for all of them."
            )
            raise Refused(words, field="gain")
        slot.filter(offered_at=None).update(offered_at=at)
    elif act == "not sent" and interview.stage == Stage.IDEA:  # the invitation; the letter of a return is another
        slot.filter(replied_at=None).update(offered_at=None)
    elif act == "accept" and who == Who.GUEST:
        slot.filter(replied_at=None).update(replied_at=at)
