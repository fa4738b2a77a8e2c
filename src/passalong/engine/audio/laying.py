"""First step: the parts that are used of each file, decoded, cleaned and laid on disk as plain samples. Child only.

A file's samples lie in a file of their own, each at its own place, so that any part is found by its number; what is
not used is a hole. A long file is laid in two parts by two processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from passalong.engine.audio.decoding import RATE, Samples, opened, samples
from passalong.engine.audio.graphs import Chain, Meter, whole

WIDTH = 2  # bytes a sample
TWO_FROM = 600.0  # seconds of a file from which two processes lay it
BEFORE = 2.0  # seconds before a part, for the filter to learn the noise from
AS_FAR_AS_IT_GOES = float("inf")
# 12 dB off a steady noise that is followed as it changes
DENOISE = ("afftdn", "nr=12:nf=-45:tn=1")

Span = tuple[float, float]  # seconds


@dataclass(slots=True)
class Job:
    """Parts of one file for one process. spans: in order, not touching."""

    path: Path
    place: Path
    spans: list[Span]
    noise: bool


@dataclass(slots=True)
class Laid:
    """What one job found. loudness: of each span, with its seconds; length: samples of the file, where its end was
    reached."""

    place: Path
    loudness: list[tuple[float, float]] = field(default_factory=list)
    length: int = 0


def jobs(path: Path, place: Path, wanted: Iterable[Span], noise: bool) -> list[Job]:
    """The work one file makes."""
    spans: list[Span] = []
    for begin, end in sorted(wanted):
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((begin, end))
    seconds = sum(end - begin for begin, end in spans)
    if not TWO_FROM < seconds < AS_FAR_AS_IT_GOES:
        return [Job(path, place, spans, noise)]
    return [Job(path, place, half, noise) for half in _halves(spans, seconds / 2) if half]


def _halves(spans: list[Span], half: float) -> tuple[list[Span], list[Span]]:
    first: list[Span] = []
    for number, (begin, end) in enumerate(spans):
        if end - begin >= half:
            middle = begin + half
            return [*first, (begin, middle)], [(middle, end), *spans[number + 1 :]]
        first.append((begin, end))
        half -= end - begin
    return first, []


def lay(job: Job) -> Laid:
    """Do one job."""
    found = Laid(job.place)
    left = [_Part(begin, end, job, found) for begin, end in job.spans]
    at = 0
    with job.place.open("r+b") as out, opened(job.path) as (container, stream, _kind):
        for block in samples(container, stream):
            for part in left:
                part.take(out, at, block)
            at += block.size
            while left and left[0].is_over(at):
                left.pop(0).close(out)
            if not left:
                break
        else:
            found.length = at
            for part in left:
                part.close(out)
    return found


class _Part:
    """One span: what of each block belongs to it goes through its filter to its place."""

    def __init__(self, begin: float, end: float, job: Job, found: Laid) -> None:
        self._begin = round(begin * RATE)
        self._end = round(end * RATE) if end != AS_FAR_AS_IT_GOES else None
        self._first = max(0, self._begin - round(BEFORE * RATE)) if job.noise else self._begin
        self._chain = Chain(DENOISE) if job.noise else None
        self._next = self._first  # number of the sample that comes out of the filter next
        self._meter, self._found, self._heard = Meter(), found, 0

    def is_over(self, at: int) -> bool:
        return self._end is not None and at >= self._end

    def take(self, out: BinaryIO, at: int, block: Samples) -> None:
        begin = max(self._first - at, 0)
        end = block.size if self._end is None else min(self._end - at, block.size)
        if begin >= end:
            return
        if self._chain is None:
            self._put(out, block[begin:end])
            return
        self._put(out, whole(self._chain.through(block[begin:end])))

    def close(self, out: BinaryIO) -> None:
        if self._chain is not None:
            self._put(out, whole(self._chain.rest()))
        self._found.loudness.append((self._meter.loudness(), self._heard / RATE))

    def _put(self, out: BinaryIO, made: Samples) -> None:
        """Write what is of the span itself, and measure it."""
        at, self._next = self._next, self._next + made.size
        end = made.size if self._end is None else min(made.size, self._end - at)
        kept = made[max(0, self._begin - at) : max(0, end)]
        if kept.size:
            out.seek((max(at, self._begin)) * WIDTH)
            out.write(packed(kept))
            self._meter.add(kept)
            self._heard += kept.size


def packed(block: Samples) -> bytes:
    """Floats as 16-bit samples."""
    return np.clip(np.rint(block * 32767.0), -32768, 32767).astype("<i2").tobytes()


def unpacked(raw: bytes) -> Samples:
    """16-bit samples as floats."""
    return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32767.0)
