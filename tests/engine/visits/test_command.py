"""`passalong visits judge`: the contract, from the outside."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engine.visits.make import BROWSERS, CHROME

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def line(second: float, **more) -> dict:
    moment = (NOON + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    return {
        "at": moment,
        "kind": "hit",
        "method": "GET",
        "path": "/k/abc",
        "user_agent": CHROME,
        "headers": ["Accept", "User-Agent"],
        "ip": "192.0.2.1",
        "view": None,
        "sent_at": None,
    } | more


def run(folder: Path, *options: str, log: bytes | list[dict]) -> subprocess.CompletedProcess[str]:
    """The command in a folder without a practice; stdin is the log too."""
    content = log if isinstance(log, bytes) else "".join(json.dumps(one) + "\n" for one in log).encode()
    (folder / "hits.jsonl").write_bytes(content)
    command = [sys.executable, "-m", "passalong.cli", "visits", "judge", *(options or ("--log", "hits.jsonl"))]
    env = {"PATH": "/usr/bin:/bin", "PASSALONG_DATA": str(folder / "nowhere")}
    with (folder / "hits.jsonl").open() as stdin:
        return subprocess.run(command, cwd=folder, env=env, stdin=stdin, capture_output=True, text=True, check=False)


LOG = [
    line(0, view="v1"),
    line(9, kind="engaged", method="POST", view="v1", path="/k/abc/seen"),
    line(2, method="HEAD", user_agent=BROWSERS[0], ip="198.51.100.1"),
    line(3, user_agent="WhatsApp/2.23", view="v2", ip="203.0.113.5"),
    line(400, path="/k/other", view="v3", ip="198.51.100.77"),
    line(401, kind="engaged", view="unknown"),
]


def test_one_line_each_in_the_order_of_the_lines(tmp_path):
    done = run(tmp_path, log=LOG)
    assert done.returncode == 0, done.stderr
    found = [json.loads(one) for one in done.stdout.splitlines()]
    assert [(one["verdict"], one["reason"]) for one in found] == [
        ("person", "read on"),
        ("person", "read on"),
        ("machine", "asks without reading"),
        ("machine", "named bot: WhatsApp"),
        ("unknown", "no sign of reading"),
        ("machine", "no page was answered"),
    ]
    assert all(list(one) == ["verdict", "reason"] for one in found)
    assert done.stderr == ""
    assert not (tmp_path / "nowhere").exists()


def test_counts_by_path_a_view_once(tmp_path):
    done = run(tmp_path, "--log", "hits.jsonl", "--json", log=LOG)
    assert json.loads(done.stdout) == {
        "people": 1,
        "machines": 3,
        "unknown": 1,
        "by_path": {
            "/k/abc": {"people": 1, "machines": 3, "unknown": 0},
            "/k/other": {"people": 0, "machines": 0, "unknown": 1},
        },
    }


def test_from_stdin_with_empty_lines_and_other_forms_of_headers_and_times(tmp_path):
    log = [
        line(0, headers={"Sec-Purpose": "prefetch"}, view="a"),
        line(100, headers=["X-Moz: prefetch"], view="b", at="2026-05-04 14:01:40+02:00"),
        line(200, headers=None, view="c", at="2026-05-04T12:03:20.250"),
        {"at": "2026-05-04T13:00:00Z", "kind": "hit"},
    ]
    content = "\n\n".join(json.dumps(one) for one in log).encode()
    done = run(tmp_path, "--log", "-", log=content)
    assert [json.loads(one)["reason"] for one in done.stdout.splitlines()] == [
        "fetched ahead",
        "fetched ahead",
        "no sign of reading",
        "no agent",
    ]


def test_lists_of_networks(tmp_path):
    (tmp_path / "clouds.txt").write_text("# class: datacentre; date: 2026-11-01; source: us\n192.0.2.0/24\n")
    done = run(tmp_path, "--log", "hits.jsonl", "--networks", "clouds.txt", log=[line(0, view="a")])
    assert json.loads(done.stdout)["reason"] == "network of a data centre"
    (tmp_path / "bad.txt").write_text("192.0.2.0/24\n")
    done = run(tmp_path, "--log", "hits.jsonl", "--networks", "bad.txt", log=[line(0)])
    assert done.returncode == 2
    assert done.stderr.startswith("Error: bad.txt, line 1: wanted “# class:")


def test_an_empty_log(tmp_path):
    assert run(tmp_path, log=b"").stdout == ""
    assert json.loads(run(tmp_path, "--log", "hits.jsonl", "--json", log=b"").stdout) == {
        "people": 0,
        "machines": 0,
        "unknown": 0,
        "by_path": {},
    }


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (b"{", "line 2: is no JSON (Expecting property name"),
        (b"[1]", "line 2: is no JSON object."),
        (b'"\xff"', "line 2: is no JSON ("),
        (json.dumps(line(0, kind="click")).encode(), "line 2: kind is “click”, wanted hit or engaged."),
        (json.dumps(line(0, at="noon")).encode(), "line 2: at is “noon”, wanted a time such as 2026-05-04T12:00:43Z."),
        (json.dumps(line(0, at=None)).encode(), "line 2: at is missing"),
        (json.dumps(line(0, at=17)).encode(), "line 2: at is “17”"),
        (json.dumps(line(0, sent_at="x")).encode(), "line 2: sent_at is “x”"),
        (json.dumps(line(0, path=[1])).encode(), "line 2: path is “[1]”, wanted text."),
        (json.dumps(line(0, headers=3)).encode(), "line 2: headers is “3”, wanted a list of names."),
        (b"[" * 100_000, "line 2: is no JSON ("),
        (b"x" * 2_000_000, "line 2: is longer than a megabyte."),
    ],
)
def test_a_bad_line_is_one_sentence_with_its_number(tmp_path, second, told):
    done = run(tmp_path, log=json.dumps(line(0)).encode() + b"\n" + second + b"\n")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: hits.jsonl, ")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there(tmp_path):
    done = run(tmp_path, "--log", "gone.jsonl", log=b"")
    assert done.returncode == 2
    assert done.stderr == "Error: gone.jsonl: No such file or directory.\n"


def test_who_reads_only_the_beginning_stops_it_quietly(tmp_path):
    (tmp_path / "hits.jsonl").write_text("".join(json.dumps(line(n, view=f"v{n}")) + "\n" for n in range(20_000)))
    command = [sys.executable, "-m", "passalong.cli", "visits", "judge", "--log", "hits.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith('{"verdict"')
        process.stdout.close()
        assert process.stderr.read() == ""
