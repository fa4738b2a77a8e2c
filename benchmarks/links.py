"""A kit's link under steady load, beside a static file of the same size by the same server; then with processes killed.

`passalong start` runs as anybody runs it, on an empty folder with one published kit. `hey` (apt install hey) asks at
a fixed rate of `size` requests a second, in turn for a static file and for the kit's link, ROUNDS times SECONDS each.
Both are of one size and both are sent compressed. Then it asks again while the web server and the worker are killed
(SIGKILL), and every view id that was answered is looked for in the database.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

SECONDS = 20
ROUNDS = 3
WORKERS = 25  # they ask in step: many more would make bursts, many fewer fall behind on a busy machine
BAR = 3.0
RECORDED_RATE = 40  # requests a second whose view ids are kept, beside the load
READY_WITHIN = 90
DRAINED_WITHIN = 120
VIEW = re.compile(rb'name="view" form="next" value="([A-Za-z0-9_-]{12})"')

FILL = """
import gzip, json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from django.conf import settings
from passalong.accounts.models import Practice
from passalong.core import blobs, clock
from passalong.kits.content import Content, Frozen
from passalong.kits.models import Edition, EditionFile, Kit, Link
from passalong.kits.rendering.page import render_page
words = json.loads(sys.stdin.read())
practice = Practice.objects.create(name="Bench and Partners", country="US")
kit = Kit.objects.create(practice=practice, name="Bench")
content = Content(title="When the shop passes on", **words)
frozen = Frozen(content, practice.name, "Bench, 1 High Street", "", 1, "2026-05-04")
page = render_page(frozen)
edition = Edition.objects.create(practice=practice, kit=kit, number=1, state="live", frozen=frozen.to_json(),
                                 proposed_by="Bench", proposer="x", published_at=clock.now())
EditionFile.objects.create(practice=practice, edition=edition, name="page",
                           blob=blobs.keep(practice.pk, page, "text/html"))
link = Link.objects.create(practice=practice, kit=kit, is_own=True)
folder = settings.STATIC_ROOT
(folder / "bench.html").write_bytes(page)
(folder / "bench.html.gz").write_bytes(gzip.compress(page, 9))
print(json.dumps({"path": "/k/" + link.token, "bytes": len(page)}))
"""
COUNT = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from passalong.kits.models import Hit
asked = set(json.loads(sys.stdin.read()))
print(json.dumps({"rows": Hit.objects.count(), "found": len(asked & set(Hit.objects.values_list("view", flat=True)))}))
"""


