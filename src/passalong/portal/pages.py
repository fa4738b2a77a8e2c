"""The bytes of a kit page, ready to be answered: the same for every link but for the id of this one view."""

from __future__ import annotations

import secrets
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from passalong.kits.rendering.page import VIEW_FIELD, headers

CACHE_BYTES = 32 * 2**20
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def new_view() -> str:
    """The random id of one page answer, 12 characters."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Page:
    """A page cut where the view id goes. packed: `head` deflated up to a byte boundary; check: its CRC-32."""

    head: bytes
    tail: bytes
    packed: bytes
    check: int
    headers: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        return len(self.head) + len(self.packed)

    def body(self, view: str, *, zipped: bool) -> bytes:
        """The whole page with this view id, plain or as one gzip member.

        Only the few bytes after the cut are deflated anew: they follow the long part as further blocks of one stream.
        """
        tail = view.encode() + self.tail
        if not zipped:
            return self.head + tail
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        end = packer.compress(tail) + packer.flush(zlib.Z_FINISH)
        trailer = struct.pack("<LL", zlib.crc32(tail, self.check), (len(self.head) + len(tail)) & 0xFFFFFFFF)
        return b"".join((_GZIP_HEAD, self.packed, end, trailer))


def cut(page: bytes) -> Page:
    """Prepare a stored page. ValueError when the one place for the view id is not there exactly once."""
    if page.count(VIEW_FIELD) != 1:
        raise ValueError("This page has no place, or several, for the id of its view.")
    at = page.index(VIEW_FIELD) + len(VIEW_FIELD) - len(b'">')
    head, tail = page[:at], page[at:]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(head) + packer.flush(zlib.Z_SYNC_FLUSH)
    return Page(head, tail, packed, zlib.crc32(head), fixed_headers(page))


def fixed_headers(page: bytes) -> tuple[tuple[str, str], ...]:
    """What every answer with this page says, whatever its encoding."""
    said = {"Content-Type": "text/html; charset=utf-8", "Vary": "Accept-Encoding"} | headers(page)
    return tuple(said.items())


class Pages:
    """Prepared pages by digest of their content: least used go first once they take more than `most` bytes."""

    def __init__(self, most: int = CACHE_BYTES) -> None:
        self.most = most
        self._kept: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, digest: str, load: Callable[[], bytes]) -> Page:
        """The page of this digest, loaded and cut on first asking."""
        with self._lock:
            if page := self._kept.get(digest):
                self._kept.move_to_end(digest)
                return page
        page = cut(load())
        with self._lock:
            if digest not in self._kept:
                self._kept[digest] = page
                self._bytes += page.size
            while self._bytes > self.most and len(self._kept) > 1:
                _digest, gone = self._kept.popitem(last=False)
                self._bytes -= gone.size
        return page


def takes_gzip(accept: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(",")[:20]:
        name, _semicolon, rest = part.partition(";")
        weights[name.strip()] = _weight(rest)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(text: str) -> float:
    text = text.strip()
    if not text.startswith("q="):
        return 1.0
    try:
        return float(text[2:])
    except ValueError:
        return 0.0
