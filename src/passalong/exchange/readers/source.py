"""Opening what is to be read: a path or bytes, its name and size, with bounds kept before anything is parsed."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from passalong.exchange.readers import limits
from passalong.exchange.readers.records import Refused

CHUNK = 1 << 20
HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk or bytes in hand."""

    name: str
    size: int
    path: Path | None = None
    data: bytes = b""

    def open(self) -> IO[bytes]:
        """Open for reading from the start."""
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    def head(self) -> bytes:
        """Return the first bytes, enough to tell the format."""
        with self.open() as stream:
            return stream.read(HEAD)

    def load(self) -> bytes:
        """Return everything. Refuses a file or a line above its bound, reading no further than that."""
        if self.size > limits.MAX_FILE:
            raise Refused(too_large(self.name, limits.MAX_FILE))
        with self.open() as stream:
            return b"".join(bounded_lines(self.name, chunks(stream)))


def too_large(name: str, bound: int) -> str:
    """Return the sentence for a file above its bound."""
    return f"{name} is larger than {bound // limits.MIB} MB; split it into smaller files and import those."


def open_source(source: Path | bytes, filename: str | None) -> Source:
    """Return the source. Refuses what is not there, cannot be opened or is empty."""
    if isinstance(source, bytes):
        found = Source(filename or "The file", len(source), data=source)
    else:
        found = _open_path(source, filename or source.name)
    if not found.size:
        raise Refused(f"{found.name} is empty; export it again and import the new file.")
    return found


def _open_path(path: Path, name: str) -> Source:
    try:
        if path.is_dir():
            raise Refused(f"{name} is a folder; name the files inside it.")
        with path.open("rb"):
            return Source(name, path.stat().st_size, path=path)
    except FileNotFoundError:
        raise Refused(f"There is no file {path}; check the name.") from None
    except OSError as error:
        raise Refused(f"{name} cannot be opened ({error.strerror or error}).") from None


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the stream in pieces."""
    while piece := stream.read(CHUNK):
        yield piece


def bounded_lines(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the pieces on; refuse as soon as one line is longer than the bound."""
    run = 0
    for piece in pieces:
        ends = [at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0]
        if run + (min(ends) if ends else len(piece)) > limits.MAX_LINE:
            raise Refused(
                f"{name} has a line longer than {limits.MAX_LINE // limits.MIB} MB; "
                "it is not an export we know, so check that it is the right file."
            )
        run = len(piece) - max(piece.rfind(b"\n"), piece.rfind(b"\r")) - 1 if ends else run + len(piece)
        yield piece


def unzip_member(source: Source, wanted: str) -> bytes | None:
    """Return the member whose file name is the wanted one (any folder, any case), None where there is none.

    Refuses an archive with too many parts or one that grows beyond its bound.
    """
    with open_archive(source) as archive:
        for info in archive.infolist():
            if Path(info.filename).name.casefold() == wanted.casefold():
                return _unzip(source.name, archive, info)
    return None


def _unzip(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as stream:
            return b"".join(bounded_lines(name, chunks(stream)))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        raise Refused(f"{name} is damaged or locked with a password; unpack it and import {info.filename}.") from None


@contextmanager
def open_archive(source: Source) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive after checking what it claims to grow to; reading is cut off at that claim."""
    with source.open() as stream, _archive(source.name, stream) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.MAX_PARTS or unpacked > min(limits.MAX_UNPACKED, limits.MAX_RATIO * source.size):
            raise Refused(
                f"{source.name} unpacks to more than we read; take out the file you mean and import that one."
            )
        yield archive


def _archive(name: str, stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused(f"{name} is damaged: it looks like a zip or Excel file but does not open.") from None


def gunzip(source: Source, into: IO[bytes], bound: int) -> int:
    """Unpack a .gz into an open file and return the size. Refuses a damaged one and one that grows beyond the bound."""
    size = 0
    try:
        with source.open() as packed, gzip.GzipFile(fileobj=packed) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > bound:
                    raise Refused(too_large(f"{source.name}, unpacked,", bound))
                into.write(piece)
    except (OSError, EOFError, zlib.error):
        raise Refused(f"{source.name} is damaged: it looks packed but does not unpack.") from None
    return size
