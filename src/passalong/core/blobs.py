"""Bytes by content hash, in the database: one transaction with what names them, one backup, any number of hosts."""

from __future__ import annotations

import hashlib

from passalong.core.models import Blob


def keep(practice_id: int, content: bytes, media_type: str) -> Blob:
    """Store bytes once; the same bytes again are the same row."""
    blob, _made = Blob.objects.get_or_create(
        practice_id=practice_id,
        digest=hashlib.sha256(content).hexdigest(),
        defaults={"media_type": media_type, "size": len(content), "content": content},
    )
    return blob


def read(blob: Blob) -> bytes:
    """The bytes, whichever database they came from."""
    return bytes(blob.content)
