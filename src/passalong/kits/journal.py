"""Where hits are written before they are answered: plain files, so that no answer waits for the database.

A hit that was answered stands in a file, whatever process is killed the next moment; `services.hits.drain` brings it
into the database. (The operating system keeps it; only a machine that loses power may lose the last seconds.)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import secrets
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection

from passalong.core import clock
from passalong.engine.visits.networks import ListError, Networks, neighbourhood, parsed, read_networks
from passalong.kits.models import DaySalt

logger = logging.getLogger("passalong.hits")

SUFFIX = ".jsonl"
NEW_FILE_EVERY = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=1)  # for the day's salt, when the database did not give it


def folder() -> Path:
    """Where this installation's journals lie."""
    return Path(settings.DATA) / "hits"


class Writer:
    """Appends entries to a file of its own, a new one every hour. Safe for threads, and after a fork.

    The file is locked for as long as the writer lives, which tells drains that more may come.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._file = -1
        self._owner = 0
        self._until = clock.now()

    def write(self, entry: dict[str, Any]) -> None:
        """Append one line with one system call. OSError when it could not be written whole."""
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if self._file < 0 or self._owner != os.getpid() or clock.now() >= self._until:
                self._open()
            written = 0
            try:
                written = os.write(self._file, line)
            finally:
                if written != len(line):  # a torn line stays the last of its file
                    self._close()
        if written != len(line):
            raise OSError(f"Only {written} of {len(line)} bytes of a hit could be written.")

    def close(self) -> None:
        """Give the file up; it is read out and deleted. The next write opens another."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        self._close()
        self.folder.mkdir(parents=True, exist_ok=True)
        now = clock.now()
        while self._file < 0:
            name = f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(6)}{SUFFIX}"
            file = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_nlink:  # else a drain took it for a dead writer's before it was locked
                self._file = file
            else:
                os.close(file)
        self._owner, self._until = os.getpid(), now + NEW_FILE_EVERY

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1


class _Day:
    """The salt of one day and the network lists as they were when it began."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.salt = b""
        self.until = datetime.min.replace(tzinfo=UTC)
        self.networks = Networks()

    def current(self) -> tuple[bytes, Networks]:
        now = clock.now()
        if now < self.until:
            return self.salt, self.networks
        with self.lock:
            if now >= self.until:
                self._begin()
        return self.salt, self.networks

    def _begin(self) -> None:
        now = clock.now()
        today = now.astimezone(UTC).date()
        self.networks = _networks()
        try:
            if not connection.in_atomic_block:
                close_old_connections()  # the door's threads have no request that would do so
            self.salt = salt_of(today)
            self.until = datetime.combine(today + timedelta(days=1), time(), UTC)
        except Error as error:
            logger.warning("The day's salt could not be read (%s). Addresses are hashed with a passing one.", error)
            self.salt, self.until = secrets.token_bytes(32), now + ASK_AGAIN


def salt_of(day: date) -> bytes:
    """The key of one UTC day, made by whoever asks first."""
    row, _ = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    return bytes.fromhex(row.salt)


def _networks() -> Networks:
    """The lists in DATA/networks; one that cannot be read is told and left aside, as none is needed."""
    lists = sorted(one for one in (Path(settings.DATA) / "networks").glob("*") if one.suffix in (".txt", ".csv"))
    readable = []
    for one in lists:
        try:
            read_networks([one])
            readable.append(one)
        except (ListError, OSError) as error:
            logger.warning("A list of networks is left aside. %s", error)
    return read_networks(readable)


_day = _Day()


def hashed(ip: str | None) -> tuple[str, str, str]:
    """What is kept of an address: its keyed hash, that of the network around it, and the network's class.

    Empty for what is no address. A key is of one UTC day and is forgotten in the hour after it: from then on nobody
    can tell, trying all addresses, whose hash it was.
    """
    address = parsed(ip)
    if address is None:
        return "", "", ""
    salt, networks = _day.current()
    return (
        _hash(salt, str(address)),
        _hash(salt, f"around {neighbourhood(address)}"),
        networks.of(address),
    )


def _hash(salt: bytes, text: str) -> str:
    return hashlib.blake2b(text.encode(), key=salt, digest_size=8).hexdigest()
