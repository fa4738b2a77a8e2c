"""Lists with columns of anybody's choosing: member directories, attendee lists, address books, and wish lists."""

from __future__ import annotations

from passalong.exchange.readers.people import Profile

DIRECTORY = Profile("directory", free=True)
WISHLIST = Profile(
    "wishlist",
    content="wishlist",
    marks=(frozenset({"name", "reason", "review on"}), frozenset({"organization", "reason", "review on"})),
    words={"reason": "reason", "why": "reason", "review on": "review_on", "review date": "review_on"},
    free=True,
)
