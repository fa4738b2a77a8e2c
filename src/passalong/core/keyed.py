"""Keyed hashes: how a person is recognised again after everything readable about them is gone."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def keyed_hash(practice_id: int, normalised: str) -> str:
    """HMAC-SHA-256 of a normalised mail address or phone number under the installation's privacy key; empty for empty.

    The key stands apart from the secret that signs sessions, goes into backups, and must never change: suppressions and
    erasures are known by it alone.
    """
    if not normalised:
        return ""
    text = f"{practice_id}\0{normalised}".encode()
    return hmac.new(settings.PRIVACY_KEY.encode(), text, hashlib.sha256).hexdigest()
