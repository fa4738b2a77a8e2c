"""Public ids: random, never sequential, readable aloud."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l
LENGTH = 13  # 31 ** 13, about 64 bits
LINK_LENGTH = 10
LONGEST_TOKEN = 100  # characters looked at; no secret made here is longer


def new_public_id() -> str:
    """A fresh id for a row that people outside the database may name."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_link_token() -> str:
    """An address for something anybody may read who holds it: short enough to type, about 50 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LINK_LENGTH))


def new_token() -> str:
    """A secret for a link, 192 bits."""
    return secrets.token_urlsafe(24)


def is_token(text: str) -> bool:
    """Whether this could be the secret of a link at all; what could not be is not looked up."""
    return 0 < len(text) <= LONGEST_TOKEN


def digest(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
