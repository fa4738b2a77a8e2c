"""`passalong import` as a process of its own: what is wrong is one sentence and exit 2, and nothing is half-written."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.import_ import SET_UP
from tests import prepared
from tests.rooms.exchange.files import linkedin, table

GOOD = linkedin(("Ann", "Okafor", "Acme", "ann"))
HEADER = "First Name,Last Name,Email Address,Company,Connected On\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A data folder with one practice in it."""
    data = prepared.lay_out(tmp_path_factory.mktemp("data"))
    subprocess.run(
        [sys.executable, "-c", SET_UP],
        env=environment(data) | {"DJANGO_SETTINGS_MODULE": "passalong.config.settings"},
        check=True,
    )
    return data


def environment(data: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_URL", "PASSALONG"))}
    return kept | {"PASSALONG_DATA": str(data), "PASSALONG_SECRET_KEY": "only for tests"}


def command(data: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", "from passalong.cli import main; main()", "import", *map(str, words)]
    return subprocess.run(line, env=environment(data), capture_output=True, text=True, timeout=300, check=False)


def rows(data: Path) -> dict[str, int]:
    base = sqlite3.connect(data / "passalong.sqlite3")
    names = ("contacts_contact", "contacts_organization", "exchange_importbatch", "ties_encounter")
    found = {name: base.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608
    base.close()
    return found


BAD = {
    "empty": (b"", ()),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ()),
    "page": (b"<html><body>Sign in</body></html>", ()),
    "long line": (b"Name,Mail\n" + b"x" * (6 * 2**20), ()),
    "no name column": (b"Foo,Bar\n1,2\n3,4\n", ("--as", "directory")),
    "mapping without a name": (b"Name,Mail\nAnn,a@x.org\n", ("--as", "directory", "--map", "email=Mail")),
    "mapping to no column": (b"Name,Mail\nAnn,a@x.org\n", ("--as", "directory", "--map", "name=Nothing")),
    "protected": (GOOD.encode(), ("--group", "St. Mary", "--group-kind", "church")),
    "date": (GOOD.encode(), ("--group", "Rotary", "--since", "sometime")),
    "practice": (GOOD.encode(), ("--practice", "Another")),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_sentence_and_exit_2(folder, tmp_path, what):
    data, words = BAD[what]
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    before = rows(folder)
    done = command(folder, path, *words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert rows(folder) == before


def test_odd_but_readable_files_come_in(folder, tmp_path):
    cells = table(
        "Name,Email,Company", ["=HYPERLINK(1)", "bo@x.org", "Zeta"], ["Zoë Müller", "zoe@x.org", "Café Größe"]
    )
    for encoding in ("utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(cells.encode(encoding))
        done = command(folder, path, "--json")
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)
        assert result["created"] + result["unchanged"] == 2
    assert result["created"] == 0  # the same people, whatever the encoding
    dated = tmp_path / "dated.csv"
    dated.write_text(HEADER + "Cy,Diaz,cy@x.org,Acme,07 Dec 2025\n")
    assert json.loads(command(folder, dated, "--json").stdout)["warnings"] == []


def test_a_list_without_its_group_is_warned_of(folder, tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(table("Name,Role", ["Eve Apart", "Chair"], ["Fay Alone", "Member"]))
    assert "name the group they belong to" in command(folder, path, "--json").stderr
    done = command(folder, path, "--json", "--group", "Rotary")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_whole_way_by_command(folder, tmp_path):
    path, out = tmp_path / "Connections.csv", tmp_path / "records.jsonl"
    path.write_text(linkedin(("Whole", "Way", "Acme", "whole-way")))
    first = json.loads(command(folder, path, "--json", "--records-out", out).stdout)
    assert set(first) == {
        "source", "format", "records", "people", "organizations", "evidence", "created", "updated", "unchanged",
        "warnings", "errors", "batch",
    }  # fmt: skip
    assert json.loads(out.read_text())["name"] == "Whole Way"
    again = json.loads(command(folder, path, "--json").stdout)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    undone = command(folder, "--undo", first["batch"])
    assert undone.returncode == 0, undone.stderr
    assert command(folder, "--undo", "nosuchbatch").returncode == 2


def test_a_killed_import_leaves_nothing(folder, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text(linkedin(*((f"Ann{n}", "Okafor", f"Firm {n}", f"killed{n}") for n in range(6000))))
    before = rows(folder)
    line = [sys.executable, "-c", "from passalong.cli import main; main()", "import", str(path)]
    process = subprocess.Popen(line, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline and not _is_writing(folder):
        time.sleep(0.02)
    time.sleep(0.3)
    assert process.poll() is None, "the import was over before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert rows(folder) == before


def _is_writing(data: Path) -> bool:
    base = sqlite3.connect(data / "passalong.sqlite3", timeout=0)
    try:
        base.execute("BEGIN IMMEDIATE")
        base.rollback()
    except sqlite3.OperationalError:
        return True
    finally:
        base.close()
    return False
