"""How the record is hashed; needs no database, so that an export can be checked anywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def payload_digest(salt: str, data: Mapping[str, Any]) -> str:
    """What the chain keeps of a payload."""
    return _hashed([salt, data])


def event_hash(previous: str, number: int, at: str, actor: str, kind: str, subject: str, digest: str) -> str:
    """The hash of one event, over everything of it that is never erased."""
    return _hashed([previous, number, at, actor, kind, subject, digest])


def _hashed(what: list[Any]) -> str:
    text = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
