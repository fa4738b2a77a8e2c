"""Stories run against a Passalong started as a person starts it, in Debian's Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import prepared
from tests.mailhost import Sink

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_WITHIN = 180
PATIENCE = 60_000  # milliseconds for what a busy machine does late; what is right does not wait for it


class Running:
    """A started Passalong with nobody in it yet: its address, what it printed, its data folder."""

    def __init__(self, folder: Path, *options: str, public: bool = False, **settings: str) -> None:
        self.folder = prepared.lay_out(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        self.environment = environment | {"PASSALONG_DATA": str(folder), "PYTHONUNBUFFERED": "1"} | settings
        if public:
            self.environment["PUBLIC_URL"] = self.address
        self.process = subprocess.Popen(
            [sys.executable, "-m", "passalong.cli", "start", "--data", folder, "--port", str(self.port), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
        )
        self.printed = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.printed += line

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, pattern: str) -> str:
        """The first match in what is printed; fails with everything printed when it does not come."""
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if found := re.search(pattern, self.printed):
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"{pattern} was not printed:\n{self.printed}")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "passalong.cli", *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
        )

    def script(self, module: str, *words: str) -> Any:
        """What a module of the tests prints as JSON, run on the same data."""
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment | {"PYTHONPATH": path},
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(timeout=5)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """An empty Passalong."""
    started = Running(tmp_path / "data")
    yield started
    started.stop()


@pytest.fixture
def public_running(tmp_path: Path) -> Iterator[Running]:
    """An empty Passalong that others can reach, as far as this machine goes."""
    started = Running(tmp_path / "data", public=True)
    yield started
    started.stop()


@pytest.fixture
def mail_running(tmp_path: Path) -> Iterator[tuple[Running, Sink]]:
    """The demo practice on a server others can reach, and the mail server it sends by."""
    with Sink() as sink:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "MAIL_FROM": "desk@rowanpike.example"}
        started = Running(tmp_path / "data", "--demo", public=True, MAIL_UNDO_SECONDS="0", **mail)
        started.wait_for(r"Stop with Ctrl-C")
        yield started, sink
        started.stop()


@pytest.fixture(scope="module")
def demo_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Passalong with the demo practice in it."""
    started = Running(tmp_path_factory.mktemp("demo") / "data", "--demo")
    started.wait_for(r"Stop with Ctrl-C")
    yield started
    started.stop()


@pytest.fixture
def browser():
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A tab in it; what the page writes to its console as an error fails the story."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    yield tab
    assert not [trouble for trouble in troubles if "404" not in trouble and "422" not in trouble]
