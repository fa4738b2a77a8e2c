"""A file as samples: opened by its content, with no way to any other, and decoded a block at a time. Child only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from passalong.engine.audio.results import LONGEST, NotSound, Why
from passalong.engine.audio.sniffing import DEMUXERS, kind_of

RATE = 44_100  # of everything that is worked on
MOST_STREAMS = 8
MOST_CHANNELS = 8
RATES = (4_000, 192_000)
CODECS = ("opus", "vorbis", "mp3", "mp3float", "aac", "alac", "flac")  # and pcm_…
BAD_AT_LEAST = 20  # packets that cannot be decoded before a file counts as damaged
BAD_SHARE = 0.2
MEMORY_FOR_LOOKING = 8 << 20  # bytes read to find out what is in a file

Samples = np.ndarray[Any, np.dtype[np.float32]]


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any, str]]:
    """The container, its first sound and what kind of file it is. The bytes come from a file that is open already and
    whatever else a container names cannot be opened: no playlist, no reference, no network."""
    kind = kind_of(path)
    options = {"protocol_whitelist": "file", "probesize": str(MEMORY_FOR_LOOKING)}
    with path.open("rb") as file:
        try:
            container = av.open(file, "r", format=DEMUXERS[kind], options=options, io_open=_refuse)
        except (av.error.FFmpegError, ValueError, UnicodeError) as error:
            raise NotSound(Why.DAMAGED) from error
        with container:
            yield container, _first_sound(container), kind


def _refuse(*_asked: object) -> None:
    raise PermissionError("A file may name no other.")


def _first_sound(container: Any) -> Any:
    if len(container.streams) > MOST_STREAMS:
        raise NotSound(Why.STREAMS)
    if not container.streams.audio:
        raise NotSound(Why.NO_SOUND)
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None or not (context.name in CODECS or context.name.startswith("pcm_")):
        raise NotSound(Why.PACKED)
    if not (0 < context.channels <= MOST_CHANNELS and RATES[0] <= context.sample_rate <= RATES[1]):
        raise NotSound(Why.PACKED)
    return stream


def samples(container: Any, stream: Any, rate: int = RATE) -> Iterator[Samples]:
    """Everything in it, one channel, `rate` a second, about a second at a time. Raises NotSound where it is damaged or
    goes on too long."""
    count = 0
    for frame in _resampled(container, stream, rate):
        made = np.nan_to_num(frame.to_ndarray()[0], nan=0.0, posinf=0.0, neginf=0.0)
        count += made.size
        if count > LONGEST * rate:
            raise NotSound(Why.LONG)
        yield made


def _resampled(container: Any, stream: Any, rate: int) -> Iterator[Any]:
    """Frames of a second each. A stream may change what it is on its way; what is decoded counts, not what its times
    claim."""
    graph, shape, at = None, None, 0
    for frame in _frames(container, stream):
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if graph is None or now != shape:
            if graph is not None:
                yield from _out(graph, None)
            graph, shape, at = _to_one_channel(*now, rate), now, 0
        frame.pts, frame.time_base = at, Fraction(1, frame.sample_rate)
        at += frame.samples
        yield from _out(graph, frame)
    if graph is not None:
        yield from _out(graph, None)


def _to_one_channel(format_name: str, layout: str, sample_rate: int, rate: int) -> Any:
    graph = av.filter.Graph()
    base = Fraction(1, sample_rate)
    last = graph.add_abuffer(format=format_name, layout=layout, sample_rate=sample_rate, time_base=base)
    wanted = f"sample_fmts=fltp:channel_layouts=mono:sample_rates={rate}"
    for name, arguments in (("aformat", wanted), ("asetnsamples", f"n={rate}:p=0"), ("abuffersink", None)):
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    graph.configure()
    return graph


def _out(graph: Any, frame: Any) -> Iterator[Any]:
    graph.push(frame)
    while True:
        try:
            yield graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Frames as decoded; what cannot be is left out, unless it is much. A file that was cut off ends where it does."""
    good = bad = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except StopIteration:
            break
        except av.error.EOFError:
            break
        except av.error.MemoryError as error:
            raise NotSound(Why.BOUNDS) from error
        except (av.error.FFmpegError, ValueError):
            bad += 1
            if bad > BAD_AT_LEAST and bad > BAD_SHARE * good:
                raise NotSound(Why.DAMAGED) from None
            continue
        good += len(frames)
        yield from frames
    if not good:
        raise NotSound(Why.DAMAGED if bad else Why.EMPTY)
