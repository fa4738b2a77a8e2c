"""The secret of the link by which somebody confirms that they want the news."""

from __future__ import annotations

from passalong.core.ids import digest

PURPOSE = "news"  # a token made for another purpose confirms nothing


def digest_of(token: str) -> str:
    """What is kept of it: the digest is bound to its purpose."""
    return digest(f"{PURPOSE}:{token}")
