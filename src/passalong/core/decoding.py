"""The bytes of pages and messages as the texts that somebody reads in them. Foreign bytes never raise."""

from __future__ import annotations

import email
import html
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any

_TAG = re.compile(r"<[^<>]{1,2000}>")
_ENCODED = re.compile(rb"content-transfer-encoding|=\?|filename\*", re.IGNORECASE)


def texts_of(raw: bytes) -> Iterator[str]:
    """The bytes as they stand, as a reader of the page sees them, and decoded as a mail program does."""
    yield from _as_shown(raw.decode(errors="replace"))
    if not _ENCODED.search(raw):
        return
    for part in email.message_from_bytes(raw).walk():
        yield from (_header(value) for value in part.values())
        yield part.get_filename() or ""
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield from _as_shown(_decoded(payload, part.get_content_charset() or "utf-8"))


def _as_shown(text: str) -> Iterator[str]:
    yield text
    if "<" in text or "&" in text:
        yield html.unescape(_TAG.sub(" ", text))


def _header(value: Any) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):  # as somebody's broken program wrote it
        return str(value)


def _decoded(payload: bytes, charset: str) -> str:
    try:
        return payload.decode(charset, errors="replace")
    except (LookupError, ValueError):  # no charset of text, or none at all
        return payload.decode(errors="replace")
