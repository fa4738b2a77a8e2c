"""A batch out again: what it made goes, what it filled is emptied, people something else hangs on stay."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Affiliation, Contact, ContactPoint, Organization, Standing
from passalong.contacts.selectors import sort_key_of
from passalong.contacts.services import refresh_search
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.exchange.importing.carrying import changed_by_import, said
from passalong.exchange.importing.keeping import held, keep
from passalong.exchange.models import BatchState, Carried, ImportBatch, ImportedRow
from passalong.prospecting.models import Prospect
from passalong.ties.models import Statement
from passalong.ties.services import encounters

MADE = (ImportedRow, Prospect, Statement, Standing, Affiliation, ContactPoint)
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
    kept = keep(batch)
    touched = _touched(batch)
    gone = _take_out(batch) | {"kept": len(kept.people), "facts": kept.facts}
    _restore(batch, touched)
    _forget_rows(batch, sorted(touched))
    touched |= kept.people
    refresh_search(by.practice, sorted(Contact.objects.filter(pk__in=touched).values_list("pk", flat=True)))
    return _conclude(by, batch, gone)


def _touched(batch: ImportBatch) -> set[int]:
    """Contacts of others that the batch added to."""
    touched: set[int] = set()
    for model in (Affiliation, ContactPoint):
        rows = model._default_manager.filter(batch=batch).exclude(contact__batch=batch)
        touched |= set(rows.values_list("contact_id", flat=True))
    for pair in Statement.objects.filter(batch=batch).values_list("contact_a_id", "contact_b_id"):
        touched |= set(pair)
    touched |= set(Prospect.objects.filter(batch=batch, organization=None).values_list("contact_id", flat=True))
    return touched


def _take_out(batch: ImportBatch) -> dict[str, int]:
    met = encounters.take_back(practice=batch.practice, batch_id=batch.pk)
    for model in MADE:
        model._default_manager.filter(batch=batch).delete()
    people = Contact.objects.filter(batch=batch)
    count = people.count()
    _delete(people)
    gone = Q(batch=batch) | Q(batch__state=BatchState.UNDONE)  # some stayed for a file that has gone since
    firms = Organization.objects.filter(gone, practice=batch.practice)
    _delete(firms.exclude(held(Organization, batch)))
    Carried.objects.filter(batch=batch).delete()
    return {"people": count, "met": met}


def _forget_rows(batch: ImportBatch, contact_ids: list[int]) -> None:
    """Rows of other files about these people count as unread, so that bringing them in again adds what is missing;
    whom they name stays known."""
    for at in range(0, len(contact_ids), CHUNK):
        rows = ImportedRow.objects.filter(practice=batch.practice, contact_id__in=contact_ids[at : at + CHUNK])
        rows.update(content=Cast("pk", CharField(max_length=32)))


def _delete(rows: QuerySet[Any]) -> None:
    """Delete in runs, so that memory stays small."""
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), CHUNK):
        rows.model._default_manager.filter(pk__in=ids[at : at + CHUNK]).delete()


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
            before = said(row)
            _put_back(row, fields)
            changed_by_import(batch.practice_id, "affiliation", {row.pk: (before, said(row))})
            touched.add(row.pk if model == "contact" else row.contact_id)


def _put_back(row: Any, fields: dict[str, tuple[str, str]]) -> None:
    for name, (before, after) in fields.items():
        if getattr(row, name) == after and not (name == "start" and _has_twin(row, before)):
            setattr(row, name, before)
            if name == "full_name":
                row.given_name, row.family_name, row.sort_key = "", "", sort_key_of(before)
    row.save()


def _has_twin(row: Affiliation, start: str) -> bool:
    """Whether the same is on file from that date on already."""
    same = {"contact": row.contact_id, "organization": row.organization_id, "kind": row.kind, "start": start}
    return Affiliation.objects.filter(**same).exclude(pk=row.pk).exists()


def _conclude(by: Member, batch: ImportBatch, gone: dict[str, int]) -> dict[str, Any]:
    result = {**batch.result, "created": 0, "updated": 0, "unchanged": 0, "removed": gone["people"] + gone["met"]}
    result["warnings"] = _told(gone)
    batch.state, batch.result, batch.changes, batch.finished_at = BatchState.UNDONE, result, [], clock.now()
    batch.save()
    events.record(by.practice_id, "exchange:undone", actor=by.public_id, subject=batch.public_id, gone=dict(gone))
    bump(by.practice_id, EVIDENCE)
    return result


def _told(gone: dict[str, int]) -> list[dict[str, Any]]:
    people = ngettext(
        "%(count)s person stays on file, because something else has been noted about them since.",
        "%(count)s people stay on file, because something else has been noted about them since.",
        gone["kept"],
    )
    facts = ngettext(
        "%(count)s fact or wish stays, because it was changed or confirmed since, or another file holds it.",
        "%(count)s facts or wishes stay, because they were changed or confirmed since, or another file holds them.",
        gone["facts"],
    )
    told = ((people, gone["kept"]), (facts, gone["facts"]))
    return [{"row": 0, "message": sentence % {"count": count}} for sentence, count in told if count]
