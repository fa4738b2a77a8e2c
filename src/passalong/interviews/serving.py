"""Sound given out over HTTP, whole or a part of it (Range), so that a player can jump: the one place that does it.

A file is read a piece at a time while it is sent; memory stays flat however long it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

AT_ONCE = 256 * 1024  # bytes read and sent at a time
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class _Part:
    """Some bytes of an open file, a piece at a time. Closed by the response, also when the listener has gone."""

    def __init__(self, handle: BinaryIO, start: int, length: int) -> None:
        self._handle, self._left = handle, length
        handle.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._handle.read(min(AT_ONCE, self._left)) if self._left else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._handle.close()


def ranged(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    """This file, or the part that was asked for: 200, 206, 416 for a part it does not have, or 304 where whoever asks
    has it already. For GET and HEAD.

    Several parts at once, and a Range that cannot be read, are answered with the whole, as HTTP allows. Raises Http404
    where the file is not there any more.
    """
    try:
        handle = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    size, etag = _facts(handle)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        handle.close()
        return HttpResponse(status=304, headers={"ETag": etag})
    start, end = 0, size  # the end is the first byte not sent
    status, headers = 200, {"Accept-Ranges": "bytes", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-Range", etag) == etag and (asked := _asked(request.headers.get("Range", ""), size)):
        start, end = asked
        if start >= end:
            handle.close()
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        status, headers = 206, headers | {"Content-Range": f"bytes {start}-{end - 1}/{size}"}
    headers |= {"Content-Length": str(end - start), "Content-Type": media_type}
    if request.method == "HEAD":
        handle.close()
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(_Part(handle, start, end - start), status=status, headers=headers)


def _facts(handle: BinaryIO) -> tuple[int, str]:
    """Bytes, and a mark that is another one for another content: kept files are written once, under a name of it."""
    size, name = handle.seek(0, 2), Path(handle.name).name
    return size, f'"{size:x}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"'


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, start >= end for a part that is not there; None: the whole is meant."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return (max(size - int(last), 0), size) if int(last) else (size, size)
    if last and int(last) < int(first):
        return None  # not a range at all; ignored
    return int(first), min(int(last) + 1, size) if last else size
