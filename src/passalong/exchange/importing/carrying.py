"""Which rows on file a batch's file holds, whoever brought them first: what the undo of another batch leaves alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from passalong.contacts.models import Affiliation, Contact, ContactPoint
from passalong.contacts.services import intake_facts
from passalong.contacts.services.bulk import insert
from passalong.contacts.services.intake import Carry
from passalong.exchange.importing.rows import Repeat
from passalong.exchange.models import Carried, ImportBatch, ImportedRow
from passalong.prospecting.models import Prospect

CHUNK = 500
MODELS: dict[str, type[Any]] = {
    "row": ImportedRow, "contact": Contact, "point": ContactPoint, "affiliation": Affiliation, "prospect": Prospect,
}  # fmt: skip
AGAIN = "ON CONFLICT (what, target, batch_id) DO UPDATE SET said = excluded.said"


def said(row: Any) -> str:
    """A digest of all that a person could have changed of the row; empty where that does not count."""
    if isinstance(row, Affiliation):
        return intake_facts.said(row)
    if isinstance(row, Prospect):
        return hashlib.sha256(repr((row.reason, row.life_event, row.review_on)).encode()).hexdigest()[:16]
    return ""


def changed_by_import(practice_id: int, what: str, changes: dict[int, tuple[str, str]]) -> None:
    """An import changed these rows (before, after): where they said what other batches know, they still do."""
    ids = sorted(pk for pk, (before, after) in changes.items() if before and before != after)
    for at in range(0, len(ids), CHUNK):
        notes = Carried.objects.filter(practice_id=practice_id, what=what, target__in=ids[at : at + CHUNK])
        same = [note for note in notes if note.said == changes[note.target][0]]
        for note in same:
            note.said = changes[note.target][1]
        Carried.objects.bulk_update(same, ["said"])


class Carrying:
    """What one batch's file holds, written while it is brought in."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.repeats: list[Repeat] = []
        self.is_new = False  # whether any row says something that no file said before

    def note(self, carried: Iterable[Carry]) -> None:
        """Keep that the file holds these rows."""
        rows = {(one.what, one.target): one for one in carried}
        self.is_new |= bool(rows)
        for what in ("affiliation", "prospect"):
            changes = {one.target: (one.before, one.said) for one in rows.values() if one.what == what}
            changed_by_import(self.batch.practice_id, what, changes)
        self._write(rows.values())

    def _write(self, carried: Iterable[Carry]) -> None:
        owner, batch = self.batch.practice_id, self.batch.pk
        values = ((owner, batch, one.what, one.target, one.said) for one in carried)
        insert(Carried, ("practice", "batch", "what", "target", "said"), values, on_conflict=AGAIN)

    def finish(self, records: int) -> None:
        """Rows read word for word before: they hold what they held then, unless the file is the very same."""
        if self.is_new or not self._is_same_file(records):
            for at in range(0, len(self.repeats), CHUNK):
                self._repeat(self.repeats[at : at + CHUNK])

    def _is_same_file(self, records: int) -> bool:
        batches = {repeat.batch_id for repeat in self.repeats}
        earlier = ImportBatch.objects.filter(pk__in=batches).first()
        return len(batches) == 1 and earlier is not None and earlier.done == records

    def _repeat(self, repeats: Sequence[Repeat]) -> None:
        carried = {("row", one.pk): Carry("row", one.pk) for one in repeats}
        batches = {one.batch_id for one in repeats}
        people = {one.contact_id for one in repeats if one.contact_id}
        firms = {one.organization_id for one in repeats if one.organization_id}
        for what, whose in (
            ("contact", Q(pk__in=people)), ("point", Q(contact__in=people)), ("affiliation", Q(contact__in=people)),
            ("prospect", Q(contact__in=people) | Q(organization__in=firms)),
        ):  # fmt: skip
            found = MODELS[what]._default_manager.filter(whose, practice=self.batch.practice).exclude(batch=None)
            held = Carried.objects.filter(what=what, batch__in=batches, target__in=found.values("pk"))
            theirs = found.filter(Q(batch__in=batches) | Q(pk__in=held.values("target")))
            carried |= {(what, row.pk): Carry(what, row.pk, "", said(row)) for row in theirs}
        self._write(carried.values())
