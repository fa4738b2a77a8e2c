"""What others call. Each call is one child process; paths are of files on this machine."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from passalong.engine.audio.children import ask
from passalong.engine.audio.limits import LOOKING, RENDERING, WRITING
from passalong.engine.audio.results import (
    SLICES,
    Chapter,
    Examined,
    Failed,
    NotSound,
    Place,
    Plan,
    Probe,
    Rendered,
    Why,
)
from passalong.engine.audio.sniffing import kind_of


def probe(path: Path) -> Probe:
    """What a file is, by decoding the whole of it; raises NotSound."""
    return examine(path, 1).probe


def peaks(path: Path, slices: int = SLICES) -> list[float]:
    """The waveform of a file: the loudest sample of each slice, 0 to 1; raises NotSound."""
    return examine(path, slices).peaks


def examine(path: Path, slices: int = SLICES, progress: Callable[[int], None] | None = None) -> Examined:
    """Both at once, decoding it once; raises NotSound. An hour takes some ten seconds. progress: gets percent."""
    kind_of(path)  # without a child for what is plainly none
    told = ask("examine", {"path": _named(path), "slices": slices}, LOOKING, progress=progress)
    return Examined(Probe(**told["probe"]), told["peaks"])


def render(
    plan: Plan,
    out: Path,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rendered:
    """Make one MP3 of a plan at `out`: mono, 96 kbit/s, -16 LUFS, true peak at most -1.5 dB, ID3 title and chapters.

    progress: called with percent now and then; cancelled: asked twice a second. Beside `out` a folder of about 700 MB
    an hour is used and removed, also what an earlier try has left. Raises NotSound, Cancelled, Failed; then there is
    no `out`.
    """
    for path in {clip.path for clip in plan.clips} | {one for one in (plan.intro, plan.outro) if one}:
        kind_of(path)
    if not plan.clips:
        raise NotSound(Why.EMPTY)
    work = out.with_name(out.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        order = {"plan": asdict(plan), "out": _named(out), "work": _named(work)}
        told = ask("render", _plain(order), RENDERING, progress=progress, cancelled=cancelled)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    chapters = [Chapter(**one) for one in told["chapters"]]
    return Rendered(**{**told, "chapters": chapters, "places": [Place(*one) for one in told["places"]]})


def snippet(path: Path, start: float, end: float, out: Path) -> float:
    """A part of a file as an MP3 of its own, faded in and out; returns its seconds. Raises NotSound."""
    kind_of(path)
    return float(_written("snippet", {"path": _named(path), "start": start, "end": end}, out))


def wav16(path: Path, out: Path) -> float:
    """The file as 16 kHz mono WAV for transcribing; returns its seconds. Raises NotSound."""
    kind_of(path)
    return float(_written("wav16", {"path": _named(path)}, out))


def _written(verb: str, order: dict[str, Any], out: Path) -> Any:
    try:
        return ask(verb, {**order, "out": _named(out)}, WRITING)["seconds"]
    except (NotSound, Failed):
        with contextlib.suppress(OSError):
            out.unlink(missing_ok=True)
        raise


def _named(path: Path) -> str:
    return str(path.absolute())


def _plain(value: Any) -> Any:
    """Paths as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return _named(value) if isinstance(value, Path) else value
