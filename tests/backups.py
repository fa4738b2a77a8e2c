"""What tests of backup and restore share: a backup of the test database, restored by the real command elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections

from passalong.core.backup import archive, postgresql
from passalong.core.backup.taking import Taken, take

PASSALONG = [sys.executable, "-m", "passalong.cli"]
# Kills the process right before the step of this number that changes the disk, and tells how many there were.
KILLED_AT = """
import os, signal, sys
last, at = int(sys.argv.pop(1)), 0
names = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}
def count(event, args):
    global at
    if event in names:
        at += 1
        if at == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
from passalong.cli import main
try:
    main(sys.argv[1:])
finally:
    print(at, file=sys.stderr)
"""


def taken(out: Path) -> Taken:
    """A backup of the test database and the test's data folder."""
    return take(out, lambda *_: None)


def environment(**more: str) -> dict[str, str]:
    """As on another machine, with the privacy key of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PASSALONG_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"PASSALONG_PRIVACY_KEY": "only for tests"} | more


def run(*words: str | Path, killed_at: int | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command, as somebody at a terminal sees it."""
    start = PASSALONG if killed_at is None else [sys.executable, "-c", KILLED_AT, str(killed_at)]
    prepare = more.pop("preexec_fn", None)
    return subprocess.run(
        [*start, *map(str, words)],
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=prepare,
    )


def restored(file: Path, data: Path, *words: str | Path, **more: Any) -> dict[str, Any]:
    """Restore, which must go well; what the command prints."""
    said = run("restore", file, "--data", data, "--json", *words, **more)
    assert said.returncode == 0, said.stderr
    answer: dict[str, Any] = json.loads(said.stdout)
    return answer


def laid_out(file: Path, data: Path) -> Path:
    """A data folder as a restore leaves it, without the time a command takes."""
    archive.verified(file, into=data)
    (data / "database.sqlite3").rename(data / "passalong.sqlite3")
    (data / "run").mkdir()
    return data


def rows(database: Path) -> dict[str, int]:
    """Rows by table."""
    with closing(sqlite3.connect(database)) as one:
        names = [name for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: one.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
            if not name.startswith("sqlite_")
        }


def hits(folder: Path, *texts: str) -> list[str]:
    """Files below the folder that hold one of the texts, in whatever spelling of case."""
    wanted = [text.encode().lower() for text in texts]
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(text in path.read_bytes().lower() for text in wanted)
    ]


class Server:
    """A database of its own on the PostgreSQL server of the tests, named as a restore would find it."""

    def __init__(self, name: str) -> None:
        self.name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'only')}_{name}"  # another worker has its own
        settings = connection.settings_dict
        host = settings["HOST"].replace("/", "%2F")
        self.url = f"postgresql://{settings['USER']}@{host}:{settings['PORT'] or 5432}/{self.name}"

    def names(self) -> list[str]:
        with postgresql.server(self.url) as own:
            mine = postgresql.name_of(self.url)
            found = own.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [mine]).fetchall()
        return sorted(name for (name,) in found)

    def drop(self) -> None:
        connections.close_all()
        for name in self.names():
            postgresql.drop(self.url, name)


def forged(source: Path, out: Path, **changes: Any) -> Path:
    """The same backup with something else in its manifest."""
    with tarfile.open(source) as old, tarfile.open(out, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            raw = content.read()
            if member.name == archive.MANIFEST:
                raw = json.dumps(json.loads(raw) | changes).encode()
                member.size = len(raw)
            new.addfile(member, io.BytesIO(raw))
    return out


def packed(out: Path, *members: tuple[str | tarfile.TarInfo, bytes], manifest: bool = True) -> Path:
    """An archive somebody made by hand, with a manifest that fits its regular members."""
    about = {
        "format": 1, "passalong": "4", "engine": "sqlite", "created_at": "2026-01-01T00:00:00+00:00", "counts": {},
        "migrations": {}, "privacy_key": "", "members": {},
    }  # fmt: skip
    with gzip.open(out, "wb") as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for what, content in members:
            info = tarfile.TarInfo(what) if isinstance(what, str) else what
            if info.isreg():
                info.size = len(content)
                about["members"][info.name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}  # type: ignore[index]
            tar.addfile(info, io.BytesIO(content))
        if manifest:
            raw_manifest = json.dumps(about).encode()
            info = tarfile.TarInfo(archive.MANIFEST)
            info.size = len(raw_manifest)
            tar.addfile(info, io.BytesIO(raw_manifest))
    return out
