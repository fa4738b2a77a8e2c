"""Sound as plain samples on disk: 16 bits each, one channel. Child only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from passalong.engine.audio.decoding import RATE, Samples

WIDTH = 2  # bytes a sample
BLOCK = RATE * 5  # samples read at a time
WINDOW = 882  # samples whose level is taken together: two hundredths of a second
NOTHING = -100.0  # dB


def packed(block: Samples) -> bytes:
    """Floats as 16-bit samples."""
    return bytes(np.clip(np.rint(block * 32767.0), -32768, 32767).astype("<i2").tobytes())


def unpacked(raw: bytes) -> Samples:
    """16-bit samples as floats."""
    return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32767.0)


def read(place: Path, begin: int, end: int, at_once: int = BLOCK) -> Iterator[Samples]:
    """Samples from `begin` up to `end`, as far as there are any."""
    with place.open("rb") as file:
        file.seek(begin * WIDTH)
        left = end - begin
        while left > 0 and (raw := file.read(min(left, at_once) * WIDTH)):
            left -= len(raw) // WIDTH
            yield unpacked(raw)


def levels(place: Path, begin: int, end: int) -> Samples:
    """dB of each window; what is left over at the end is none."""
    found = []
    for block in read(place, begin, end, BLOCK // WINDOW * WINDOW):
        windows = block[: block.size // WINDOW * WINDOW].reshape(-1, WINDOW)
        found.append(10 * np.log10(np.maximum((windows**2).mean(axis=1), 10 ** (NOTHING / 10))))
    return np.concatenate(found) if found else np.zeros(0, np.float32)
