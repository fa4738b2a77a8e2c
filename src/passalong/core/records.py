"""The record's part in what is held about a person, and removing payloads by name: by erasing, by their date, or with
their practice.

What a rule or a hold keeps is known to the rooms of rules above this one; they are asked by dotted path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.core import blobs, events
from passalong.core.chain import ERASED, STUBS, ranges
from passalong.core.models import Payload, PayloadPerson, RecordText, Removal
from passalong.core.person import Held, Kept, Person

COVERS: tuple[type[Model], ...] = (Payload, PayloadPerson, RecordText)
TERMS = "passalong.compliance.selectors.retention.terms_of"  # (practice id, payloads) -> {payload's key: (rule, until)}
WORDS = "passalong.compliance.record_words.words_of"  # (kind, contents or None) -> what happened, in words
CHUNK = 500
Terms = Callable[[int, list[Payload]], dict[int, tuple[str, date]]]


def held_about(person: Person) -> list[Held]:
    """Nothing beyond what the rooms tell: the record is their history."""
    return []


@transaction.atomic
def erase(person: Person) -> list[Kept]:
    """Forget the payloads that speak of the person, with bytes nothing else names. What a rule or a hold keeps stays
    until its day, is dated, and is returned."""
    kept: dict[tuple[str, str], date] = {}
    gone: list[int] = []
    mine = Payload.objects.filter(practice_id=person.practice_id, people__person__in=person.ids).distinct()
    keys = sorted(mine.values_list("pk", flat=True))
    terms = cast("Terms", import_string(TERMS))
    for at in range(0, len(keys), CHUNK):
        some = list(Payload.objects.filter(pk__in=keys[at : at + CHUNK]).select_related("event"))
        held = terms(person.practice_id, some)
        for payload in some:
            if payload.pk in held:
                rule, until = held[payload.pk]
                Payload.objects.filter(pk=payload.pk).update(keep_until=until)
                what = payload.event.kind, rule
                kept[what] = max(until, kept.get(what, until))
        gone += forget([payload for payload in some if payload.pk not in held])
    note_gone(person.practice_id, ERASED, gone)
    words = cast("Callable[[str, None], str]", import_string(WORDS))
    return [
        Kept(_("Record: %(what)s") % {"what": words(kind, None)}, rule, until) for (kind, rule), until in kept.items()
    ]


def repoint(practice_id: int, old: int, new: int) -> None:
    """Payloads name public ids, which a merge keeps as former ids."""


def forget(payloads: Iterable[Payload]) -> list[int]:
    """Delete payloads (with their events at hand) and the bytes that nothing else names; returns the events' numbers,
    which the caller notes in one event. Inside a transaction of the caller's."""
    some = list(payloads)
    keys = [payload.pk for payload in some]
    named = set(RecordText.objects.filter(payload__in=keys).values_list("blob", flat=True))
    Payload.objects.filter(pk__in=keys).delete()
    blobs.release(named)
    return [payload.event.number for payload in some]


def note_gone(practice_id: int, kind: str, numbers: list[int]) -> None:
    """Say in the record itself whose contents are gone: without it the chain does not verify. Numbers only."""
    if numbers:
        told: dict[str, Any] = {STUBS: ranges(numbers), "count": len(numbers)}
        events.record(practice_id, kind, **told)


@transaction.atomic
def remove_practice(practice: Model) -> None:
    """Take a practice out with everything in it, its record too. The one way past the guards, open for this practice
    until the transaction ends."""
    key = practice.pk
    Removal.objects.create(practice_key=key)
    practice.delete()
    Removal.objects.filter(practice_key=key).delete()
