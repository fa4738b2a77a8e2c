"""Big files on disk by their content: written once, never changed, shared by whatever names the same digest.

They lie under the data folder's `files`, one folder a practice, and go with every backup. A file stands whole under its
name or not at all: it is moved there after its bytes are on the disk. What no row names any more is deleted once the
transaction has ended.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from passalong.core import clock
from passalong.core.models import BigFile

AT_ONCE = 1 << 20  # bytes read at a time


def folder(practice_id: int) -> Path:
    """Where a practice's big files lie."""
    return Path(settings.DATA) / "files" / "big" / str(practice_id)


def path_of(file: BigFile) -> Path:
    """Where the bytes of this row are."""
    return folder(file.practice_id) / file.digest[:2] / file.digest


def keep(practice_id: int, source: Path, media_type: str) -> BigFile:
    """Take a finished file over: it is moved to its place (same disk), and its row returned. The same bytes again are
    the same row. OSError when the disk does not take it; then nothing has changed."""
    with source.open("rb") as handle:
        digest = digest_of(handle)
        os.fsync(handle.fileno())
    row = BigFile(practice_id=practice_id, digest=digest, media_type=media_type, size=source.stat().st_size)
    place = path_of(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    source.replace(place)
    _sync(place.parent)
    kept, _made = BigFile.objects.get_or_create(
        practice_id=practice_id, digest=digest, defaults={"media_type": media_type, "size": row.size}
    )
    return kept


def digest_of(handle: BinaryIO) -> str:
    """sha256 of an open file, read a piece at a time."""
    found = hashlib.sha256()
    while piece := handle.read(AT_ONCE):
        found.update(piece)
    return found.hexdigest()


@transaction.atomic
def release(ids: Iterable[int]) -> int:
    """Delete those of these files that no row names any more; returns how many. For whoever has just deleted what named
    them. The bytes go from the disk once the transaction has ended."""
    gone = 0
    held = list(BigFile.objects.filter(pk__in=set(ids)).select_for_update().order_by("pk"))
    for file in _unnamed(BigFile.objects.filter(pk__in=[one.pk for one in held])).order_by("pk"):
        place = path_of(file)
        file.delete()
        transaction.on_commit(partial(_unlink, place, file))
        gone += 1
    return gone


def sweep(practice_id: int) -> int:
    """Delete files on disk without a row, and those whose row nothing names, left by a process that was killed between
    the two; returns how many. Files younger than a day are left: what names them may be on its way."""
    before, gone = clock.now().timestamp() - 86_400, 0
    own = BigFile.objects.filter(practice_id=practice_id)
    known = set(own.values_list("digest", flat=True))
    for place in folder(practice_id).glob("??/*"):
        if place.name not in known and place.stat().st_mtime < before:
            place.unlink(missing_ok=True)
            gone += 1
    return gone + release(file.pk for file in _unnamed(own) if _came_before(file, before))


def _came_before(file: BigFile, moment: float) -> bool:
    """Whether it has stood in its place since before this moment, whenever it was written; or stands there no more."""
    try:
        return path_of(file).stat().st_ctime < moment
    except FileNotFoundError:
        return True


def _unnamed(some: QuerySet[BigFile]) -> QuerySet[BigFile]:
    """Those without a row of any model that points at them."""
    for relation in BigFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
            some = some.exclude(Exists(model._default_manager.filter(**{name: OuterRef("pk")})))  # type: ignore[union-attr]
    return some


def _unlink(place: Path, file: BigFile) -> None:
    """After the row is gone for good; not where the same bytes were kept again meanwhile."""
    if not BigFile.objects.filter(practice_id=file.practice_id, digest=file.digest).exists():
        place.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """See that the names in a folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
