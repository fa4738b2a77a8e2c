"""Bounds a child process sets for itself before it looks at foreign bytes."""

from __future__ import annotations

import ctypes
import resource
import signal
from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """memory: bytes of address space a process; processor: seconds of it; wall: seconds by the clock, kept by whoever
    started it; written: bytes of the largest file it may write."""

    memory: int
    processor: int
    wall: int
    written: int


LOOKING = Bounds(memory=1024 * MB, processor=300, wall=900, written=0)
WRITING = Bounds(memory=1024 * MB, processor=300, wall=900, written=2048 * MB)
RENDERING = Bounds(memory=1536 * MB, processor=1800, wall=3600, written=4096 * MB)


def bind(bounds: Bounds) -> None:
    """Hold this process, and what it starts, to these bounds; it dies with its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.processor, bounds.processor + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.written, bounds.written))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent()


def die_with_parent() -> None:
    """Where the system knows how (Linux): a killed worker leaves no child at work behind it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGKILL)
