"""Ask a child process to look at foreign bytes: orders as JSON in, lines of JSON out, an end to it in any case."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from passalong.engine.audio.limits import Bounds
from passalong.engine.audio.results import Cancelled, Failed, NotSound, Why

SOURCES = Path(__file__).resolve().parents[3]
LOOK = 0.4  # seconds between two questions whether it is still wanted
LONGEST_ANSWER = 4 << 20  # bytes
# Nothing of the parent's environment: no secrets, no settings, no proxies.
ENVIRONMENT = {"PYTHONPATH": str(SOURCES), "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"}


def ask(
    verb: str,
    order: dict[str, Any],
    bounds: Bounds,
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """What the child answered. Raises NotSound as it says or where it breaks its bounds, Cancelled, and Failed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "passalong.engine.audio", verb],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    try:
        answer = _talk(child, json.dumps(order).encode(), time.monotonic() + bounds.wall, progress, cancelled)
    finally:
        _end(child)
    if answer is None:
        raise NotSound(Why.BOUNDS)
    if "not_sound" in answer:
        raise NotSound(answer["not_sound"])
    if "failed" in answer:
        raise Failed(answer["failed"])
    return answer


def _talk(
    child: subprocess.Popen[bytes],
    order: bytes,
    until: float,
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> dict[str, Any] | None:
    """The last line that is an answer; None where the child ended without one or took too long."""
    if child.stdin is None or child.stdout is None:
        raise Failed("no pipes")
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(order)
        child.stdin.close()
    heard = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while time.monotonic() < until:
            if cancelled is not None and cancelled():
                raise Cancelled
            if not waiting.select(LOOK):
                continue
            piece = os.read(child.stdout.fileno(), 1 << 16)
            *lines, heard = (heard + piece).split(b"\n")
            for line in lines:
                told: dict[str, Any] = json.loads(line)
                if "progress" not in told:
                    return told
                if progress is not None:
                    progress(told["progress"])
            if not piece or len(heard) > LONGEST_ANSWER:
                return None
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child and whatever it started are no more."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    child.wait()
