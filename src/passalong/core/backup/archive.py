"""A backup's file: a gzip-compressed tar of the database and the files beside it, with a manifest as its last member.

Reading trusts nothing: members by fixed names only, regular files only, sizes and the ratio of compression bounded, one
pass in a stream, and every member held against the size and sha256 that the manifest gives for it.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
KEYS = ("privacy.key", "secret.key")
STONES = "tombstones.jsonl"
STONES_SQL = (  # the same from a database, whichever it is
    "SELECT p.public_id, t.kind, t.person, t.keys, t.detail, t.at "
    "FROM core_tombstone t JOIN accounts_practice p ON p.id = t.practice_id ORDER BY t.id"
)
FOLDERS = ("files", "rules", "mail", "hits", "networks", "uploads", "arriving")

MAX_MEMBERS = 1_000_000
MAX_MANIFEST = 256 * 2**20  # bytes
MAX_NAME = 1000  # characters
MAX_HEADER = 16 * 1024  # bytes of an extended header, which tarfile reads whole
MAX_RATIO = 200  # times what was read of the file so far; databases of text shrink to a tenth
SLACK = 64 * 2**20  # bytes allowed before the ratio counts
PIECE = 2**20
LEFT_OVER_S = 3600.0  # after which a file nobody writes to was left by a backup that was killed

Progress = Callable[[int], None]


class Tell(Protocol):
    """Shows how far the work is: its name, and steps done of all (0 of 0 while nobody knows)."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None: ...


class BackupError(Exception):
    """One sentence for the terminal. code: 2 for what is refused (a bad file, wrong use, data in use), 1 for what
    failed on the way."""

    def __init__(self, sentence: str, *, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(slots=True)
class Manifest:
    """What a backup says of itself. counts: rows by table; members: name -> size in bytes and sha256."""

    passalong: str
    engine: str
    created_at: str
    migrations: dict[str, list[str]]
    counts: dict[str, int]
    privacy_key: str
    format: int = FORMAT
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: bytes) -> Manifest:
        """Checked for the shape it must have."""
        try:
            said = json.loads(raw)
            if said["format"] != FORMAT:
                raise BackupError("This backup was made by a newer Passalong. Install that version to restore it.")
            one = cls(**{name: said[name] for name in cls.__dataclass_fields__})
            _check_shape(one)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BackupError("This backup cannot be used: its list of contents cannot be read.") from error
        return one

    @property
    def size(self) -> int:
        """Bytes of all members, uncompressed."""
        return sum(one["size"] for one in self.members.values())


def _check_shape(one: Manifest) -> None:
    texts = [one.passalong, one.engine, one.created_at, one.privacy_key, *one.counts, *one.migrations]
    texts += [name for names in one.migrations.values() for name in names]
    texts += [member["sha256"] for member in one.members.values()]
    numbers = [*one.counts.values(), *(member["size"] for member in one.members.values())]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(number, int) for number in numbers):
        raise TypeError


def allowed(name: str) -> bool:
    """Whether a backup may have a member of this name."""
    if name in (MANIFEST, STONES, *KEYS, *DATABASES.values()):
        return True
    folder, *rest = name.split("/")
    parts_are_plain = all(part not in ("", ".", "..") and not re.search(r"[\\\0-\x1f]", part) for part in rest)
    return folder in FOLDERS and bool(rest) and parts_are_plain and len(name) <= MAX_NAME


class Writer:
    """Writes members into a file that has its name only once all of it is on the disk."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest, progress: Progress) -> None:
        self._tar, self._manifest, self._progress = tar, manifest, progress

    def add(self, name: str, path: Path) -> bool:
        """Add a file as long as it is now, although it may grow meanwhile. False when it has gone."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            about = os.fstat(file.fileno())
            self._add(name, file, about.st_size, about.st_mtime)
        return True

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add what is no file."""
        self._add(name, io.BytesIO(content), len(content), time.time())

    def _add(self, name: str, file: IO[bytes], size: int, mtime: float) -> None:
        if not allowed(name):
            raise BackupError(f"{name} has a name that cannot go into a backup. Rename or remove it.", code=1)
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(mtime), 0o600
        hashed = _Hashed(file, self._progress)
        self._tar.addfile(info, hashed)
        if name != MANIFEST:
            self._manifest.members[name] = {"size": size, "sha256": hashed.digest.hexdigest()}


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file, self._progress, self.digest = file, progress, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        self._progress(len(piece))
        return piece


@contextmanager
def written(out: Path, manifest: Manifest, progress: Progress) -> Iterator[Writer]:
    """Make the archive `out`, or nothing: a temporary file beside it is renamed when all of it is on the disk."""
    for left in out.parent.glob(f".{glob.escape(out.name)}.*.part"):
        if time.time() - left.stat().st_mtime > LEFT_OVER_S:
            left.unlink(missing_ok=True)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with (
                gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6) as packed,
                tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
            ):
                writer = Writer(tar, manifest, progress)
                yield writer
                writer.add_bytes(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True).encode())
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(out)
        fsync_folder(out.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def fsync_folder(folder: Path) -> None:
    """Make names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Bounded:
    """What comes out of the compression, counted and bounded."""

    def __init__(self, raw: IO[bytes], progress: Progress) -> None:
        self._raw, self._progress, self._seen, self.total = raw, progress, 0, 0
        self._packed = gzip.GzipFile(fileobj=raw, mode="rb")

    def read(self, size: int) -> bytes:
        piece = self._packed.read(min(size, PIECE))
        self.total += len(piece)
        at = self._raw.tell()
        self._progress(at - self._seen)
        self._seen = at
        if self.total > SLACK + MAX_RATIO * at:
            raise BackupError("This backup cannot be used: it would unpack to far more than a backup holds.")
        return piece


