"""A running Passalong whose processes are killed while people read: every page that was answered is counted."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.features.conftest import Running
from tests.rooms.portal.cast import view_of

SECONDS = 8
FILL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from tests.rooms.portal.cast import published
print(published().path)
"""
ROWS = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from passalong.kits.models import Hit
print(json.dumps(list(Hit.objects.values_list("view", flat=True))))
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path / "data")
    started.wait_for(r"Stop with Ctrl-C")
    yield started
    started.stop()


def told(running: Running, program: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", program], env=running.environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip().splitlines()[-1]


class Reader(threading.Thread):
    """Opens the page again and again; keeps the view of each page that came in full."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.views, self.failed, self.ended = port, path, list[str](), 0, False

    def run(self) -> None:
        while not self.ended:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 200:
                    self.views.append(view_of(body))
            except (OSError, http.client.HTTPException):
                self.failed += 1
                time.sleep(0.05)
            finally:
                connection.close()


def kill(running: Running, part: str) -> None:
    pid = int((running.folder / "run" / f"{part}.beat").read_text())
    os.kill(pid, signal.SIGKILL)


def test_no_answered_hit_is_lost_when_web_worker_and_tick_are_killed(running: Running) -> None:
    path = told(running, FILL)
    readers = [Reader(running.port, path) for _ in range(3)]
    for reader in readers:
        reader.start()
    for part in ("web", "tick", "worker", "web"):
        time.sleep(SECONDS / 5)
        kill(running, part)
    time.sleep(SECONDS / 5)
    for reader in readers:
        reader.ended = True
        reader.join()
    answered = [view for reader in readers for view in reader.views]
    assert len(answered) > 100
    assert any(reader.failed for reader in readers), "the web server was away at times"
    missing: set[str] = set(answered)
    until = time.monotonic() + 120
    rows: list[Any] = []
    while missing and time.monotonic() < until:
        time.sleep(2)
        rows = json.loads(told(running, ROWS))
        missing = set(answered) - set(rows)
    assert not missing
    assert len(rows) == len(set(rows)), "each is counted once"
