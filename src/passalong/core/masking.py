"""Log lines without the secrets of addresses: whoever reads a log must not get in by it."""

from __future__ import annotations

import logging
import re

# What follows these words of a path is a capability: a kit's link, a referrer's page, a way to sign in.
_WORDS = (
    *("k", "pass", "me/in", "enter", "welcome", "join", "u", "answer", "lunch", "way", "consent", "privacy", "hook"),
    *("talk", "talk-page", "cast", "news/confirm", "news/item", "brief"),
)
_SECRET = re.compile(rf"(/(?:{'|'.join(_WORDS)})/)[^/\s\"'?#<>]+")


def masked(text: str) -> str:
    """The text with an ellipsis for each secret in it."""
    return _SECRET.sub(r"\1…", text)


class MaskingFormatter(logging.Formatter):
    """Masks the whole line as written, the traceback with it."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
