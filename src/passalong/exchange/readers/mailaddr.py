"""Addresses and dates in mail headers: a fast lane for the plain forms, the standard library for everything odd.

Both lanes give the same result wherever the fast one answers; mail repeats people, so both are remembered.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import Any

from passalong.exchange.readers import encoding, limits, values
from passalong.exchange.readers.records import Address

FOLD = re.compile(rb"\r?\n[ \t]+")
ATOM = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
HOST = rb"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
PLAIN = re.compile(
    rb"[ \t]*(?:(?:\"([\x20\x21\x23-\x5b\x5d-\x7e]*)\"|([!#-'*+./-9=?A-Z^-~-][ !#-'*+./-9=?A-Z^-~-]*)|)[ \t]*"
    rb"<(" + ATOM + rb"@" + HOST + rb")>|(" + ATOM + rb"@" + HOST + rb"))[ \t]*(?:,|\Z)"
)
HIDDEN = re.compile(rb"[ \t]*([^\s@<>\"(),]{1,64}) at ([A-Za-z0-9.-]{1,255})[ \t]*(?:\((.*)\))?[ \t]*\Z", re.DOTALL)
DATE = re.compile(
    r"(?:[A-Za-z]{3},?[ \t]+)?(\d{1,2})[ \t]+([A-Za-z]{3})[ \t]+(\d{4})[ \t]+"
    r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?[ \t]*([+-](?:0\d|1[0-4]))([0-5]\d)\b"
)
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
REMEMBERED = 50_000
# Newer libraries refuse whole lists for one odd address; the lenient answer is the same on all versions.
LENIENT: dict[str, Any] = {"strict": False} if "strict" in inspect.signature(getaddresses).parameters else {}
Addresses = tuple[Address, ...]


class AddressBook:
    """Parses address headers and remembers lists and single addresses, up to a bound."""

    def __init__(self) -> None:
        self._lists: dict[bytes, Addresses] = {}
        self._single: dict[bytes, Address] = {}

    def parse(self, raw: bytes) -> Addresses:
        """Return the addresses of one header value."""
        found = self._lists.get(raw)
        if found is None:
            found = self._put_together(raw)
            if len(self._lists) >= REMEMBERED:
                self._lists.clear()
            self._lists[raw] = found
        return found

    def _put_together(self, raw: bytes) -> Addresses:
        """Look the parts up one by one. A comma inside quotes is no danger: half a quotation is never remembered."""
        single = self._single
        try:
            return tuple([single[part.strip()] for part in raw.split(b",")])
        except KeyError:
            if len(single) >= REMEMBERED:
                single.clear()
            return addresses(raw, single)


def addresses(raw: bytes, seen: dict[bytes, Address] | None = None) -> Addresses:
    """Return the addresses of a header value: fast where it is plain, by the standard library where not."""
    value = FOLD.sub(b" ", raw) if b"\n" in raw else raw
    found = fast(value, seen)
    return slow(value) if found is None else found


def fast(value: bytes, seen: dict[bytes, Address] | None = None) -> Addresses | None:
    """Return the addresses of a plain value, None where anything in it is odd; seen collects them by their text."""
    found: list[Address] = []
    at, end = 0, len(value)
    while at < end:
        match = PLAIN.match(value, at)
        if not match:
            return None
        at = match.end()
        written = match[0].rstrip(b",").strip()
        one = seen.get(written) if seen else None
        if one is None:
            one = _address(match)
            if seen is not None:
                seen[written] = one
        found.append(one)
    return tuple(found[: limits.MAX_ADDRESSES])


def _address(match: re.Match[bytes]) -> Address:
    quoted, words, bracketed, bare = match.groups()
    name = quoted or words
    return Address((bracketed or bare).decode("ascii").lower(), decode_words(name) if name else "")


def slow(value: bytes) -> Addresses:
    """Return the addresses of any value by the standard library, "name at host" undone."""
    if hidden := HIDDEN.match(value):
        local, host, comment = hidden.groups()
        return (Address(f"{text(local)}@{text(host)}".lower(), decode_words(comment) if comment else ""),)
    return tuple(_slow(text(value)[: limits.MAX_CELL]))[: limits.MAX_ADDRESSES]


def _slow(value: str) -> Iterator[Address]:
    try:
        pairs = getaddresses([value], **LENIENT)
    except (ValueError, IndexError, RecursionError):  # the library's own parser gives up on some malformed values
        pairs = [("", value)]
    for name, address in pairs:
        if values.EMAIL.fullmatch(address):
            yield Address(address.lower(), values.line(decode_text(name)))
        elif found := values.EMAIL.search(address) or values.EMAIL.search(name):
            # A name without quotation marks or brackets: everything in front of the address is the name.
            name = name or address[: found.start()].strip(' "<')
            yield Address(found[0].lower(), values.line(decode_text(name)))


def text(raw: bytes) -> str:
    """Return header bytes as text: ASCII by right, UTF-8 or Western European in practice."""
    return raw.decode("ascii") if raw.isascii() else encoding.decode(raw).text


def decode_words(raw: bytes) -> str:
    """Return the text of header bytes with encoded words decoded, on one line."""
    return values.line(decode_text(text(raw)))


def decode_text(value: str) -> str:
    """Decode encoded words (=?utf-8?q?...?=); what cannot be decoded stays as it is."""
    if "=?" not in value:
        return value
    try:
        return "".join(
            part if isinstance(part, str) else encoding.decode_as(part, charset or "utf-8")
            for part, charset in decode_header(value)
        )
    except (HeaderParseError, ValueError):
        return value


def date(raw: bytes) -> str:
    """Return an ISO date-time with its offset, or the empty string where the value is no date."""
    match = DATE.match(raw.decode("latin-1"))
    if not match:
        return _slow_date(raw)
    number, month, year, hour, minute, second, zone, part = match.groups()
    day = _day(number, month, year)
    return f"{day}T{hour}:{minute}:{second or '00'}{zone}:{part}" if day else ""


@lru_cache(maxsize=4096)
def _day(day: str, month: str, year: str) -> str:
    try:
        return dt.date(int(year), MONTHS[month.lower()], int(day)).isoformat()
    except (ValueError, KeyError):
        return ""


def _slow_date(raw: bytes) -> str:
    try:
        return parsedate_to_datetime(text(FOLD.sub(b" ", raw))[:200]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
