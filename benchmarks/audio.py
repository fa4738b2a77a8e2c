"""One sound made of `size` seconds of talk in five answers: everything the editor offers, on two processes.

Peer: PyAV decoding the same files and encoding them as MP3 of the same rate, by one thread, with nothing done to the
sound: no cleaning, no joining, no measuring. Memory is what all processes at work have together, shared pages counted
once (PSS), looked at four times a second.
"""

from __future__ import annotations

import math
import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from passalong.engine import audio

RATE = 48_000
ANSWERS = 5
MOST_SECONDS, MOST_MB = 60.0, 400.0
BITS = 96_000
PACKET = 20  # milliseconds of an Opus packet


def run(size: int) -> dict[str, Any]:
    """Seconds to look at the files, to make one sound of them, and what the peer takes; the largest memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.webm" for number in range(ANSWERS)]
        for number, file in enumerate(files):
            talk(file, size / ANSWERS, number)
        begun = time.perf_counter()
        for file in files:
            audio.examine(file)
        looked = time.perf_counter() - begun
        clips = tuple(audio.Clip(file, 0.0, size / ANSWERS, f"Answer {file.stem}") for file in files)
        plan = audio.Plan(clips, noise=True, quiet=True, title="Talk")
        with Memory() as memory:
            begun, before = time.perf_counter(), processor(resource.RUSAGE_CHILDREN)
            made = audio.render(plan, folder / "out.mp3")
            took, worked = time.perf_counter() - begun, processor(resource.RUSAGE_CHILDREN) - before
        begun, before = time.perf_counter(), processor(resource.RUSAGE_SELF)
        plain(files, folder / "plain.mp3")
        peer, peer_worked = time.perf_counter() - begun, processor(resource.RUSAGE_SELF) - before
    return {
        "name": "audio",
        "size": size,
        "machine": machine(),
        "product": {
            "render_s": took,
            "render_processor_s": worked,
            "looking_s": looked,
            "peak_mb": memory.most,
            "loudness": made.loudness,
            "true_peak": made.true_peak,
            "seconds_made": made.seconds,
            "load": os.getloadavg()[0],
        },
        "peers": {"PyAV decoding and encoding": {"s": peer, "processor_s": peer_worked}},
        "ratios": {
            "PyAV decoding and encoding alone": peer / took,
            "the same, of processor time": peer_worked / worked,
        },
        "pass": {
            f"<= {MOST_SECONDS:g} s an hour": took <= MOST_SECONDS * max(size, 600) / 3600,
            f"< {MOST_MB:g} MB": memory.most < MOST_MB,
            "-16 LUFS, -1.5 dB": abs(made.loudness + 16) <= 0.5 and made.true_peak <= -1.5,
        },
    }


def processor(who: int) -> float:
    """Seconds of processor time."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def talk(file: Path, seconds: float, seed: int) -> None:
    """Opus in WebM that sounds like somebody speaking, with hiss and now and then a long silence: a minute of it,
    encoded once and written as often as it takes."""
    import av

    minute = _minute(seed)
    with av.open(str(file), "w", format="webm") as out:
        stream: Any = out.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 48_000
        frame = av.AudioFrame.from_ndarray(minute.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        packets = [bytes(packet) for packet in stream.encode(frame)]
        for number in range(math.ceil(seconds * 1000 / PACKET)):
            packet = av.Packet(packets[number % len(packets)])
            packet.stream, packet.time_base = stream, Fraction(1, 1000)
            packet.pts = packet.dts = number * PACKET
            packet.duration = PACKET
            out.mux_one(packet)


def _minute(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    at = np.arange(60 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(110 + 30 * seed + 20 * np.sin(4 * at)) / RATE
    voice = sum(np.sin(overtone * phase) / overtone for overtone in range(1, 20))
    said = voice * np.clip(np.sin(2 * np.pi * 4 * at), 0, None) ** 0.5 * (at % 5 < 4.4) * ((at < 30) | (at > 34))
    loud = 0.05 + 0.1 * random.random()
    return (loud * said / np.abs(said).max() + 0.002 * random.standard_normal(at.size)).astype(np.float32)


def plain(files: list[Path], out: Path) -> None:
    """Decode and encode, and nothing else."""
    import av

    with av.open(str(out), "w", format="mp3") as made:
        stream: Any = made.add_stream("libmp3lame", rate=44_100, layout="mono")
        stream.bit_rate = BITS
        at = 0
        for file in files:
            with av.open(str(file)) as source:
                wanted = av.AudioResampler(format="fltp", layout="mono", rate=44_100)
                for frame in source.decode(source.streams.audio[0]):
                    for ready in wanted.resample(frame):
                        ready.pts, at = at, at + ready.samples
                        made.mux(stream.encode(ready))
        made.mux(stream.encode(None))


class Memory:
    """The most memory this process's children have together while it is watched, in MB."""

    def __init__(self) -> None:
        self.most = 0.0
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.25):
            self.most = max(self.most, sum(_pss(pid) for pid in _below(os.getpid())))


def _below(parent: int) -> Iterator[int]:
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            for pid in map(int, task.read_text().split()):
                yield pid
                yield from _below(pid)
        except OSError:
            continue


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
