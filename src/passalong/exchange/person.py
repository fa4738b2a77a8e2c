"""The exchange room's part in what is held about a person: imports that brought them, previews, and files that wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.contacts.models import Affiliation, Contact, ContactPoint
from passalong.core import clock
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import GAP, Trace
from passalong.exchange.models import BatchState, Carried, ImportBatch, ImportedRow, SavedMapping
from passalong.prospecting.models import Prospect

COVERS: tuple[type[Model], ...] = (ImportBatch, ImportedRow, Carried, SavedMapping)
PACKED = b"PK\x03\x04"  # spreadsheets: their words cannot be seen without unpacking
PIECE = 4 * 2**20  # bytes of a waiting file looked at in one go
OVERLAP = 2**12


def held_about(person: Person) -> list[Held]:
    """The files that brought the person, by name and day."""
    if not person.contact_id:
        return []
    brought = ImportedRow.objects.filter(contact=person.contact_id)
    made = Contact.objects.filter(pk=person.contact_id or 0)
    either = Q(pk__in=brought.values("batch_id")) | Q(pk__in=made.values("batch_id"))
    trace = Trace(person)
    rows = [
        {_("File"): trace.wiped(one.filename), _("Kind"): one.format, _("On"): _day(one.created_at)}
        for one in ImportBatch.objects.filter(either, practice=person.practice_id).order_by("pk")
    ]
    return [Held(_("Files that brought you here"), rows, _("So that an import can be taken back."))]


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """Forget the rows that brought the person, and the person in previews, reports and waiting files."""
    own = {"practice": person.practice_id}
    if person.contact_id:
        _drop_carried(person)
        ImportedRow.objects.filter(contact=person.contact_id, **own).delete()
    trace = Trace(person)
    for batch in ImportBatch.objects.filter(**own).order_by("pk").iterator():
        _wipe_batch(batch, trace)
    return []


def _drop_carried(person: Person) -> None:
    """Notes on rows that will go with the contact; their primary keys may be given to others."""
    whose = {"contact": person.contact_id}
    rows = {
        "contact": Contact.objects.filter(pk=person.contact_id or 0).values("pk"),
        "point": ContactPoint.objects.filter(**whose).values("pk"),
        "affiliation": Affiliation.objects.filter(**whose).values("pk"),
        "prospect": Prospect.objects.filter(**whose).values("pk"),
        "row": ImportedRow.objects.filter(**whose).values("pk"),
    }
    for what, targets in rows.items():
        Carried.objects.filter(practice=person.practice_id, what=what, target__in=targets).delete()


def _wipe_batch(batch: ImportBatch, trace: Trace) -> None:
    before = {name: getattr(batch, name) for name in ("filename", "options", "result", "changes")}
    after = {name: trace.wiped_json(value) for name, value in before.items()}
    after["result"] = _without_rows(before["result"], trace)
    after["changes"] = [one for one in before["changes"] if trace.wiped_json(one) == one]
    if batch.path and _file_names(batch, trace):
        after |= {
            "path": "",
            "state": BatchState.FAILED,
            "finished_at": clock.now(),
            "result": _told(after["filename"]),
        }
        gone = Path(settings.DATA) / "uploads" / batch.path
        transaction.on_commit(lambda: gone.unlink(missing_ok=True))
    if after != before:
        ImportBatch.objects.filter(pk=batch.pk).update(**after)


def _without_rows(result: dict[str, Any], trace: Trace) -> dict[str, Any]:
    """A preview or report without the person: a row that names them goes whole, firm and town with it."""
    left = dict(result)
    for name in ("rows", "namesakes"):
        if isinstance(rows := left.get(name), list):
            left[name] = [_blank(row) if trace.wiped_json(row) != row else row for row in rows]
    left["namesakes"] = [row for row in left.get("namesakes", []) if row]
    if "namesakes" not in result:
        del left["namesakes"]
    wiped: dict[str, Any] = trace.wiped_json(left)
    return wiped


def _blank(row: Any) -> Any:
    return [GAP for _cell in row] if isinstance(row, list) else None


def _told(filename: str) -> dict[str, Any]:
    sentence = _("Somebody in this file asked to be forgotten. Upload it again: the import will leave them out.")
    return {"source": filename, "errors": [{"row": 0, "message": sentence}], "warnings": []}


def _file_names(batch: ImportBatch, trace: Trace) -> bool:
    """Whether a file that waits holds the person; one that cannot be read as text is taken to."""
    path = Path(settings.DATA) / "uploads" / batch.path
    try:
        with path.open("rb") as file:
            tail = file.read(4)
            if tail == PACKED:
                return True
            while piece := file.read(PIECE):
                if any(trace.is_in(text) for text in _texts(tail + piece)):
                    return True
                tail = piece[-OVERLAP:]
    except OSError:
        return False
    return False


def _texts(raw: bytes) -> list[str]:
    """The bytes as the encodings say that address books come in."""
    encodings = ("utf-8", "cp1252", "utf-16-le", "utf-16-be") if b"\x00" in raw else ("utf-8", "cp1252")
    return [raw.decode(one, errors="replace") for one in encodings]


def repoint(practice_id: int, old: int, new: int) -> None:
    """Rows that brought the one brought the other; a file that held both holds one."""
    ImportedRow.objects.filter(practice=practice_id, contact=old).update(contact=new)
    notes = Carried.objects.filter(practice=practice_id, what="contact")
    there = notes.filter(target=new).values_list("batch_id", flat=True)
    notes.filter(target=old, batch__in=list(there)).delete()
    notes.filter(target=old).update(target=new)
