"""The record's part in what is held about a person: payloads of events that speak of them."""

from __future__ import annotations

from django.db.models import Model

from passalong.core.models import Payload, PayloadPerson, RecordText
from passalong.core.person import Held, Kept, Person

COVERS: tuple[type[Model], ...] = (Payload, PayloadPerson, RecordText)


def held_about(person: Person) -> list[Held]:
    """Nothing beyond what the rooms tell: the record is their history."""
    return []


def erase(person: Person) -> list[Kept]:
    """Forget the payloads that speak of the person and are held by no rule."""
    Payload.objects.filter(practice_id=person.practice_id, people__person__in=person.ids).delete()
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Payloads name public ids, which a merge keeps as former ids."""
