"""Chains of ffmpeg's filters that samples go through a block at a time; and the meter of loudness. Child only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import av
import numpy as np

from passalong.engine.audio.decoding import RATE, Samples

UNHEARD = -70.0  # LUFS: what the meter says of nothing
FULL = 1e-6  # of a sample: -120 dB


class Chain:
    """Filters one after the other, each as (name, arguments); one channel of floats in and out."""

    def __init__(self, *filters: tuple[str, str], rate: int = RATE) -> None:
        self._graph, self._rate, self._at = av.filter.Graph(), rate, 0
        last = self._graph.add_abuffer(format="fltp", sample_rate=rate, layout="mono", time_base=f"1/{rate}")
        for name, arguments in (*filters, ("aformat", "sample_fmts=fltp"), ("abuffersink", "")):
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
            frame.sample_rate, frame.pts = self._rate, self._at
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
    """Loudness over everything (EBU R 128, gated) and, where asked for, the true peak."""

    def __init__(self, *, peaks: bool = False) -> None:
        self._chain = Chain(("ebur128", "metadata=1:framelog=quiet" + (":peak=true" if peaks else "")))
        self._last: dict[str, str] = {}
        self._peak = FULL

    def add(self, block: Samples) -> None:
        for frame in self._chain.through(block):
            self._note(frame.metadata)

    def _note(self, told: dict[str, str]) -> None:
        self._last = told or self._last
        peaks = [float(told[key]) for key in told if key.startswith("lavfi.r128.true_peaks_ch")]
        self._peak = max([self._peak, *peaks])

    def loudness(self) -> float:
        """LUFS so far; a last part of less than a tenth of a second is not counted."""
        return float(self._last.get("lavfi.r128.I", UNHEARD))

    def true_peak(self) -> float:
        """dB."""
        return 20 * math.log10(self._peak)
