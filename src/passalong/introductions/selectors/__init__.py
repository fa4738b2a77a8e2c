"""Named reads on introductions. What belongs to one page stands in a file of its own beside `reading`."""

from __future__ import annotations

from passalong.introductions.selectors.reading import (
    STEPS,
    Credited,
    ReplyRow,
    agreed_by,
    credits_of,
    introduction,
    introductions,
    replies,
    reply_rows,
    wishing,
)

__all__ = [
    "STEPS",
    "Credited",
    "ReplyRow",
    "agreed_by",
    "credits_of",
    "introduction",
    "introductions",
    "replies",
    "reply_rows",
    "wishing",
]
