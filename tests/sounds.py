"""Real sound for tests: tones and speech-like noise, written by PyAV as the files devices bring.

sounds.webm(sounds.speech(3.0))     bytes as Chromium's MediaRecorder makes them (Opus in WebM)
sounds.mp3(sounds.tone(2, 440))     also wav, m4a, ogg, flac
path.write_bytes(sounds.wav(...))
sounds.loudness(path)               LUFS of a file, measured by ffmpeg's ebur128
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

RATE = 48_000
Samples = np.ndarray  # float32, one channel, -1 to 1, 48,000 a second


def tone(seconds: float, hz: float = 440.0, loud: float = 0.25) -> Samples:
    """A sine; `loud` is its greatest sample."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (loud * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def silence(seconds: float) -> Samples:
    """Nothing to be heard."""
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, loud: float = 0.01, seed: int = 1) -> Samples:
    """A steady hiss."""
    return (loud * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def speech(seconds: float, loud: float = 0.2, seed: int = 1) -> Samples:
    """Noise with the sound of speech: a buzzing voice of a few overtones that comes and goes four times a second, with
    a short pause between sentences, over a little hiss."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * RATE)) / RATE
    pitch = 120 + 20 * np.sin(2 * np.pi * 0.6 * at + seed)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = sum(np.sin(overtone * phase) / overtone for overtone in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 4 * at), 0, None) ** 0.5
    sentences = (at % 4.0) < 3.5
    made = voice * syllables * sentences
    made = made / max(float(np.abs(made).max()), 1e-9) if made.size else made
    return (loud * made + 0.001 * random.standard_normal(at.size)).astype(np.float32)


def joined(*parts: Samples) -> Samples:
    """One after the other."""
    return np.concatenate(parts)


def webm(samples: Samples) -> bytes:
    """Opus in WebM, as a browser records it."""
    return written(samples, "webm", "libopus")


def mp3(samples: Samples) -> bytes:
    return written(samples, "mp3", "libmp3lame")


def wav(samples: Samples) -> bytes:
    return written(samples, "wav", "pcm_s16le")


def m4a(samples: Samples) -> bytes:
    """AAC in MP4, as Safari and telephones record it."""
    return written(samples, "mp4", "aac")


def ogg(samples: Samples) -> bytes:
    return written(samples, "ogg", "libopus")


def flac(samples: Samples) -> bytes:
    return written(samples, "flac", "flac")


def written(samples: Samples, container: str, codec: str, rate: int = RATE) -> bytes:
    """The samples as a file of this container and codec."""
    import av

    into = io.BytesIO()
    with av.open(into, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        wanted = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        for begin in range(0, samples.size, RATE):
            piece = np.ascontiguousarray(samples[begin : begin + RATE], np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, begin
            for ready in wanted.resample(frame):
                out.mux(stream.encode(ready))
        for ready in wanted.resample(None):
            out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    return into.getvalue()


def samples(path: Path | str) -> Samples:
    """The file's first sound, one channel, 48,000 a second."""
    import av

    parts = []
    with av.open(str(path)) as source:
        wanted = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        for frame in source.decode(source.streams.audio[0]):
            parts += [one.to_ndarray()[0] for one in wanted.resample(frame)]
        parts += [one.to_ndarray()[0] for one in wanted.resample(None)]
    return np.concatenate(parts) if parts else silence(0)


def loudness(path: Path | str) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dB of the whole file, as ffmpeg's ebur128 measures them."""
    import av

    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        graph = av.filter.Graph()
        begin = graph.add_abuffer(template=stream)
        meter = graph.add("ebur128", "peak=true:metadata=1")
        end = graph.add("abuffersink")
        begin.link_to(meter)
        meter.link_to(end)
        graph.configure()
        whole, peak = -70.0, 1e-6  # peaks are told as samples, not in dB
        frames = [*source.decode(stream), None]
        for frame in frames:
            graph.push(frame)
            while True:
                try:
                    told = graph.pull().metadata
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
                whole = float(told.get("lavfi.r128.I", whole))
                peak = max([peak, *(float(told[key]) for key in told if key.startswith("lavfi.r128.true_peaks_ch"))])
    return whole, 20 * math.log10(peak)
