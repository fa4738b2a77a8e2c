"""A part of a sound as a file of its own, and sound for transcribing. Child only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from passalong.engine.audio.decoding import RATE, Samples, opened, samples
from passalong.engine.audio.encoding import BITS
from passalong.engine.audio.results import NotSound, Why

FADE = RATE // 20  # samples: a twentieth of a second
LONGEST_SNIPPET = 600.0  # seconds
FOR_WORDS = 16_000  # samples a second


def snippet(order: dict[str, Any]) -> dict[str, Any]:
    """order: path, start, end, out. At least one block longer than its fades, at most ten minutes."""
    begin = max(0, round(order["start"] * RATE))
    end = min(round(order["end"] * RATE), begin + round(LONGEST_SNIPPET * RATE))
    with opened(Path(order["path"])) as (container, stream, _kind):
        parts = [*_between(samples(container, stream), begin, end)]
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if sound.size <= 2 * FADE:
        raise NotSound(Why.EMPTY)
    rise = np.linspace(0.0, 1.0, FADE, dtype=np.float32)
    sound[:FADE] *= rise
    sound[-FADE:] *= rise[::-1]
    _write(Path(order["out"]), "mp3", "libmp3lame", RATE, iter([sound]), BITS)
    return {"seconds": round(sound.size / RATE, 3)}


def wav16(order: dict[str, Any]) -> dict[str, Any]:
    """order: path, out."""
    with opened(Path(order["path"])) as (container, stream, _kind):
        count = _write(Path(order["out"]), "wav", "pcm_s16le", FOR_WORDS, samples(container, stream, FOR_WORDS), None)
    if not count:
        raise NotSound(Why.EMPTY)
    return {"seconds": round(count / FOR_WORDS, 3)}


def _between(blocks: Iterator[Samples], begin: int, end: int) -> Iterator[Samples]:
    at = 0
    for block in blocks:
        if at + block.size > begin:
            yield block[max(0, begin - at) : max(0, end - at)]
        at += block.size
        if at >= end:
            return


def _write(out: Path, container: str, codec: str, rate: int, blocks: Iterator[Samples], bits: int | None) -> int:
    """Returns how many samples were written."""
    count = 0
    with av.open(str(out), "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        if bits:
            stream.bit_rate = bits
        fitting = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = rate, count
            count += block.size
            for ready in fitting.resample(frame):
                file.mux(stream.encode(ready))
        file.mux([packet for ready in fitting.resample(None) for packet in stream.encode(ready)])
        file.mux(stream.encode(None))
    return count
