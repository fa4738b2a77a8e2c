"""A backup, an erasure, a restore elsewhere, as a host does them: real commands, and nothing left of who was erased."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import backups, prepared

NAME = "Rosalind Achebe"
# Nobody is erased by a command: the privacy page and the desk do it by this very call.
ERASE = """
import sys
from passalong.cli.boot import open_practices
open_practices()
from passalong.contacts.models import Contact
from passalong.contacts.person import person_of
from passalong.core import erasing
contact = Contact.objects.get(full_name=sys.argv[1])
points = list(contact.points.values_list("value", flat=True))
held = erasing.erase(person_of(contact), why="asked_in_person")
print(len(held), contact.full_name, *points, sep="\\n")
"""


@contextmanager
def _started(data: Path) -> Iterator[str]:
    """`passalong start` on a folder, until it says how to stop it: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*backups.PASSALONG, "start", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, env=backups.environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert any(line.startswith("Stop with") for line in process.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def _spellings(words: list[str]) -> list[str]:
    """The name forwards and backwards, addresses, and numbers with nothing between their digits."""
    given, family = NAME.split()
    numbers = [digits for word in words if (digits := re.sub(r"\D", "", word)) and "@" not in word]
    return [NAME, f"{family} {given}", f"{family}, {given}", f"{given}.{family}", f"{given}-{family}", *words, *numbers]


def _said(*words: str | Path) -> str:
    said = backups.run(*words)
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_erased_after_the_backup_and_gone_after_the_restore(tmp_path: Path) -> None:
    old, new, file = prepared.lay_out(tmp_path / "old"), tmp_path / "new", tmp_path / "backup.tar.gz"
    demo = backups.run("demo", PASSALONG_DATA=str(old))
    assert demo.returncode == 0, demo.stderr
    _said("backup", "--data", old, "--out", file)

    command = [sys.executable, "-c", ERASE, NAME]
    erased = subprocess.run(
        command, env=backups.environment(PASSALONG_DATA=str(old)), capture_output=True, text=True, check=False
    )
    assert erased.returncode == 0, erased.stderr
    held, *words = erased.stdout.splitlines()
    needles = _spellings(words)
    assert (held, len(words) > 3) == ("0", True)  # no rule holds anything of her; mail addresses and numbers are known
    assert backups.hits(old, *needles) == []

    done = backups.restored(file, new, "--tombstones", old / "tombstones.jsonl")
    assert done["forgotten"] == 1
    assert done["after"]["contacts_contact"] == done["before"]["contacts_contact"] - 1
    assert backups.hits(new, *needles) == []

    with _started(new) as address:
        with urllib.request.urlopen(f"{address}/accounts/login/", timeout=20) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:
            assert json.load(answer)["database"] == "ok"
        checks = json.loads(backups.run("doctor", "--json", "--data", new).stdout)["checks"]
    assert {one["name"]: one["state"] for one in checks}["event log"] == "ok"
    assert backups.hits(new, *needles) == []
