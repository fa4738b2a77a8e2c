"""Bytes to text: which encoding a foreign file is in, and what to tell the reader of the result."""

from __future__ import annotations

import codecs
from typing import NamedTuple

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SNIFFED = 4096


class Decoded(NamedTuple):
    """Text, the encoding it was in, and a remark where that had to be guessed."""

    text: str
    encoding: str
    remark: str = ""


def wide_encoding(data: bytes) -> str:
    """Return utf-16 or utf-32 (with byte order where no mark tells it), or the empty string for narrow bytes."""
    for mark, name in BOMS:
        if data.startswith(mark):
            return "" if mark == codecs.BOM_UTF8 else name
    sample = data[:SNIFFED]
    pairs = len(sample) // 2
    if pairs < 2:
        return ""
    high, low = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if low > 0.4 and high < 0.1:
        return "utf-16-le"
    return "utf-16-be" if high > 0.4 and low < 0.1 else ""


def decode(data: bytes) -> Decoded:
    """Decode a whole file. Never fails: what no encoding explains becomes the replacement character, with a remark."""
    wide = wide_encoding(data)
    if wide:
        return _decode_wide(data, wide)
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        return _decode_broken(data)


def _decode_wide(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    remark = "Some characters could not be read and are shown as \ufffd." if "\ufffd" in text else ""
    return Decoded(text, encoding, remark)


def _decode_broken(data: bytes) -> Decoded:
    text = data.decode("utf-8-sig", "replace")
    bad = text.count("\ufffd")
    wide = sum(1 for character in text if character > "\x7f") - bad
    if wide > 4 * bad:
        return Decoded(text, "utf-8", "Some characters could not be read and are shown as \ufffd.")
    return Decoded(western(data), "cp1252", "The file is not UTF-8; it was read as Western European (Windows-1252).")


def western(data: bytes) -> str:
    """Decode as Windows-1252, and as Latin-1 where that leaves bytes undefined."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def decode_as(data: bytes, charset: str) -> str:
    """Decode by the name a file gives itself; by our own judgement where the name is unknown or wrong."""
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        return decode(data).text
