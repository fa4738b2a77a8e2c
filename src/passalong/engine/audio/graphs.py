"""Chains of ffmpeg's filters that samples go through a block at a time; and the meter of loudness. Child only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np

from passalong.engine.audio.decoding import RATE, Samples

UNHEARD = -70.0  # LUFS: what the meter says of nothing
FULL = 1e-6  # of a sample: -120 dB
TAPS = 12  # samples to either side from which a value between two is found
RUN = 1152  # samples looked at together
NEAR = 0.75  # of the greatest so far: what stands between samples of less is not greater


class Chain:
    """Filters one after the other, each as (name, arguments); one channel of floats in and out. at_once: samples of a
    frame that comes out, 0 as the last filter makes them."""

    def __init__(self, *filters: tuple[str, str], at_once: int = RATE // 2) -> None:
        self._graph, self._at = av.filter.Graph(), 0
        last = self._graph.add_abuffer(format="fltp", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
        gathered = (("asetnsamples", f"n={at_once}:p=0"),) if at_once else ()
        for name, arguments in (*filters, ("aformat", "sample_fmts=fltp"), *gathered, ("abuffersink", "")):
            following = self._graph.add(name, arguments or None)
            last.link_to(following)
            last = following
        self._graph.configure()

    def through(self, block: Samples) -> Iterator[Any]:
        """Frames that came out."""
        if block.size:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block, np.float32).reshape(1, -1), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = RATE, self._at
            self._at += block.size
            self._graph.push(frame)
            yield from self._out()

    def rest(self) -> Iterator[Any]:
        """Frames that come out once there is no more to put in."""
        self._graph.push(None)
        yield from self._out()

    def _out(self) -> Iterator[Any]:
        while True:
            try:
                yield self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def whole(frames: Iterator[Any]) -> Samples:
    """Frames as one block."""
    blocks = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


class Meter:
    """Loudness over everything: EBU R 128, gated."""

    def __init__(self) -> None:
        self._chain = Chain(("ebur128", "metadata=1:framelog=quiet"), at_once=0)
        self._last: dict[str, str] = {}

    def add(self, block: Samples) -> None:
        last = None
        for frame in self._chain.through(block):
            last = frame
        self._last = (last.metadata if last is not None else None) or self._last

    def loudness(self) -> float:
        """LUFS so far; a last part of less than a tenth of a second is not counted."""
        return float(self._last.get("lavfi.r128.I", UNHEARD))


class TruePeak:
    """The greatest value between samples too, found at four times the rate. Only runs with a sample near the greatest
    so far are looked at between."""

    def __init__(self) -> None:
        self._greatest = FULL
        self._before: Samples = np.zeros(0, np.float32)
        at = np.arange(-TAPS, TAPS + 1)
        self._between = [np.sinc(at - part / 4) * np.hanning(2 * TAPS + 3)[1:-1] for part in (1, 2, 3)]

    def add(self, block: Samples) -> None:
        together = np.concatenate([self._before, block])
        self._before = together[-2 * TAPS :]
        for begin in range(0, together.size, RUN):
            run = together[max(0, begin - TAPS) : begin + RUN + TAPS]
            loudest = float(np.abs(run).max(initial=0.0))
            if loudest > NEAR * self._greatest and run.size > 2 * TAPS:
                values = [float(np.abs(np.convolve(run, kernel, "same")).max()) for kernel in self._between]
                self._greatest = max(self._greatest, loudest, *values)

    def decibels(self) -> float:
        return 20 * math.log10(self._greatest)
