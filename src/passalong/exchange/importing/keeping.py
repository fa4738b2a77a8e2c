"""What stays when a batch goes: what somebody changed or confirmed since, and what another file holds too."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q, QuerySet, Subquery

from passalong.contacts.models import Affiliation, Contact, ContactPoint, Disclosure, Standing
from passalong.core.models import Event
from passalong.exchange.importing.carrying import MODELS, said
from passalong.exchange.models import BatchState, Carried, ImportBatch, ImportedRow
from passalong.prospecting.models import Prospect
from passalong.ties.models import Address

NO_HOLD = (Address, ImportedRow)  # these let go of a contact by themselves
BY_HAND = ("contacts:edited", "contacts:standing", "contacts:standing_retracted")
CHUNK = 500


class Kept(NamedTuple):
    """People that stay, and how many facts and wishes."""

    people: set[int]
    facts: int


def keep(batch: ImportBatch) -> Kept:
    """Let go of what stays, or leave it to another batch. What still carries the batch's key afterwards may go."""
    changed = sum(_keep_changed(batch, what) for what in ("affiliation", "prospect"))
    shared = {what: _hand_over(batch, what) for what in MODELS}
    _keep_standings(batch)
    by_word = _ids(Contact.objects.filter(batch=batch).filter(said_by_hand(batch)))
    for ids in _runs(by_word):
        for model in (Affiliation, ContactPoint):
            model._default_manager.filter(batch=batch, contact_id__in=ids).update(batch=None)
        Contact.objects.filter(pk__in=ids).update(batch=None)
    by_file = _ids(Contact.objects.filter(batch=batch).filter(held(Contact, batch)))
    for ids in _runs(by_file):
        Contact.objects.filter(pk__in=ids).update(batch=None)
    facts = changed + len(shared["affiliation"]) + len(shared["prospect"])
    return Kept({*by_word, *by_file, *shared["contact"]}, facts)


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _runs(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]


def _keep_changed(batch: ImportBatch, what: str) -> int:
    """Rows that no longer say what the imports left them saying are somebody's word by now."""
    made, count = MODELS[what]._default_manager, 0
    for ids in _runs(_ids(made.filter(batch=batch))):
        notes = Carried.objects.filter(batch=batch, what=what, target__in=ids)
        known = dict(notes.values_list("target", "said"))
        changed = [row.pk for row in made.filter(pk__in=ids) if _is_changed(row, known.get(row.pk, ""))]
        count += made.filter(pk__in=changed).update(batch=None)
    return count


def _is_changed(row: Any, known: str) -> bool:
    return said(row) != known if known else getattr(row, "disclosure", "") == Disclosure.TOLD


def _hand_over(batch: ImportBatch, what: str) -> list[int]:
    """Rows another batch's file holds too become that batch's."""
    notes = live_notes(batch, what).order_by("batch_id")
    rows = MODELS[what]._default_manager.filter(batch=batch)
    shared = _ids(rows.filter(Exists(notes)))
    for ids in _runs(shared):
        rows.filter(pk__in=ids).update(batch_id=Subquery(notes.values("batch_id")[:1]))
    return shared


def live_notes(batch: ImportBatch, what: str) -> QuerySet[Carried]:
    """That other batches' files hold the row of an outer query."""
    live = ImportBatch.objects.filter(practice=batch.practice, state=BatchState.DONE).exclude(pk=batch.pk)
    return Carried.objects.filter(what=what, target=OuterRef("pk"), batch__in=live)


def _keep_standings(batch: ImportBatch) -> None:
    """A standing stays with the wish it came from, and where somebody has said since how it went on."""
    wishes = Prospect.objects.filter(contact=OuterRef("contact_id")).exclude(batch=batch)
    made = Standing.objects.filter(batch=batch)
    made.filter(Exists(wishes)).update(batch_id=Subquery(wishes.values("batch_id")[:1]))
    later = Standing.objects.filter(contact=OuterRef("contact_id"), batch=None)
    made.filter(Exists(later)).exclude(until=None).update(batch=None)


def said_by_hand(batch: ImportBatch) -> Q:
    """People on whom something hangs that no import brought, or whom somebody has edited."""
    edited = Event.objects.filter(practice=batch.practice, kind__in=BY_HAND)
    own_words = ~Q(notes="") | Q(do_not_ask=True) | Q(public_sector=True)
    return held(Contact, batch, by_hand=True) | own_words | Q(public_id__in=edited.values("subject"))


def held(model: type[Model], batch: ImportBatch, *, by_hand: bool = False) -> Q:
    """Rows some other row points at that this batch did not bring, or that no batch did. Covers every room, also
    those to come."""
    found = Q(pk__in=[])
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in NO_HOLD:
            continue
        other, name = relation.related_model, relation.field.name
        rows = other._default_manager.filter(practice=batch.practice).exclude(**{name: None})
        if "batch" in {field.name for field in other._meta.get_fields()}:
            rows = rows.filter(batch=None) if by_hand else rows.filter(Q(batch=None) | ~Q(batch=batch))
        found |= Q(pk__in=rows.values(name))
    return found
