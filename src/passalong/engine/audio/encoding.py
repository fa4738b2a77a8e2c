"""Third step: as loud as it is to be, and MP3. Child only.

Segments of five minutes are encoded by two processes and laid end to end. That is possible as every MP3 frame stands
for itself here (no bits saved up for later), and as each segment begins some frames early, so that the encoder and the
limiter have come to what they would be at in one run; those first frames are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from passalong.engine.audio.decoding import RATE, Samples
from passalong.engine.audio.graphs import Chain, whole
from passalong.engine.audio.pcm import WIDTH, unpacked

FRAME = 1152  # samples of an MP3 frame
BITS = 96_000  # a second
EARLY = 24  # frames before a segment: more than half a second
LATE = 4  # frames after it, as the encoder holds some back
SEGMENT = 300 * RATE // FRAME  # frames
OPTIONS = {"reservoir": "0", "compression_level": "7"}


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames `first` up to `last` (None: to the end) of the joined samples, with this gain and limit, to `out`."""

    joined: Path
    out: Path
    first: int
    last: int | None
    gain: float
    limit: float


def filters(gain: float, limit: float) -> tuple[tuple[str, str], ...]:
    """gain: dB; limit: greatest sample, in dB."""
    held = f"limit={10 ** (limit / 20):.6f}:attack=4:release=60:level=0:latency=1"
    return (("volume", f"{gain:.4f}dB:precision=float"), ("alimiter", held))


def encode(segment: Segment) -> list[int]:
    """Write a segment's MP3 frames; returns how many bytes each has."""
    early = min(EARLY, segment.first)
    begin = (segment.first - early) * FRAME
    end = None if segment.last is None else (segment.last + LATE) * FRAME
    encoder = _Encoder()
    chain = Chain(*filters(segment.gain, segment.limit))
    with segment.joined.open("rb") as source:
        source.seek(begin * WIDTH)
        left = None if end is None else end - begin
        while left is None or left > 0:
            raw = source.read(min(left or RATE, RATE) * WIDTH)
            if not raw:
                break
            left = None if left is None else left - len(raw) // WIDTH
            encoder.add(whole(chain.through(unpacked(raw))))
    encoder.add(whole(chain.rest()))
    frames = encoder.ended()[early:]
    if segment.last is not None:
        frames = frames[: segment.last - segment.first]
    segment.out.write_bytes(b"".join(frames))
    return [len(one) for one in frames]


class _Encoder:
    def __init__(self) -> None:
        self._context = av.CodecContext.create("libmp3lame", "w")
        self._context.sample_rate, self._context.layout, self._context.format = RATE, "mono", "fltp"
        self._context.bit_rate, self._context.options = BITS, OPTIONS
        self._context.time_base = Fraction(1, RATE)
        self._made: list[bytes] = []
        self._at = 0

    def add(self, block: Samples) -> None:
        if not block.size:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += block.size
        self._made += [bytes(packet) for packet in self._context.encode(frame)]

    def ended(self) -> list[bytes]:
        return [*self._made, *(bytes(packet) for packet in self._context.encode(None))]


class Mp3:
    """The file: ID3 with title and chapters, then frames."""

    def __init__(self, out: Path, title: str, artist: str, chapters: list[tuple[int, str]], length: int) -> None:
        self._file = av.open(str(out), "w", format="mp3", options={"id3v2_version": "3"})
        self._file.metadata.update({key: one for key, one in (("title", title), ("artist", artist)) if one})
        self._stream: Any = self._file.add_stream("libmp3lame", rate=RATE, layout="mono", options=OPTIONS)
        self._stream.bit_rate = BITS
        ends = [*(begin for begin, _title in chapters[1:]), length]
        self._file.set_chapters(
            [
                {"id": number, "start": begin, "end": end, "time_base": Fraction(1, RATE), "metadata": {"title": name}}
                for number, ((begin, name), end) in enumerate(zip(chapters, ends, strict=True))
            ]
            if chapters
            else []
        )
        self._at = 0

    def add(self, frame: bytes) -> None:
        packet = av.Packet(frame)
        packet.stream, packet.time_base = self._stream, Fraction(1, RATE)
        packet.pts = packet.dts = self._at
        packet.duration = FRAME
        self._at += FRAME
        self._file.mux_one(packet)

    def close(self) -> None:
        self._file.close()
