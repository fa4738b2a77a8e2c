"""First step: the parts that are used of each file, decoded, cleaned and laid on disk as plain samples. Child only.

A file's samples lie in a file of their own, each at its own place, so that any part is found by its number; what is
not used is a hole. A long file is laid in two parts by two processes.

Noise is taken down in a second go over what was laid: how loud it is shows in the pauses, so they are looked for first.
Where there are none to tell it by, or the pauses are clean, the sound stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from passalong.engine.audio import pcm
from passalong.engine.audio.decoding import RATE, Samples, opened, samples
from passalong.engine.audio.graphs import Chain, Meter, whole
from passalong.engine.audio.pcm import WIDTH, packed

TWO_FROM = 600.0  # seconds of a file from which two processes lay it
AS_FAR_AS_IT_GOES = float("inf")
LEAST_APART = 10.0  # dB between pauses and voice, for the pauses to be told by
CLEAN = -78.0  # dB: pauses without noise
OVER = 4.0  # dB the filter is told above what was measured, as noise goes up and down
LESS = 12  # dB the noise is taken down
LAG = RATE // 40  # samples the filter comes late

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
    """What one job found. loudness: of each span in LUFS, with its seconds."""

    place: Path
    loudness: list[tuple[float, float]] = field(default_factory=list)


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
    with job.place.open("r+b") as out:
        for begin, end in _decoded(job, out):
            out.flush()
            blocks = pcm.read(job.place, begin, end)
            noise = _noise(pcm.levels(job.place, begin, end)) if job.noise else None
            meter, at = Meter(), begin
            for block in blocks if noise is None else _denoised(blocks, noise):
                meter.add(block)
                if noise is not None:  # it comes late, so what is written over was read
                    at = _write(out, at, block)
            found.loudness.append((meter.loudness(), (end - begin) / RATE))
    return found


def _decoded(job: Job, out: BinaryIO) -> list[tuple[int, int]]:
    """Write what the spans hold; returns them as numbers of samples, as far as the file goes."""
    at = 0
    wanted = [
        (round(begin * RATE), None if end == AS_FAR_AS_IT_GOES else round(end * RATE)) for begin, end in job.spans
    ]
    with opened(job.path) as (container, stream, _kind):
        for block in samples(container, stream):
            for begin, end in wanted:
                part = block[max(0, begin - at) : block.size if end is None else max(0, end - at)]
                if part.size:
                    _write(out, max(at, begin), part)
            at += block.size
            last = wanted[-1][1]
            if last is not None and at >= last:
                break
    return [(begin, at if end is None else min(end, at)) for begin, end in wanted if begin < at]


def _write(out: BinaryIO, at: int, block: Samples) -> int:
    """Returns where it goes on."""
    out.seek(at * WIDTH)
    out.write(packed(block))
    return at + block.size


def _noise(levels: Samples) -> float | None:
    """How loud the noise is, in dB; None where that cannot be told, or there is none."""
    if not levels.size:
        return None
    quiet, loud = (float(one) for one in np.percentile(levels, (5, 90)))
    return quiet if quiet > CLEAN and loud - quiet >= LEAST_APART else None


def _denoised(blocks: Iterator[Samples], noise: float) -> Iterator[Samples]:
    """The same number of samples, with steady noise of this loudness taken down."""
    chain = Chain(("afftdn", f"nr={LESS}:nf={min(max(noise + OVER, -80.0), -20.0):.1f}"))
    late = LAG
    for block in blocks:
        made = whole(chain.through(block))
        yield made[late:]
        late -= min(late, made.size)
    chain_end = [*chain.through(np.zeros(LAG, np.float32)), *chain.rest()]
    yield whole(iter(chain_end))[late:]
