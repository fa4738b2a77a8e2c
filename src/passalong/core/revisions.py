"""Counters by practice and topic: a cheap answer to "has anything changed since?"."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import F

from passalong.core.models import Revision

EVIDENCE = "evidence"
ANSWERS = "answers"

_listeners: dict[str, list[Callable[[int], None]]] = {}


def when_raised(topic: str, tell: Callable[[int], None]) -> None:
    """Have `tell` called with the practice's primary key after each transaction that raised this topic's counter."""
    told = _listeners.setdefault(topic, [])
    if tell not in told:
        told.append(tell)


@transaction.atomic
def bump(practice_id: int, topic: str) -> int:
    """Raise the counter by one and return it; holds its row until the transaction ends."""
    Revision.objects.get_or_create(practice_id=practice_id, topic=topic)
    Revision.objects.filter(practice_id=practice_id, topic=topic).update(number=F("number") + 1)
    for tell in _listeners.get(topic, ()):
        transaction.on_commit(partial(tell, practice_id), robust=True)  # what listeners fail at is not undone here
    return Revision.objects.values_list("number", flat=True).get(practice_id=practice_id, topic=topic)


def current(practice_id: int, topic: str) -> int:
    """The counter as it stands, 0 when nothing happened yet."""
    found = Revision.objects.filter(practice_id=practice_id, topic=topic).values_list("number", flat=True).first()
    return found or 0
