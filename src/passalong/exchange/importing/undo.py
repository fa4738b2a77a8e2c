"""A batch out again: what it made goes, what it filled is emptied, people something else hangs on stay."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Organization, Standing
from passalong.contacts.selectors import sort_key_of
from passalong.contacts.services import refresh_search
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.models import Event
from passalong.core.revisions import EVIDENCE, bump
from passalong.exchange.models import BatchState, ImportBatch, ImportedRow
from passalong.prospecting.models import Prospect
from passalong.ties.models import Address, Statement
from passalong.ties.services import encounters

MADE = (ImportedRow, Prospect, Statement, Standing, Affiliation, ContactPoint)
NO_HOLD = (Address, ImportedRow)  # these let go of a contact by themselves
BY_HAND = ("contacts:edited", "contacts:standing")
CHUNK = 500


@transaction.atomic
def undo(*, by: Member, batch: ImportBatch) -> dict[str, Any]:
    """Take out what the batch made. One that is out already stays out, and the answer is the same."""
    demand(by, "exchange.undo")
    bump(by.practice_id, "imports")
    batch.refresh_from_db()
    if batch.state == BatchState.UNDONE:
        return dict(batch.result)
    if batch.state not in (BatchState.DONE, BatchState.UNDOING):
        raise Refused(_("This import has not come to its end, so there is nothing to take back."))
    touched = _touched(batch)
    kept = _people_to_keep(batch)
    gone = _take_out(batch, kept)
    touched |= kept
    _restore(batch, touched)
    refresh_search(by.practice, sorted(Contact.objects.filter(pk__in=touched).values_list("pk", flat=True)))
    return _conclude(by, batch, gone)


def _touched(batch: ImportBatch) -> set[int]:
    """Contacts of others that the batch added to."""
    touched: set[int] = set()
    for model in (Affiliation, ContactPoint):
        rows = model._default_manager.filter(batch=batch).exclude(contact__batch=batch)
        touched |= set(rows.values_list("contact_id", flat=True))
    return touched


def _take_out(batch: ImportBatch, kept: set[int]) -> dict[str, int]:
    met = encounters.take_back(practice=batch.practice, batch_id=batch.pk)
    for model in MADE:
        model._default_manager.filter(batch=batch).delete()
    people = Contact.objects.filter(batch=batch).exclude(pk__in=kept)
    count = people.count()
    _delete(people)
    firms = Organization.objects.filter(batch=batch).exclude(_held(Organization, batch))
    _delete(firms)
    return {"people": count, "kept": len(kept), "met": met}


def _delete(rows: QuerySet[Any]) -> None:
    """Delete in runs, so that memory stays small."""
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), CHUNK):
        rows.model._default_manager.filter(pk__in=ids[at : at + CHUNK]).delete()


def _people_to_keep(batch: ImportBatch) -> set[int]:
    """People the batch made on whom something hangs that it did not bring, or whom somebody has edited."""
    made = Contact.objects.filter(batch=batch)
    own_words = made.filter(_held(Contact, batch) | ~Q(notes="") | Q(do_not_ask=True) | Q(public_sector=True))
    edited = Event.objects.filter(practice=batch.practice, kind__in=BY_HAND, subject__in=made.values("public_id"))
    by_hand = made.filter(public_id__in=edited.values("subject"))
    return set(own_words.values_list("pk", flat=True)) | set(by_hand.values_list("pk", flat=True))


def _held(model: type[Model], batch: ImportBatch) -> Q:
    """Rows some other row points at that this batch did not bring. Covers every room, also those to come."""
    held = Q(pk__in=[])
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in NO_HOLD:
            continue
        other, name = relation.related_model, relation.field.name
        rows = other._default_manager.filter(practice=batch.practice).exclude(**{name: None})
        if "batch" in {field.name for field in other._meta.get_fields()}:
            rows = rows.filter(Q(batch=None) | ~Q(batch=batch))
        held |= Q(pk__in=rows.values(name))
    return held


def _restore(batch: ImportBatch, touched: set[int]) -> None:
    """Empty again what the batch filled in older rows, unless somebody changed it since."""
    by_row: dict[tuple[str, int], dict[str, tuple[str, str]]] = {}
    for change in batch.changes:
        fields = by_row.setdefault((change["model"], change["pk"]), {})
        fields[change["field"]] = (change["before"], change["after"])
    for (model, pk), fields in by_row.items():
        row: Any = (
            (Contact if model == "contact" else Affiliation)
            ._default_manager.filter(practice=batch.practice, pk=pk)
            .first()
        )
        if row is not None:
            _put_back(row, fields)
            touched.add(row.pk if model == "contact" else row.contact_id)


def _put_back(row: Any, fields: dict[str, tuple[str, str]]) -> None:
    for name, (before, after) in fields.items():
        if getattr(row, name) == after:
            setattr(row, name, before)
            if name == "full_name":
                row.given_name, row.family_name, row.sort_key = "", "", sort_key_of(before)
    row.save()


def _conclude(by: Member, batch: ImportBatch, gone: dict[str, int]) -> dict[str, Any]:
    result = {**batch.result, "created": 0, "updated": 0, "unchanged": 0, "removed": gone["people"] + gone["met"]}
    result["warnings"] = _told(gone)
    batch.state, batch.result, batch.changes, batch.finished_at = BatchState.UNDONE, result, [], clock.now()
    batch.save()
    events.record(by.practice_id, "exchange:undone", actor=by.public_id, subject=batch.public_id, **gone)
    bump(by.practice_id, EVIDENCE)
    return result


def _told(gone: dict[str, int]) -> list[dict[str, Any]]:
    if not gone["kept"]:
        return []
    sentence = ngettext(
        "%(count)s person stays on file, because something else has been noted about them since.",
        "%(count)s people stay on file, because something else has been noted about them since.",
        gone["kept"],
    )
    return [{"row": 0, "message": sentence % {"count": gone["kept"]}}]
