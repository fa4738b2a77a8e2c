"""Verbs on imports: upload, look, bring in, take back; and on addresses that wait."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.revisions import bump
from passalong.exchange import selectors
from passalong.exchange.importing import preview
from passalong.exchange.importing.command import read
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.run import bring_in
from passalong.exchange.importing.spool import spooled
from passalong.exchange.importing.undo import undo
from passalong.exchange.models import BatchState, ImportBatch, SavedMapping
from passalong.ties.models import Address
from passalong.ties.services import addresses, encounters

MAX_UPLOAD = 512 * 2**20
KEEP_UPLOADS = timedelta(days=30)
ON_ITS_WAY = timedelta(days=1)
STALE = timedelta(minutes=10)  # an import that has said nothing for so long was cut off
BEGINS_WITHIN = timedelta(minutes=2)  # after that the page says that nothing has begun
PROMOTION = "addresses"
TELL_EVERY_S = 0.5

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


def uploads() -> Path:
    """Where uploaded bytes lie until they are read."""
    folder = Path(settings.DATA) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def upload(*, by: Member, file: UploadedFile[Any], options: Options) -> ImportBatch:
    """Keep an uploaded file and what it seems to hold. Raises Refused, keeping nothing, where it cannot be read."""
    demand(by, "exchange.import")
    options.check(by.practice)
    name = Path(file.name or "").name[:255] or _("file")
    if (file.size or 0) > MAX_UPLOAD:
        sentence = _("%(name)s is larger than %(size)s MB. Use the command: passalong import.")
        raise Refused(sentence % {"name": name, "size": MAX_UPLOAD // 2**20}, field="file")
    path = uploads() / new_token()
    try:
        with path.open("xb") as out:
            for piece in file.chunks():
                out.write(piece)
        seen, options = preview.look(by=by, path=path, filename=name, options=options)
        return _kept(by, name, path, seen, options)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _kept(by: Member, name: str, path: Path, seen: dict[str, Any], options: Options) -> ImportBatch:
    return ImportBatch.objects.create(
        practice=by.practice, filename=name, path=path.name, format=seen["format"], options=options.as_json(),
        result=seen, total=seen["records"],
    )  # fmt: skip


def look_again(*, by: Member, batch: ImportBatch, options: Options) -> ImportBatch:
    """Look at the file anew with other options. Raises Refused, changing nothing, where they do not fit."""
    demand(by, "exchange.import")
    _demand_waiting(batch)
    options.check(by.practice)
    seen, options = preview.look(
        by=by, path=_file(batch), filename=batch.filename, options=options, answered=preview.answers_of(batch, options)
    )
    batch.result, batch.format, batch.total, batch.options = seen, seen["format"], seen["records"], options.as_json()
    batch.save(update_fields=["result", "format", "total", "options"])
    return batch


@transaction.atomic
def start(*, by: Member, batch: ImportBatch) -> ImportBatch:
    """Give the word: the file is brought in by the worker. The columns chosen are remembered for files like it."""
    demand(by, "exchange.import")
    _demand_waiting(batch)
    _file(batch)
    signature, mapping = batch.result.get("signature", ""), batch.options.get("mapping")
    if signature and mapping:
        SavedMapping.objects.update_or_create(practice=by.practice, signature=signature, defaults={"mapping": mapping})
    batch.state, batch.done, batch.started_at = BatchState.QUEUED, 0, clock.now()
    batch.save(update_fields=["state", "done", "started_at"])
    return batch


def is_late(batch: ImportBatch) -> bool:
    """Whether an import waits for so long that its task may be lost; a second task for it does no harm."""
    return batch.state == BatchState.QUEUED and _last_sign(batch) < clock.now() - BEGINS_WITHIN


def is_stale(batch: ImportBatch) -> bool:
    """Whether an import was cut off: nothing of it was written, and it can be started again."""
    return batch.state in (BatchState.RUNNING, BatchState.UNDOING) and _last_sign(batch) < clock.now() - STALE


def _last_sign(batch: ImportBatch) -> datetime:
    return batch.started_at or batch.created_at


def _demand_waiting(batch: ImportBatch) -> None:
    may_start_again = is_late(batch) or (is_stale(batch) and batch.state != BatchState.UNDOING)
    if batch.state != BatchState.PREVIEW and not may_start_again:
        raise Refused(_("This import has been started already."))


def _file(batch: ImportBatch) -> Path:
    path = uploads() / batch.path
    if not batch.path or not path.is_file():
        raise Refused(_("The uploaded file is no longer here. Upload it again."))
    return path


def run(*, batch_id: int, member_id: int) -> None:
    """Bring a started import in. Safe to repeat; what goes wrong is told on the batch, and nothing is written then."""
    batch = ImportBatch.objects.select_related("practice").get(pk=batch_id)
    if batch.state not in (BatchState.QUEUED, BatchState.RUNNING):
        return
    member = Member.objects.filter(pk=member_id, practice=batch.practice).first()
    if member is None:
        _fail(batch, _("Who started it is no longer a member here. Upload the file again."))
        _drop_file(batch)
        return
    ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.RUNNING, started_at=clock.now())
    try:
        _bring_in(member, batch)
    except Refused as refused:
        _fail(batch, refused.message)
    except Exception:
        _fail(batch, _("An error of ours stopped it. Nothing was written. Please upload the file again or tell us."))
        _drop_file(batch)
        raise
    _drop_file(batch)


def _bring_in(by: Member, batch: ImportBatch) -> None:
    options = Options.from_json(batch.options)
    options.check(by.practice)
    reading = read(_file(batch), by=by, options=options, filename=batch.filename, on_progress=_teller(batch))
    ImportBatch.objects.filter(pk=batch.pk).update(done=len(reading.records), total=len(reading.records))
    with spooled(reading, _teller(batch)) as reading, transaction.atomic():
        bump(by.practice_id, "imports")  # whoever comes second waits here
        batch.refresh_from_db()
        if batch.state == BatchState.RUNNING:
            bring_in(by=by, batch=batch, reading=reading, options=options)


def _teller(batch: ImportBatch) -> Progress:
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > TELL_EVERY_S:
            told = time.monotonic()
            ImportBatch.objects.filter(pk=batch.pk).update(done=done, total=max(done, total))

    return tell


def _fail(batch: ImportBatch, sentence: str) -> None:
    result = {"source": batch.filename, "errors": [{"row": 0, "message": sentence}], "warnings": []}
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.FAILED, result=result, finished_at=clock.now(), done=0
    )


def _drop_file(batch: ImportBatch) -> None:
    if batch.path:
        (uploads() / batch.path).unlink(missing_ok=True)
        ImportBatch.objects.filter(pk=batch.pk).update(path="")


@transaction.atomic
def discard(*, by: Member, batch: ImportBatch) -> None:
    """Forget a file that was uploaded and not brought in, or one that failed."""
    demand(by, "exchange.import")
    if batch.state not in (BatchState.PREVIEW, BatchState.FAILED):
        raise Refused(_("This import has been started already."))
    _drop_file(batch)
    batch.delete()


@transaction.atomic
def ask_undo(*, by: Member, batch: ImportBatch) -> bool:
    """Have the worker take a batch back. False when it is out already or on its way."""
    demand(by, "exchange.undo")
    if batch.state == BatchState.UNDONE or (batch.state == BatchState.UNDOING and not is_stale(batch)):
        return False
    if batch.state not in (BatchState.DONE, BatchState.UNDOING):
        raise Refused(_("This import has not come to its end, so there is nothing to take back."))
    batch.state, batch.started_at = BatchState.UNDOING, clock.now()
    batch.save(update_fields=["state", "started_at"])
    return True


def run_undo(*, batch_id: int, member_id: int) -> None:
    """Take a batch back. Safe to repeat."""
    batch = ImportBatch.objects.select_related("practice").get(pk=batch_id)
    undo(by=Member.objects.get(pk=member_id, practice=batch.practice), batch=batch)


def purge_uploads() -> int:
    """Delete uploaded bytes that lie for thirty days, and batches nobody gave a word on; then files no batch names.
    Returns how many files went."""
    old = ImportBatch.objects.filter(created_at__lt=clock.now() - KEEP_UPLOADS).exclude(path="")
    gone = len(old)
    for batch in old:
        _drop_file(batch)
        if batch.state == BatchState.PREVIEW:
            batch.delete()
    return gone + _purge_nameless()


def _purge_nameless() -> int:
    """Files a crash left behind; young ones may be on their way up."""
    named = set(ImportBatch.objects.exclude(path="").values_list("path", flat=True))
    young = clock.now().timestamp() - ON_ITS_WAY.total_seconds()
    left = [path for path in uploads().iterdir() if path.name not in named and path.stat().st_mtime < young]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


@transaction.atomic
def promote(*, by: Member, public_ids: Sequence[str]) -> ImportBatch:
    """Make addresses that wait contacts. They form a batch, so that it can be taken back like any other."""
    chosen = list(selectors.addresses_by_id(by.practice, public_ids))
    if not chosen:
        raise Refused(_("Choose at least one address."))
    batch = ImportBatch.objects.create(
        practice=by.practice, filename=_("Addresses from mail"), format=PROMOTION, state=BatchState.DONE,
        finished_at=clock.now(), done=len(chosen), total=len(chosen),
    )  # fmt: skip
    taken = addresses.promote(by=by, addresses=chosen, batch_id=batch.pk)
    counts = {name: sum(one == name for one in taken.outcomes) for name in ("created", "updated", "unchanged")}
    warnings = [{"row": row, "message": message} for row, message in taken.warnings]
    people = {"records": len(chosen), "people": len(chosen), "organizations": 0, "evidence": 0}
    batch.result = {
        "source": batch.filename,
        "format": PROMOTION,
        **people,
        **counts,
        "warnings": warnings,
        "errors": [],
    }
    batch.save(update_fields=["result"])
    events.record(by.practice_id, "exchange:imported", actor=by.public_id, subject=batch.public_id, format=PROMOTION)
    return batch


def dismiss(*, by: Member, public_ids: Sequence[str]) -> int:
    """Set addresses aside."""
    return addresses.dismiss(by=by, addresses=selectors.addresses_by_id(by.practice, public_ids))


def bring_back(*, by: Member, public_ids: Sequence[str]) -> int:
    """Undo setting aside."""
    return addresses.bring_back(by=by, addresses=selectors.addresses_by_id(by.practice, public_ids))


@transaction.atomic
def say_whose(*, by: Member, public_ids: Iterable[str], is_own: bool) -> int:
    """Say that addresses are the practice's own, or that they are not; the sums of their pairs are reckoned anew."""
    demand(by, "exchange.import")
    bump(by.practice_id, "imports")
    chosen = Address.objects.filter(practice=by.practice, public_id__in=list(public_ids)).exclude(is_own=is_own)
    ids = set(chosen.values_list("pk", flat=True))
    if ids:
        chosen.update(is_own=is_own)
        encounters.reckon_pairs_of(practice=by.practice, addresses=ids)
        events.record(by.practice_id, "exchange:own_addresses", actor=by.public_id, count=len(ids), own=is_own)
    return len(ids)
