"""passalong start, as somebody at a terminal sees it: real processes on a folder of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from passalong.cli import COMMANDS, main
from passalong.cli.link import URLCONF

pytestmark = pytest.mark.xdist_group("start")  # one server for all of them
PASSALONG = [sys.executable, "-m", "passalong.cli"]
KEPT_OUT = ("PASSALONG_", "DJANGO_", "DATABASE_URL")


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(KEPT_OUT)}


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PASSALONG, *words], env=_environment(), capture_output=True, text=True, timeout=300, check=False
    )


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Started:
    """A running `passalong start`."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.url = data, f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [*PASSALONG, "start", "--data", str(data), "--port", str(port)],
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = list(self._until_ready())

    def _until_ready(self) -> Iterator[str]:
        assert self.process.stdout
        for line in self.process.stdout:
            yield line.rstrip()
            if line.startswith("Stop with"):
                return

    def health(self) -> dict[str, str]:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=60) as answer:
            said: dict[str, str] = json.load(answer)
            return said

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        return rest


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    one = Started(tmp_path_factory.mktemp("start") / "data", _free_port())
    yield one
    if one.process.poll() is None:
        assert "Stopped." in one.stop()
    assert one.process.returncode == 0


def test_it_tells_where_it_is_and_how_to_get_in(started: Started) -> None:
    assert f"PASSALONG_DATA={started.data}" in started.lines
    assert f"{started.url}/" in started.lines
    assert any(re.fullmatch(rf"\s+{started.url}/welcome/\S+/", line) for line in started.lines)
    assert (started.data / "secret.key").stat().st_mode & 0o077 == 0
    assert started.data.stat().st_mode & 0o077 == 0


def test_every_part_runs(started: Started) -> None:
    end = time.monotonic() + 90
    while started.health()["status"] != "ok" and time.monotonic() < end:
        time.sleep(0.1)
    assert started.health()["status"] == "ok"


def test_pages_and_their_styles_are_served(started: Started) -> None:
    with urllib.request.urlopen(f"{started.url}/accounts/login/", timeout=60) as answer:
        page = answer.read().decode()
    assert "csrfmiddlewaretoken" in page
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles
    for path in styles:
        with urllib.request.urlopen(started.url + path, timeout=60) as answer:
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_start_on_the_same_folder_is_refused(started: Started) -> None:
    second = _run("start", "--data", str(started.data), "--port", str(_free_port()))
    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: Passalong runs on {started.data} already ({started.url}/).")
    assert "Traceback" not in second.stderr


def test_a_port_in_use_is_refused(started: Started, folder: Path) -> None:
    for command in ("start", "web"):
        second = _run(command, "--data", str(folder), "--port", started.url.rpartition(":")[2])
        assert second.returncode == 1
        assert "cannot be used" in second.stderr
        assert "--port" in second.stderr
        assert "Traceback" not in second.stderr
    assert not (folder / "passalong.sqlite3").exists()


def test_a_fresh_link_is_printed_for_who_lost_theirs(started: Started) -> None:
    old = next(line.strip() for line in started.lines if "/welcome/" in line)
    with urllib.request.urlopen(old, timeout=60) as answer:
        assert "csrfmiddlewaretoken" in answer.read().decode()
    said = _run("link", "--data", str(started.data))
    assert said.returncode == 0
    path = said.stdout.strip().removeprefix(started.url)
    assert path.startswith("/welcome/")
    with urllib.request.urlopen(started.url + path, timeout=60) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(old, timeout=60)
    nobody = _run("link", "nobody@example.org", "--data", str(started.data))
    assert (nobody.returncode, nobody.stderr) == (2, "Error: Nobody signs in here as nobody@example.org.\n")


def test_doctor_on_a_running_folder(started: Started) -> None:
    said = _run("doctor", "--json", "--data", str(started.data))
    assert said.returncode == 0, said.stdout
    found = json.loads(said.stdout)
    assert found["ok"] is True
    assert [check["name"] for check in found["checks"]] == [
        "data folder",
        "database",
        "event log",
        "rules",
        "who knows whom",
        "worker",
        "backup",
        "disk",
        "clock",
        "mail",
        "mailbox",
        "mail domain",
        "public address",
        "fonts",
        "optional parts",
    ]
    assert {check["name"] for check in found["checks"] if check["state"] == "warning"} == {"mail", "public address"}


def _newest_of_core() -> tuple[str, str]:
    """The last migration but one of core, and the last."""
    return tuple(sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "core")[-2:])  # type: ignore[return-value]


def _older_copy(source: Path, target: Path) -> None:
    """The database as it was one migration of core ago."""
    with closing(sqlite3.connect(source)) as now, closing(sqlite3.connect(target)) as then:
        now.backup(then)
    taken_back = subprocess.run(
        [sys.executable, "-m", "passalong.config.manage", "migrate", "core", _newest_of_core()[0]],
        env={**_environment(), "PASSALONG_DATA": str(target.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert taken_back.returncode == 0, taken_back.stderr


def _migrations(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as one:
        return {name for (name,) in one.execute("SELECT name FROM django_migrations WHERE app = 'core'")}


def test_sqlite_is_copied_aside_before_it_is_changed(started: Started, folder: Path) -> None:
    folder.mkdir()
    _older_copy(started.data / "passalong.sqlite3", folder / "passalong.sqlite3")
    said = _run("doctor", "--json", "--data", str(folder))
    assert said.returncode == 1
    assert "not up to date" in said.stdout
    prepared = _prepare(folder)
    assert prepared.returncode == 0, prepared.stderr
    (copy,) = (folder / "backups").iterdir()
    before, newest = _newest_of_core()
    assert before in _migrations(copy)
    assert newest not in _migrations(copy)
    assert newest in _migrations(folder / "passalong.sqlite3")
    assert _prepare(folder).returncode == 0
    assert len(list((folder / "backups").iterdir())) == 1
    with closing(sqlite3.connect(folder / "passalong.sqlite3")) as newer:
        newer.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', '2030-01-01')")
        newer.commit()
    refused = _prepare(folder)
    assert refused.returncode == 1
    assert "newer Passalong (it knows core.9999_later)" in refused.stderr


def _prepare(data: Path) -> subprocess.CompletedProcess[str]:
    words = ["-m", "passalong.cli.preparing", "--data", str(data), "--parent", str(os.getpid()), "--tell", "1"]
    return subprocess.run(
        [sys.executable, *words], env=_environment(), capture_output=True, text=True, timeout=300, check=False
    )


def test_doctor_says_what_is_broken(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    said = _run("doctor", "--data", str(blocked / "data"))
    assert said.returncode == 1
    assert said.stdout.startswith("broken   data folder")
    assert _run("start", "--data", str(blocked / "data")).returncode == 1


@pytest.mark.parametrize("command", ["start", "web", "worker", "tick", "link", "doctor", "backup", "restore"])
def test_help_has_examples(command: str) -> None:
    said = CliRunner().invoke(main, [command, "--help"])
    assert said.exit_code == 0
    assert "Example" in said.output
    assert f"passalong {command}" in said.output


def test_the_group_lists_every_command() -> None:
    said = CliRunner().invoke(main, ["--help"])
    assert all(name in said.output for name in COMMANDS)


@pytest.mark.parametrize("name", ["enter", "welcome"])
def test_printed_links_lead_where_the_site_has_them(name: str) -> None:
    assert reverse(name, args=["x"], urlconf=URLCONF) == reverse(f"accounts:{name}", args=["x"])