class _Member(tarfile.TarInfo):
    """A member's header, refused before anything of it is acted on."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        one = super().frombuf(buf, encoding, errors)
        is_header = one.type == tarfile.XHDTYPE
        if not (is_header or one.type in (tarfile.REGTYPE, tarfile.AREGTYPE)):
            raise BackupError("This backup cannot be used: it holds something other than plain files.")
        if one.size < 0 or (is_header and one.size > MAX_HEADER):
            raise BackupError("This backup cannot be used: it holds a name that is too long.")
        return one


def verified(path: Path, progress: Progress = lambda size: None, *, into: Path | None = None) -> Manifest:
    """Read the whole archive and hold every member against the manifest; with `into`, unpack it there as well.

    Nothing is written without `into`. Raises BackupError (code 2) for anything that is not as `written` makes it.
    """
    try:
        with path.open("rb") as raw:
            seen, manifest = _read(raw, progress, into)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, UnicodeError, ValueError) as error:
        raise BackupError(f"{path} is no backup of Passalong, or it is damaged.") from error
    except IsADirectoryError as error:
        raise BackupError(f"{path} is a folder, not a backup.") from error
    if manifest is None:
        raise BackupError(f"{path} is no backup of Passalong, or it is damaged: its list of contents is missing.")
    if seen != {name: (one["size"], one["sha256"]) for name, one in manifest.members.items()}:
        raise BackupError(f"{path} is damaged: its contents are not those that were backed up.")
    if manifest.engine not in DATABASES or DATABASES[manifest.engine] not in seen:
        raise BackupError(f"{path} is no backup of Passalong: it holds no database.")
    return manifest


def _read(raw: IO[bytes], progress: Progress, into: Path | None) -> tuple[dict[str, tuple[int, str]], Manifest | None]:
    seen: dict[str, tuple[int, str]] = {}
    manifest = None
    stream = _Bounded(raw, progress)
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as tar:  # type: ignore[call-overload]
        for member in tar:
            _check_member(member, seen, has_ended=manifest is not None)
            file = tar.extractfile(member)
            if file is None:
                raise BackupError("This backup cannot be used: it holds something other than plain files.")
            if member.name == MANIFEST:
                manifest = Manifest.read(file.read())
            else:
                seen[member.name] = _take(file, into / member.name if into else None)
            tar.members = []  # a list of all that were read; nobody needs it
    while stream.read(PIECE):  # to the end, where the checksum of the whole stands
        pass
    return seen, manifest


def _check_member(member: tarfile.TarInfo, seen: dict[str, tuple[int, str]], *, has_ended: bool) -> None:
    if not allowed(member.name) or member.sparse is not None:
        raise BackupError(f"This backup cannot be used: it holds a file named {member.name[:100]!r}.")
    if member.name in seen or has_ended or len(seen) >= MAX_MEMBERS:
        raise BackupError("This backup cannot be used: it holds more than it should.")
    if member.name == MANIFEST and member.size > MAX_MANIFEST:
        raise BackupError("This backup cannot be used: its list of contents is too long.")


def _take(file: IO[bytes], target: Path | None) -> tuple[int, str]:
    """Size and sha256 of a member, written to a new file where one is named."""
    digest, size = hashlib.sha256(), 0
    out = None
    try:
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            out = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            if out:
                out.write(piece)
        if out:
            out.flush()
            os.fsync(out.fileno())
    finally:
        if out:
            out.close()
    return size, digest.hexdigest()


def check_room(folder: Path, needed: int) -> None:
    """Refuse before filling a disk. needed: bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} has {free / 2**20:,.0f} MB free; {needed / 2**20:,.0f} MB are needed. Nothing was changed.",
            code=1,
        )
