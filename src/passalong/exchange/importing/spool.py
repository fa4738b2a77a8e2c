"""A mailbox's messages, read before anything is written: kept in a file that nobody else sees, not in memory.

The database lets one write at a time, and searching a large mailbox takes a while: others need not wait for that.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, overload

from django.conf import settings

from passalong.exchange.readers import Address, MessageRecord, Reading

CHUNK = 1000  # messages a line
Progress = Callable[[int, int], None]


@contextmanager
def spooled(reading: Reading, on_progress: Progress | None = None) -> Iterator[Reading]:
    """The reading, with a mailbox's messages parsed already; others are handed on as they are."""
    if reading.content != "messages":
        yield reading
        return
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=settings.DATA) as file:
        source, total, done = iter(reading.records), len(reading.records), 0
        while chunk := list(islice(source, CHUNK)):
            file.write(json.dumps(chunk, separators=(",", ":")) + "\n")
            done += len(chunk)
            if on_progress:
                on_progress(done, total)
        yield replace(reading, records=Spool(file, done))


class Spool(Sequence[MessageRecord]):
    """Messages in a file, one chunk a line. Walking through it reads the file anew."""

    def __init__(self, file: IO[str], total: int) -> None:
        self._file, self._total = file, total

    def __len__(self) -> int:
        return self._total

    def __iter__(self) -> Iterator[MessageRecord]:
        self._file.seek(0)
        for line in self._file:
            for row, sender, to, cc, *rest in json.loads(line):
                yield MessageRecord(row, Address(*sender), _people(to), _people(cc), *rest)

    @overload
    def __getitem__(self, index: int) -> MessageRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[MessageRecord]: ...
    def __getitem__(self, index: int | slice) -> MessageRecord | list[MessageRecord]:
        if isinstance(index, slice):
            return list(islice(self, *index.indices(self._total)))
        return next(islice(self, range(self._total)[index], None))


def _people(told: list[list[str]]) -> tuple[Address, ...]:
    return tuple(Address(*one) for one in told)
