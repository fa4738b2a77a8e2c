"""Bytes by content hash, in the database: one transaction with what names them, one backup, any number of hosts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from passalong.core.models import Blob

CHUNK = 500
AT_ONCE = 8  # blobs in memory while all are read


def keep(practice_id: int, content: bytes, media_type: str) -> Blob:
    """Store bytes once; the same bytes again are the same row."""
    blob, _made = Blob.objects.get_or_create(
        practice_id=practice_id,
        digest=hashlib.sha256(content).hexdigest(),
        defaults={"media_type": media_type, "size": len(content), "content": content},
    )
    return blob


def keep_all(practice_id: int, contents: Iterable[bytes], media_type: str) -> dict[bytes, int]:
    """Many at once, in three queries for each `CHUNK`: {content: primary key of its row}. For what is brought in."""
    found: dict[bytes, int] = {}
    wanted = {hashlib.sha256(one).hexdigest(): one for one in contents}
    digests = sorted(wanted)
    for at in range(0, len(digests), CHUNK):
        some = Blob.objects.filter(practice_id=practice_id, digest__in=digests[at : at + CHUNK])
        there = set(some.values_list("digest", flat=True))
        made = [
            Blob(practice_id=practice_id, digest=one, media_type=media_type, size=len(wanted[one]), content=wanted[one])
            for one in digests[at : at + CHUNK]
            if one not in there
        ]
        Blob.objects.bulk_create(made, ignore_conflicts=True)  # another may keep the same in this very moment
        found |= {wanted[digest]: pk for digest, pk in some.values_list("digest", "pk")}
    return found


def read(blob: Blob) -> bytes:
    """The bytes, whichever database they came from."""
    return bytes(blob.content)


@transaction.atomic
def release(blob_ids: Iterable[int]) -> int:
    """Delete those of these bytes that no row names any more; returns how many. For whoever has just deleted what named
    them: bytes that the record or another row still names stay."""
    ids, gone = sorted(set(blob_ids)), 0
    for at in range(0, len(ids), CHUNK):
        some = Blob.objects.filter(pk__in=ids[at : at + CHUNK])
        list(some.select_for_update().order_by("pk").values_list("pk"))  # whoever names one now waits, then sees
        free = list(_unnamed(some).values_list("pk", flat=True))
        gone += Blob.objects.filter(pk__in=free).delete()[0]
    return gone


def _unnamed(some: QuerySet[Blob]) -> QuerySet[Blob]:
    """Those without a row of any model that points at them."""
    for relation in Blob._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
            some = some.exclude(Exists(model._default_manager.filter(**{name: OuterRef("pk")})))  # type: ignore[union-attr]
    return some


def false_ones(practice_id: int) -> Iterator[int]:
    """Primary keys of bytes that are not what their digest says; a few at a time in memory."""
    rows = Blob.objects.filter(practice_id=practice_id).order_by("pk").values_list("pk", "digest", "content")
    for pk, digest, content in rows.iterator(chunk_size=AT_ONCE):
        if hashlib.sha256(bytes(content)).hexdigest() != digest:
            yield pk