def run(size: int) -> dict[str, Any]:
    """p95 of the kit's link over that of the static file at `size` requests a second; hits lost when killed."""
    if shutil.which("hey") is None:
        raise SystemExit("hey is needed for this benchmark (apt install hey).")
    folder = Path(tempfile.mkdtemp(prefix="passalong-bench-"))
    try:
        with _started(folder) as base:
            kit = _told(FILL, folder, json.dumps(_words()))
            _kill(folder, "web")  # the next one finds the static file
            _wait_for(f"{base}/static/bench.html")
            paths = {"static": "/static/bench.html", "kit": kit["path"]}
            rounds = [{name: _asked(base + path, size) for name, path in paths.items()} for _ in range(ROUNDS)]
            killed = _killed(folder, base, kit["path"], size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _result(size, kit["bytes"], rounds, killed)


def _result(size: int, page: int, rounds: list[dict[str, Any]], killed: dict[str, int]) -> dict[str, Any]:
    median = {name: _medians([one[name] for one in rounds]) for name in ("static", "kit")}
    ratio = statistics.median(one["kit"]["p95_ms"] / one["static"]["p95_ms"] for one in rounds)
    return {
        "name": "links",
        "size": size,
        "machine": machine(),
        "product": {
            **{f"kit_{key}": value for key, value in median["kit"].items()},
            **{f"static_{key}": value for key, value in median["static"].items()},
            "page_bytes": page,
            **killed,
        },
        "peers": {"static": median["static"]},
        "ratios": {"static": ratio},
        "pass": {
            f"p95 <= {BAR:g} x a static file's": ratio <= BAR,
            f"{size} requests/s sustained": median["kit"]["rate"] >= 0.98 * size,
            "every request answered": all(one["kit"]["failed"] == 0 for one in rounds),
            "no answered hit lost": killed["killed_lost_views"] == 0 and killed["killed_lost_hits"] <= 0,
        },
    }


def _medians(told: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(one[key] for one in told) for key in told[0]}


def _words() -> dict[str, str]:
    """Four parts of the length of a real kit, about 1,600 words."""
    sentence = "A shop that is handed on in the week it has to be is handed on for what is offered that week. "
    return dict.fromkeys(("problems", "consequences", "first_step", "next_step"), (sentence * 4 + "\n\n") * 5)


def _asked(url: str, rate: int) -> dict[str, float]:
    """Ask for SECONDS at a fixed rate; times in milliseconds."""
    each = max(rate // WORKERS, 1)
    command = ["hey", "-z", f"{SECONDS}s", "-c", str(rate // each), "-q", str(each), "-t", "10", "-o", "csv", url]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    times = sorted(1000 * float(row["response-time"]) for row in rows if row["status-code"] == "200")
    return {
        "rate": len(times) / SECONDS,
        "median_ms": times[len(times) // 2],
        "p95_ms": times[int(len(times) * 0.95)],
        "p99_ms": times[int(len(times) * 0.99)],
        "failed": len(rows) - len(times),
    }


class Recorder(threading.Thread):
    """Asks slowly beside the load and keeps the view id of every page it was answered in full."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.views, self.ended = port, path, set[str](), False

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        while not self.ended:
            time.sleep(1 / RECORDED_RATE)
            try:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                if found := VIEW.search(answer.read()):
                    self.views.add(found[1].decode())
            except (OSError, http.client.HTTPException):
                connection.close()


def _killed(folder: Path, base: str, path: str, rate: int) -> dict[str, int]:
    """Kill web and worker again and again under load; then count what the database has of what was answered."""
    before = _told(COUNT, folder, "[]", within=DRAINED_WITHIN)["rows"]
    before = _settled(folder, [], before)["rows"]
    recorder = Recorder(int(base.rsplit(":", 1)[1]), path)
    recorder.start()
    loads: list[dict[str, float]] = []
    load = threading.Thread(target=lambda: loads.append(_asked(base + path, rate)))
    load.start()
    kills = 0
    for part in ("web", "worker", "web", "worker"):
        time.sleep(SECONDS / 6)
        kills += _kill(folder, part)
    load.join()
    recorder.ended = True
    recorder.join()
    answered = len(recorder.views) + round(loads[0]["rate"] * SECONDS)
    after = _settled(folder, sorted(recorder.views), before + answered)
    return {
        "killed_processes": kills,
        "killed_answered": answered,
        "killed_views_asked": len(recorder.views),
        "killed_lost_views": len(recorder.views) - after["found"],
        "killed_lost_hits": before + answered - after["rows"],
    }


def _kill(folder: Path, part: str) -> int:
    """Kill the process that last gave this part's sign of life; wait a little for one that is just being started."""
    for _try in range(50):
        try:
            os.kill(int((folder / "run" / f"{part}.beat").read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return 1
    return 0


def _settled(folder: Path, views: list[str], rows: int) -> dict[str, int]:
    """Wait until the journals are read out: as many rows as there must be, and no more coming."""
    end, last = time.monotonic() + DRAINED_WITHIN, {"rows": -1, "found": 0}
    while time.monotonic() < end:
        now = _told(COUNT, folder, json.dumps(views))
        if now["rows"] >= rows and now["rows"] == last["rows"]:
            return now
        last = now
        time.sleep(3)
    return last


def _told(program: str, folder: Path, said: str, within: float = 300) -> Any:
    """What a program told, run on this data in a process of its own."""
    environment = {**os.environ, "PASSALONG_DATA": str(folder)}
    command = [sys.executable, "-c", program]
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": within, "check": False}
    found = subprocess.run(command, input=said, env=environment, **options)
    if found.returncode:
        raise SystemExit(found.stderr)
    return json.loads(found.stdout.splitlines()[-1])


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    """A running Passalong; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "passalong.cli", "start", "--data", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/healthz")
        yield base
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _wait_for(url: str) -> None:
    end = time.monotonic() + READY_WITHIN
    while not _is_up(url):
        if time.monotonic() > end:
            raise SystemExit(f"{url} did not answer.")
        time.sleep(0.2)
    time.sleep(2)  # until what else starts has started


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
