"""What a file is and its waveform, decoding the whole of it once. Child only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from passalong.engine.audio.decoding import RATE, Samples, opened, samples
from passalong.engine.audio.results import LONGEST, NotSound, Probe, Why

BLOCK = 441  # samples the waveform is gathered in: a hundredth of a second
SHORTEST = 0.2  # seconds
FAINTEST = 0.0005  # of a sample: a microphone that was off
# Kinds whose length stands in the file; of the others ffmpeg only guesses it.
CLAIMING = ("webm", "ogg", "mp4", "wav", "flac")
MORE_THAN = 1.5
LONGER_BY = 30.0  # seconds


def examined(order: dict[str, Any], tell: Callable[[int], None]) -> dict[str, Any]:
    """order: path, slices; tell: is told percent, as far as the length can be guessed."""
    waveform = Waveform()
    with opened(Path(order["path"])) as (container, stream, kind):
        claimed = container.duration / 1_000_000 if container.duration and kind in CLAIMING else 0.0
        if claimed > LONGEST:
            raise NotSound(Why.LONG)
        context = stream.codec_context
        channels, rate = context.channels, context.sample_rate
        guessed, told = (container.duration or 0) / 1_000_000, 0
        for block in samples(container, stream):
            waveform.add(block)
            if guessed and (now := min(99, int(100 * waveform.count / RATE / guessed))) > told:
                told = now
                tell(told)
    seconds = waveform.count / RATE
    if seconds < SHORTEST:
        raise NotSound(Why.EMPTY)
    if claimed > MORE_THAN * seconds + LONGER_BY:
        raise NotSound(Why.CUT_OFF)
    if waveform.loudest() < FAINTEST:
        raise NotSound(Why.SILENT)
    found = Probe(round(seconds, 3), kind, channels, rate)
    return {"probe": asdict(found), "peaks": waveform.slices(order["slices"])}


class Waveform:
    """The loudest sample of every hundredth of a second, however long it goes on: 4 bytes each."""

    def __init__(self) -> None:
        self.count = 0
        self._found: list[Samples] = []
        self._rest: Samples = np.zeros(0, np.float32)

    def add(self, block: Samples) -> None:
        self.count += block.size
        together = np.concatenate([self._rest, np.abs(block)])
        whole = together.size // BLOCK * BLOCK
        if whole:
            self._found.append(together[:whole].reshape(-1, BLOCK).max(axis=1))
        self._rest = together[whole:]

    def loudest(self) -> float:
        """Of all."""
        return max((float(one.max()) for one in self._all() if one.size), default=0.0)

    def slices(self, number: int) -> list[float]:
        """Loudest of each of so many equally long slices; fewer where there are fewer hundredths of a second."""
        found = np.minimum(np.concatenate(self._all()), 1.0) if self.count else np.zeros(0)
        number = max(1, min(number, found.size))
        starts = np.arange(number) * found.size // number
        return [round(float(one), 3) for one in np.maximum.reduceat(found, starts)] if found.size else []

    def _all(self) -> list[Samples]:
        rest = [np.array([self._rest.max()], np.float32)] if self._rest.size else []
        return [*self._found, *rest]
