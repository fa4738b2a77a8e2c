"""Runs the recogniser in a child process, follows how far it is, ends it when it is called off or takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

from passalong.engine.hearing.__main__ import MISSING, UNREADABLE

SLOWEST = 4.0  # times the length of the sound; a small machine needs a fifth of it
LEAST = 300.0  # seconds: for loading the model
LOOK = 1.0  # seconds between two looks at whether it was called off
MOST_LINES = 50_000
# Nothing of the parent's environment: no secrets, no settings, no proxies. The recogniser's library asks nobody.
ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OMP_NUM_THREADS": "2",
    "LC_ALL": "C.UTF-8",
}
LONGEST_LINE = 20_000  # characters


class NotHeard(Exception):
    """Nothing was written down. key: "missing", "model", "slow", "cancelled" or "failed"."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Heard:
    """Some words. start, end: seconds."""

    start: float
    end: float
    text: str


def hear(
    model: Path, sound: Path, seconds: float, progress: Callable[[int], None], cancelled: Callable[[], bool]
) -> list[Heard]:
    """What is said in a WAV file of this length. progress is given percent; both are called about once a second.

    Raises NotHeard, saying why: nothing half-done comes back.
    """
    command = [sys.executable, "-m", "passalong.engine.hearing", str(model), str(sound)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT)
    found: list[Heard] = []
    told: Queue[str | None] = Queue()
    follower = threading.Thread(target=_follow, args=(child, told), daemon=True)
    follower.start()
    try:
        for line in _lines(told, max(LEAST, SLOWEST * seconds)):
            if line:
                found.append(_read(line))
            if len(found) > MOST_LINES:
                raise NotHeard("failed")
            if cancelled():
                raise NotHeard("cancelled")
            progress(min(99, int(100 * found[-1].end / seconds)) if found and seconds > 0 else 0)
        code = child.wait(timeout=LEAST)
    finally:
        child.kill()
        child.wait()
        follower.join()
        if child.stdout is not None:
            child.stdout.close()
    if code != 0:
        raise NotHeard({MISSING: "missing", UNREADABLE: "model"}.get(code, "failed"))
    return found


def _follow(child: subprocess.Popen[str], told: Queue[str | None]) -> None:
    """Hand on what the child writes, a line at a time; None once it has ended."""
    while child.stdout is not None and (line := child.stdout.readline(LONGEST_LINE)):
        told.put(line)
    told.put(None)


def _lines(told: Queue[str | None], at_most: float) -> Iterator[str]:
    """What the child writes, and an empty line each second in which it writes nothing."""
    waited = 0.0
    while True:
        try:
            line = told.get(timeout=LOOK)
        except Empty:
            waited += LOOK
            if waited > at_most:
                raise NotHeard("slow") from None
            yield ""
            continue
        if line is None:
            return
        yield line


def _read(line: str) -> Heard:
    try:
        said = json.loads(line)
        return Heard(float(said["start"]), float(said["end"]), str(said["text"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotHeard("failed") from None
