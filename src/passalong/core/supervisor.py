"""Keeps a few child processes running: starts them, restarts a dead one with back-off, stops all together.

Knows nothing of Django or of what the children do.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_WAIT = 0.5  # seconds before the first restart, doubled each time
LONGEST_WAIT = 30.0
HEALTHY_AFTER = 60.0  # a child that ran this long starts again without waiting
STOP_WITHIN = 8.0  # seconds a child has to finish by itself
POLL = 0.1
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = 0.0  # when it is started next, by the monotonic clock

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None


@dataclass(slots=True)
class Supervisor:
    """Runs its children until it is told to stop."""

    children: Sequence[Child]
    env: Mapping[str, str]
    say: Callable[[str], None] = lambda text: None
    stop_within: float = STOP_WITHIN
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Start all, keep them running, return when stopped. Call it from the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            while not self._stop.is_set():
                for child in self.children:
                    self._look_after(child)
                self._stop.wait(POLL)
        finally:
            self._stop_all()

    def stop(self) -> None:
        """Ask run() to return; may be called from another thread."""
        self._stop.set()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._start(child, now)
            return
        code = child.process.poll()
        if code is None:
            return
        child.process = None
        child.wait = next_wait(child.wait, ran=now - child.started)
        child.due = now + child.wait
        self.say(f"{child.name} stopped ({_how(code)}); starting it again in {child.wait:g} s.")

    def _start(self, child: Child, now: float) -> None:
        child.started = now
        # A session of its own: Ctrl-C reaches this process alone, which then stops the children in order.
        child.process = subprocess.Popen(child.command, env=dict(self.env), start_new_session=True)

    def _stop_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        end = time.monotonic() + self.stop_within
        for process in running:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_session(process.pid)
                process.wait()


def next_wait(before: float, *, ran: float) -> float:
    """Seconds to wait before a restart: doubling from FIRST_WAIT, forgotten after a healthy run."""
    if before == 0 or ran >= HEALTHY_AFTER:
        return FIRST_WAIT
    return min(before * 2, LONGEST_WAIT)


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"


def _kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)  # the child and whatever it has started
    except ProcessLookupError:
        return


def die_with_parent(parent: int) -> None:
    """Make this process end when `parent`, which started it, ends in any way."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
