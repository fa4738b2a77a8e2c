"""Two people on file become one: their partnerships, interviews, voices and answers to casting calls."""

from __future__ import annotations

from passalong.contacts.moving import joined
from passalong.core import clock
from passalong.interviews.models import (
    BriefKey,
    CastingAsk,
    Interview,
    InterviewStep,
    Outcome,
    Partner,
    Reciprocity,
    Slot,
    Stage,
    Touch,
    Voice,
)
from passalong.interviews.stages import OPEN


def join(practice_id: int, old: int, new: int) -> None:
    """Hang everything of contact `old` onto `new`."""
    _partnership(practice_id, old, new)
    _open_interview(practice_id, old, new)
    Interview.objects.filter(practice=practice_id, guest=old).update(guest=new)
    Voice.objects.filter(practice=practice_id, contact=old).update(contact=new)
    asked = CastingAsk.objects.filter(practice=practice_id, contact=new).values_list("call", flat=True)
    CastingAsk.objects.filter(practice=practice_id, contact=old, call__in=list(asked)).delete()
    CastingAsk.objects.filter(practice=practice_id, contact=old).update(contact=new)


def _partnership(practice_id: int, old: int, new: int) -> None:
    gone = Partner.objects.filter(practice=practice_id, contact=old).first()
    kept = Partner.objects.filter(practice=practice_id, contact=new).first()
    if gone is None or kept is None:
        Partner.objects.filter(practice=practice_id, contact=old).update(contact=new)
        return
    kept.serves = joined(kept.serves, gone.serves, 300, "; ")
    kept.gives_first = joined(kept.gives_first, gone.gives_first, 300, "; ")
    kept.audience_size = max(filter(None, (kept.audience_size, gone.audience_size)), default=None)
    kept.ended_at = kept.ended_at if gone.ended_at else None
    kept.save()
    for model in (Touch, BriefKey, Reciprocity, Interview):
        model._default_manager.filter(partner=gone).update(partner=kept)
    taken = list(Slot.objects.filter(partner=kept).values_list("series", flat=True))
    Slot.objects.filter(partner=gone).exclude(series__in=taken).update(partner=kept)
    _briefs(gone, kept)
    gone.delete()


def _briefs(gone: Partner, kept: Partner) -> None:
    """The briefs of the one that goes come before those of the one that stays, which is what its link shows."""
    earlier = list(gone.briefs.order_by("number"))
    for brief in kept.briefs.order_by("-number"):
        brief.number += len(earlier)
        brief.save(update_fields=["number"])
    for number, brief in enumerate(earlier, 1):
        brief.partner, brief.number = kept, number
        brief.save(update_fields=["partner", "number"])


def _open_interview(practice_id: int, old: int, new: int) -> None:
    """Only one interview may be open for a guest: the one that has come further goes on, the other is dropped."""
    of = {"practice": practice_id, "is_open": True}
    both = [*Interview.objects.filter(guest=new, **of), *Interview.objects.filter(guest=old, **of)]
    if len(both) < 2:
        return
    less = min(both, key=lambda one: (OPEN.index(Stage(one.stage)), one.stage_at))
    before = less.stage
    less.stage, less.outcome, less.is_open, less.due_at = Stage.CLOSED, Outcome.DROPPED, False, None
    less.stage_at = clock.now()
    less.save()
    InterviewStep.objects.create(
        practice_id=practice_id,
        interview=less,
        act="drop",
        before=before,
        to=Stage.CLOSED,
        who="practice",
        note="two entries of one person became one",
        at=less.stage_at,
    )
