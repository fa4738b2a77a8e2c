"""The event log: what happened, who did it, in the same transaction as the change."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction

from passalong.core import clock
from passalong.core.models import Event
from passalong.core.revisions import bump


def _hash(previous: str, number: int, at: str, actor: str, kind: str, subject: str, data: dict[str, Any]) -> str:
    text = json.dumps([previous, number, at, actor, kind, subject, data], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def record(practice_id: int, kind: str, /, *, actor: str = "", subject: str = "", **data: Any) -> Event:
    """Append one event to the practice's chain. Call it inside the service's transaction."""
    number = bump(practice_id, "events")  # takes the row lock that keeps the chain single-file
    last = Event.objects.filter(practice_id=practice_id, number=number - 1).first()
    previous = last.hash if last else ""
    at = clock.now()
    return Event.objects.create(
        practice_id=practice_id,
        number=number,
        at=at,
        actor=actor,
        kind=kind,
        subject=subject,
        data=data,
        previous_hash=previous,
        hash=_hash(previous, number, at.isoformat(), actor, kind, subject, data),
    )


def first_broken(practice_id: int) -> int | None:
    """The number of the first event whose hash does not fit its content or its forerunner, or None."""
    previous, expected = "", 1
    for event in Event.objects.filter(practice_id=practice_id).order_by("number").iterator():
        computed = _hash(
            previous, event.number, event.at.isoformat(), event.actor, event.kind, event.subject, event.data
        )
        if event.number != expected or event.previous_hash != previous or event.hash != computed:
            return event.number
        previous, expected = event.hash, expected + 1
    return None
