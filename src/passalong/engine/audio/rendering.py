"""A plan becomes one sound: laid, joined, measured, encoded, measured again. Child only; memory stays flat.

The gain is found by sending the joined sound through the limiter once before anything is encoded. The finished MP3 is
decoded and measured; where encoding has moved it out of its bounds, it is encoded once more with what was learned.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np

from passalong.engine.audio.decoding import RATE, Samples
from passalong.engine.audio.encoding import FRAME, SEGMENT, Mp3, Segment, encode, filters
from passalong.engine.audio.graphs import UNHEARD, Chain, Meter, TruePeak, whole
from passalong.engine.audio.joining import Join, Piece, shortened
from passalong.engine.audio.laying import AS_FAR_AS_IT_GOES, Laid, Span, jobs, lay
from passalong.engine.audio.limits import die_with_parent
from passalong.engine.audio.looking import Waveform
from passalong.engine.audio.pcm import WIDTH, packed
from passalong.engine.audio.results import INTRO, LONGEST, OUTRO, SLICES, NotSound, Why

LOUDNESS = -16.0  # LUFS
NEAR = 0.3  # LU it may be off
TRUE_PEAK = -1.5  # dB at most
LIMIT = -3.0  # dB: encoding makes some peaks greater
LOST = 0.45  # dB the encoder takes away: it scales to 0.95 at this rate
LAID_AT = -24.0  # LUFS of every file before they are joined, so that samples of 16 bits hold all peaks
MOST_GAIN, LEAST_GAIN = 40.0, -30.0  # dB a file is made louder
TRIES = 3
PROCESSES = 2
AT_ONCE = 100  # MP3 frames measured together
LAYING, JOINING = 35, 15  # percent of the work

Tell = Callable[[int], None]


def rendered(order: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """order: plan, out, work; tell: is told percent."""
    plan, work = order["plan"], Path(order["work"])
    told = _growing(tell)
    with _pool() as pool:
        pieces = _laid(plan, work, pool, told)
        joined = _Joined(work / "joined.pcm", pieces)
        joined.write(told)
        if joined.loudness <= UNHEARD:
            raise NotSound(Why.SILENT)
        gain, limit = joined.gain + LOUDNESS - joined.loudness + LOST, LIMIT
        for _try in range(TRIES):
            loudness, true_peak = _encoded(joined, gain, limit, order, pool, told)
            off, over = LOUDNESS - loudness, true_peak - TRUE_PEAK
            if abs(off) <= NEAR and over <= 0:
                break
            gain, limit = gain + off, limit - max(over + 0.2, 0.0) if over > 0 else limit
    return {
        "seconds": round(joined.length / RATE, 3),
        "loudness": round(loudness, 2),
        "true_peak": round(true_peak, 2),
        "chapters": [{"start": round(begin / RATE, 3), "title": title} for begin, title in joined.chapters],
        "peaks": joined.peaks,
        "places": joined.places,
    }


@contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, mp_context=fork, initializer=die_with_parent) as pool:
        yield pool


def _growing(tell: Tell) -> Tell:
    """Tells a percentage once, and none that is less."""
    last = -1

    def told(percent: int) -> None:
        nonlocal last
        if percent > last:
            last = percent
            tell(min(percent, 99))

    return told


def _laid(plan: dict[str, Any], work: Path, pool: ProcessPoolExecutor, told: Tell) -> list[Piece]:
    """Everything that is used lies on disk as samples; what is to be joined, in order."""
    numbered = enumerate(plan["clips"])
    clips = [(one["path"], max(0.0, one["start"]), one["end"], one["title"], number) for number, one in numbered]
    clips = [one for one in clips if one[2] > one[1]]
    for name, number in (("intro", INTRO), ("outro", OUTRO)):
        if plan[name]:
            whole = (plan[name], 0.0, AS_FAR_AS_IT_GOES, "", number)
            clips = [whole, *clips] if name == "intro" else [*clips, whole]
    wanted: dict[tuple[str, bool], list[Span]] = {}
    for path, begin, end, _title, number in clips:
        wanted.setdefault((path, number >= 0 and plan["noise"]), []).append((begin, end))
    places = {key: work / f"{number}.pcm" for number, key in enumerate(wanted)}
    for place in places.values():
        place.touch()
    found = _all_laid(wanted, places, pool, told)
    pieces: list[Piece] = []
    for path, begin, end, title, number in clips:
        place = places[path, number >= 0 and plan["noise"]]
        length, gain = found[place]
        last = length if end == AS_FAR_AS_IT_GOES else min(length, round(end * RATE))
        piece = Piece(place, min(round(begin * RATE), last), last, gain, title, number)
        pieces += shortened(piece) if plan["quiet"] and number >= 0 else [piece]
    if sum(one.end - one.begin for one in pieces) > LONGEST * RATE:
        raise NotSound(Why.LONG)
    return pieces


def _all_laid(
    wanted: dict[tuple[str, bool], list[Span]], places: dict[tuple[str, bool], Path], pool: Any, told: Tell
) -> dict[Path, tuple[int, float]]:
    """Of each laid file: its length in samples, and what its samples are multiplied by."""
    work = [job for key, spans in wanted.items() for job in jobs(Path(key[0]), places[key], spans, key[1])]
    work.sort(key=lambda job: -sum(end - begin for begin, end in job.spans))
    done: dict[Path, list[Laid]] = {}
    for number, one in enumerate(pool.map(lay, work), 1):
        done.setdefault(one.place, []).append(one)
        told(LAYING * number // len(work))
    return {place: (place.stat().st_size // WIDTH, _gain(parts)) for place, parts in done.items()}


def _gain(parts: list[Laid]) -> float:
    """From how loud the parts are together, weighed by their length; what is not heard is left as it is."""
    heard = [(loud, seconds) for part in parts for loud, seconds in part.loudness if loud > UNHEARD]
    if not heard:
        return 1.0
    power = sum(10 ** (loud / 10) * seconds for loud, seconds in heard) / sum(seconds for _loud, seconds in heard)
    wanted = LAID_AT - 10 * math.log10(power)
    return float(10 ** (min(MOST_GAIN, max(LEAST_GAIN, wanted)) / 20))


class _Joined:
    """The joined sound on disk; its waveform, and how loud it is once it has gone through the limiter with `gain`."""

    def __init__(self, place: Path, pieces: list[Piece]) -> None:
        self.place, self.gain = place, LOUDNESS - LAID_AT
        self.length, self.loudness = 0, UNHEARD
        self.chapters: list[tuple[int, str]] = []
        self.places: list[tuple[float, int, float, float]] = []
        self.peaks: list[float] = []
        self._pieces = pieces

    def write(self, told: Tell) -> None:
        length = sum(one.end - one.begin for one in self._pieces) or 1
        join, meter, waveform = Join(self._pieces), Meter(), Waveform()
        chain = Chain(*filters(self.gain, LIMIT))
        with self.place.open("wb") as out:
            for block in join:
                out.write(packed(block))
                self.length += block.size
                heard = whole(chain.through(block))
                meter.add(heard)
                waveform.add(heard)
                told(LAYING + JOINING * self.length // length)
            heard = whole(chain.rest())
            meter.add(heard)
            waveform.add(heard)
        self.loudness, self.chapters, self.peaks = meter.loudness(), join.chapters, waveform.slices(SLICES)
        self.places = [
            (round(at / RATE, 3), one.source, round(one.begin / RATE, 3), round(one.end / RATE, 3))
            for at, one in join.places
        ]


def _encoded(
    joined: _Joined, gain: float, limit: float, order: dict[str, Any], pool: ProcessPoolExecutor, told: Tell
) -> tuple[float, float]:
    """Write the MP3; its loudness in LUFS and true peak in dB, measured by decoding it."""
    out, work, plan = Path(order["out"]), Path(order["work"]), order["plan"]
    frames = max(1, math.ceil(joined.length / FRAME))
    starts = list(range(0, frames, SEGMENT))
    ends = [*starts[1:], None]
    segments = [
        Segment(joined.place, work / f"{first}.mp3", first, last, gain, limit)
        for first, last in zip(starts, ends, strict=True)
    ]
    file = Mp3(out, plan["title"], plan["artist"], joined.chapters, joined.length)
    heard = _Heard()
    for number, (segment, sizes) in enumerate(zip(segments, pool.map(encode, segments), strict=True), 1):
        raw, at = segment.out.read_bytes(), 0
        for size in sizes:
            file.add(raw[at : at + size])
            heard.add(raw[at : at + size])
            at += size
        segment.out.unlink()
        told(LAYING + JOINING + (100 - LAYING - JOINING) * number // len(segments))
    file.close()
    return heard.measured()


class _Heard:
    """Decodes what was encoded, to measure what will be heard."""

    def __init__(self) -> None:
        self._meter, self._peak = Meter(), TruePeak()
        self._decoder: Any = av.CodecContext.create("mp3float", "r")
        self._gathered: list[Samples] = []

    def add(self, frame: bytes) -> None:
        """One MP3 frame."""
        self._gathered += [one.to_ndarray()[0] for one in self._decoder.decode(av.Packet(frame))]
        if len(self._gathered) >= AT_ONCE:
            self._listen()

    def measured(self) -> tuple[float, float]:
        """Loudness in LUFS, true peak in dB."""
        self._gathered += [one.to_ndarray()[0] for one in self._decoder.decode(None)]
        self._listen()
        return self._meter.loudness(), self._peak.decibels()

    def _listen(self) -> None:
        if self._gathered:
            block = np.concatenate(self._gathered)
            self._gathered = []
            self._meter.add(block)
            self._peak.add(block)
