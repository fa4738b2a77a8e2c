"""The supervisor with real processes: a dead child comes back, all stop together, none outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from passalong.core.supervisor import FIRST_WAIT, HEALTHY_AFTER, LONGEST_WAIT, next_wait

BOSS = """
import os, sys
from passalong.core.supervisor import Child, Supervisor
child = [sys.executable, "-c", sys.argv[2], sys.argv[1], str(os.getpid())]
Supervisor([Child("one", child)], env=os.environ, say=lambda text: print(text, flush=True), stop_within=1).run()
print("stopped", flush=True)
"""
NOTE = "import os,sys,time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); "
PATIENT = NOTE + "time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + PATIENT
FAITHFUL = (
    "from passalong.core.supervisor import die_with_parent; import sys; die_with_parent(int(sys.argv[2])); " + PATIENT
)


def _wait(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc").is_dir() else True


class Boss:
    """A supervisor in a process of its own, over one child."""

    def __init__(self, notes: Path, child: str) -> None:
        self.notes = notes
        notes.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-c", BOSS, str(notes), child], stdout=subprocess.PIPE, text=True
        )

    def pids(self) -> list[int]:
        return [int(line) for line in self.notes.read_text().splitlines()]

    def end(self) -> None:
        for pid in [*self.pids(), self.process.pid]:
            if _lives(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def boss(tmp_path: Path):
    made: list[Boss] = []

    def make(child: str) -> Boss:
        made.append(Boss(tmp_path / "pids", child))
        _wait(lambda: len(made[-1].pids()) == 1)
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_a_killed_child_comes_back(boss: Callable[[str], Boss]) -> None:
    one = boss(PATIENT)
    os.kill(one.pids()[0], signal.SIGKILL)
    _wait(lambda: len(one.pids()) == 2)
    assert one.process.stdout
    assert one.process.stdout.readline() == "one stopped (signal SIGKILL); starting it again in 0.5 s.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_stops_all(boss: Callable[[str], Boss], number: signal.Signals) -> None:
    one = boss(PATIENT)
    one.process.send_signal(number)
    assert one.process.wait(timeout=60) == 0
    assert not _lives(one.pids()[0])


def test_a_child_that_does_not_listen_is_ended(boss: Callable[[str], Boss]) -> None:
    one = boss(DEAF)
    one.process.terminate()
    assert one.process.wait(timeout=60) == 0
    assert not _lives(one.pids()[0])


def test_children_end_when_the_supervisor_is_killed(boss: Callable[[str], Boss]) -> None:
    one = boss(FAITHFUL)
    time.sleep(0.2)
    one.process.kill()
    _wait(lambda: not _lives(one.pids()[0]))


def test_the_wait_doubles_and_is_forgotten_after_a_healthy_run() -> None:
    waits, wait = [], 0.0
    for _ in range(9):
        wait = next_wait(wait, ran=1)
        waits.append(wait)
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert waits[-1] == LONGEST_WAIT
    assert next_wait(30, ran=HEALTHY_AFTER) == FIRST_WAIT


def test_nothing_here_leaves_a_thread_behind() -> None:
    assert all(thread.daemon or thread is threading.main_thread() for thread in threading.enumerate())
