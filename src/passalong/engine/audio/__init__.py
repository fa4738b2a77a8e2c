"""Sound: what a file holds, its waveform, one sound made of many clips, a snippet, and sound for transcribing.

    audio.examine(path)                    what it is and its waveform; NotSound says why it is none
    audio.render(plan, out, progress, cancelled)

Whatever reads foreign bytes runs in a child process with bounds on memory, time and files, and without the network.
"""

from __future__ import annotations

from passalong.engine.audio.api import examine, peaks, probe, render, snippet, wav16
from passalong.engine.audio.results import (
    INTRO,
    OUTRO,
    SLICES,
    Cancelled,
    Chapter,
    Clip,
    Examined,
    Failed,
    NotSound,
    Place,
    Plan,
    Probe,
    Rendered,
    Why,
)

__all__ = [
    "INTRO",
    "OUTRO",
    "SLICES",
    "Cancelled",
    "Chapter",
    "Clip",
    "Examined",
    "Failed",
    "NotSound",
    "Place",
    "Plan",
    "Probe",
    "Rendered",
    "Why",
    "examine",
    "peaks",
    "probe",
    "render",
    "snippet",
    "wav16",
]
