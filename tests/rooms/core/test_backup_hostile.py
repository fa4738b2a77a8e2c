"""Archives somebody made to harm, or that were damaged on their way: one sentence, exit 2, and nothing is touched."""

from __future__ import annotations

import fcntl
import gzip
import os
import sqlite3
import tarfile
import time
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from tests import backups, make

from passalong.core.backup import archive, restoring, swapping
from passalong.core.backup.archive import BackupError

DATABASE = ("database.sqlite3", b"SQLite format 3\0")


def special(name, kind, target="/etc/passwd"):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def refused(file, says=".", into=None):
    with pytest.raises(BackupError, match=says) as error:
        archive.verified(file, into=into)
    assert error.value.code == 2


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.tar.gz"


def test_what_is_as_it_should_be_is_taken(out, tmp_path):
    backups.packed(out, DATABASE, ("files/a/ü.txt", b"x"))
    assert archive.verified(out).members["files/a/ü.txt"]["size"] == 1
    archive.verified(out, into=tmp_path / "new")
    assert (tmp_path / "new" / "files" / "a" / "ü.txt").read_bytes() == b"x"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/cron.d/evil",
        "files/../../evil",
        "files/./x",
        "files//x",
        "files",
        "files/x\\..\\y",
        "files/a\nb",
        "run/start.lock",
        "passalong.sqlite3",
        "static/x.js",
        "backups/x",
        "files/" + "long/" * 300 + "x",
    ],
)
def test_names_are_fixed(out, tmp_path, name):
    backups.packed(out, DATABASE, (name, b"x"))
    refused(out, "holds a (file|name)", into=tmp_path / "new")
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE],
)
def test_only_plain_files(out, tmp_path, kind):
    backups.packed(out, DATABASE, (special("files/link", kind), b""), ("files/link/x", b"x"))
    refused(out, "other than plain files", into=tmp_path / "new")


def test_a_name_that_would_fill_the_memory(out):
    info = tarfile.TarInfo("files/x")
    info.pax_headers = {"comment": "x" * 100_000}
    backups.packed(out, DATABASE, (info, b"x"))
    refused(out, "a name that is too long")


def test_a_bomb(out):
    began = time.monotonic()
    backups.packed(out, ("database.sqlite3", bytes(110 * 2**20)))
    packed = time.monotonic() - began
    began = time.monotonic()
    refused(out, "far more than a backup holds")
    assert time.monotonic() - began < packed + 2


def test_a_member_twice_and_one_after_the_list(out):
    backups.packed(out, DATABASE, ("files/x", b"x"), ("files/x", b"y"))
    refused(out, "more than it should")


def test_a_list_that_does_not_fit(out):
    backups.packed(out, DATABASE, ("files/x", b"x"))
    for changes in ({"members": {}}, {"members": []}, {"counts": {"x": "1"}}, {"format": "1"}, {"migrations": 5}):
        refused(backups.forged(out, out.with_name("forged"), **changes))
    refused(backups.forged(out, out.with_name("forged"), format=2), "newer Passalong")
    refused(backups.packed(out, DATABASE, manifest=False), "list of contents is missing")
    refused(backups.packed(out, ("files/x", b"x")), "holds no database")


def test_damaged_on_the_way(out):
    backups.packed(out, ("database.sqlite3", os.urandom(200_000)))
    whole = out.read_bytes()
    for length in (0, 1, 20, 1000, len(whole) // 2, len(whole) - 4):
        out.write_bytes(whole[:length])
        refused(out, "damaged|no backup")
    for at in range(40, len(whole), len(whole) // 20):  # past the name in the header
        changed = bytearray(whole)
        changed[at] ^= 0x10
        out.write_bytes(changed)
        refused(out)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"hello" * 1000, mtime=0),
        zlib.compress(b"x"),
        bytes(2000),
    ],
    ids=["nothing", "a word", "packed nothing", "packed words", "deflated", "blanks"],
)
def test_something_else(out, content):
    out.write_bytes(content)
    refused(out, "no backup")


@pytest.fixture
def real(tmp_path, settings):
    """A real backup."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    make.member()
    backups.taken(tmp_path / "real.tar.gz")
    return tmp_path / "real.tar.gz"


@pytest.mark.django_db(transaction=True)
def test_the_command_refuses_in_one_sentence(real, out, tmp_path):
    newer = backups.forged(real, out, migrations={"core": ["0001_initial", "9999_later"]}, passalong="9.9")
    database = tmp_path / "wrong.tar.gz"
    for file, says, more in (
        (newer, "made by a newer Passalong (9.9; it knows core.9999_later)", {}),
        (backups.forged(real, database, counts={"contacts_contact": 7}), "its database is not what was backed up", {}),
        (real, "The privacy key here is not the one of this backup", {"PASSALONG_PRIVACY_KEY": "another"}),
        (real, "This backup is of SQLite, and PostgreSQL is in use here", {"DATABASE_URL": "postgres://x/y"}),
    ):
        said = backups.run("restore", file, "--data", tmp_path / "new", **more)
        assert (said.returncode, said.stderr.count("\n")) == (2, 1), said.stderr
        assert says in said.stderr
        assert not (tmp_path / "new").exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_on_the_way_is_one_sentence(real, tmp_path, monkeypatch):
    def fails(*_):
        raise OperationalError("database or disk\n is full")

    monkeypatch.setattr(restoring, "_restored_on_sqlite", fails)
    with pytest.raises(BackupError, match=r"could not be restored \(database or disk is full\)") as failed:
        restoring.bring_back(restoring.Job(real, tmp_path / "new", "", fails, lambda *_: None))
    assert failed.value.code == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_while_something_runs_there(real, tmp_path):
    target = backups.laid_out(real, tmp_path / "new")
    before = sorted(path.name for path in target.iterdir())
    with (target / "run" / "start.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _is_refused(real, target, f"Passalong runs on {target}. Stop it first.")
        lock.write(swapping.AT_WORK)
        lock.flush()
        _is_refused(real, target, "Another restore is at work on this folder.")
    beat = target / "run" / "worker.beat"
    beat.write_text(str(os.getpid()))
    _is_refused(real, target, "its worker gave a sign of life just now")
    beat.unlink()
    with closing(sqlite3.connect(target / "passalong.sqlite3")) as user:
        user.execute("BEGIN")
        user.execute("SELECT count(*) FROM core_event").fetchone()
        _is_refused(real, target, "in use by another command")
    assert sorted(path.name for path in target.iterdir()) == before
    beat.write_text("999999999")  # killed a moment ago
    assert backups.restored(real, target, "--yes")["set_aside"]


def _is_refused(file: Path, target: Path, says: str) -> None:
    said = backups.run("restore", file, "--data", target, "--yes")
    assert (said.returncode, says in said.stderr, said.stderr.count("\n")) == (2, True, 1), said.stderr
