"""Backup and restore: all that must be kept goes out while others write, and comes back as it was."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from tests import backups, make

from passalong.cli.backup import check_backup
from passalong.core import clock
from passalong.core.backup import archive, databases
from passalong.core.backup.archive import BackupError
from passalong.core.backup.taking import NOTE, take
from passalong.kits.journal import salt_of
from passalong.mail.models import MailPurpose, MailState, Message

FILES = {
    "files/kits/ä picture.png": b"\x89PNG",
    "mail/20260101.log": b"From: x",
    "rules/own.toml": b"[x]",
    "hits/20260101000000-abc.jsonl": b'{"kind": "hit"}\n',
    "networks/list.txt": b"10.0.0.0/8\n",
    "uploads/waiting": b"name\nInes\n",
    "secret.key": b"signs",
}
NOT_KEPT = {"run/web.beat": b"1", "static/x.css": b"a{}", "knows/p/1-0/x": b"1", "backups/old.sqlite3": b"old"}


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    """A data folder with something of everything; the database is that of the tests."""
    settings.DATA = tmp_path / "data"
    for name, content in (FILES | NOT_KEPT).items():
        path = settings.DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return settings.DATA


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.tar.gz"


@pytest.fixture
def server():
    """Where a restore on PostgreSQL goes; None on SQLite."""
    if connection.vendor != "postgresql":
        yield None
        return
    one = backups.Server("restored_of_tests")
    one.drop()
    yield one
    one.drop()


def _brought_back(out, target, server, *words):
    return backups.restored(out, target, *words, **({"DATABASE_URL": server.url} if server else {}))


def _of_rooms(counts):
    """Without the record, on which a restore puts that it happened."""
    record = ("core_event", "core_payload", "core_revision")
    return {table: count for table, count in counts.items() if table not in record}


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_there_and_back(out, tmp_path, server):
    owner = make.member()
    make.contact(owner, "Ines Roth", email="ines@example.org")
    salt_of(clock.today())
    made = backups.taken(out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert (made.counts["contacts_contact"], made.counts["kits_daysalt"]) == (1, 0)
    done = _brought_back(out, tmp_path / "new", server)
    assert done["before"] == made.counts
    assert _of_rooms(done["after"]) == _of_rooms(made.counts)
    assert (done["forgotten"], done["suppressed"], done["set_aside"], done["database_set_aside"]) == (0, 0, "", "")
    for name, content in FILES.items():
        assert (tmp_path / "new" / name).read_bytes() == content
        assert (tmp_path / "new" / name).stat().st_mode & 0o077 == 0
    assert not [name for name in NOT_KEPT if (tmp_path / "new" / name).exists()]
    if not server:
        assert backups.rows(tmp_path / "new" / "passalong.sqlite3") == done["after"]
    where = {"DATABASE_URL": server.url} if server else {}
    said = json.loads(backups.run("doctor", "--json", "--data", tmp_path / "new", **where).stdout)
    told = {check["name"]: check["state"] for check in said["checks"]}
    assert (told["database"], told["event log"], told["backup"]) == ("ok", "ok", "warning")


@contextmanager
def _writers(owner, count=2):
    """People who add contacts until they are told to stop."""
    stop, written, failed = threading.Event(), [], []

    def add():
        try:
            while not stop.is_set():
                written.append(make.contact(owner, "Busy Body"))
        except Exception as error:  # told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_under_load_it_holds_one_moment(out, tmp_path, server, monkeypatch):
    monkeypatch.setattr(databases, "PAGES_AT_ONCE", 5)  # many steps, between which others write
    owner = make.member()
    for _ in range(150):
        make.contact(owner, "Early Bird", notes="x" * 2000)
    with _writers(owner) as written:
        while len(written) < 5:
            time.sleep(0.01)
        before = len(written)
        made = backups.taken(out)
        after = len(written)
    assert after > before, "nobody wrote while the backup was made"
    assert 150 + before <= made.counts["contacts_contact"] <= 150 + after + 2
    done = _brought_back(out, tmp_path / "new", server)
    assert _of_rooms(done["after"]) == _of_rooms(made.counts)
    where = {"DATABASE_URL": server.url} if server else {}
    said = json.loads(backups.run("doctor", "--json", "--data", tmp_path / "new", **where).stdout)
    assert {check["name"]: check["state"] for check in said["checks"]}["event log"] == "ok"


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_what_was_there_is_set_aside_whole(out, tmp_path, server):
    owner = make.member()
    make.contact(owner, "Ines Roth")
    backups.taken(out)
    salt = salt_of(clock.today()).hex()
    target = tmp_path / "new"
    first = _brought_back(out, target, server)
    (target / "files" / "later.txt").write_bytes(b"later")
    if not server:
        with closing(sqlite3.connect(target / "passalong.sqlite3")) as one:
            one.execute("INSERT INTO kits_daysalt (day, salt) VALUES ('2026-01-01', ?)", [salt])
            one.commit()
        assert backups.hits(target, salt)
    where = {"DATABASE_URL": server.url} if server else {}
    refused = backups.run("restore", out, "--data", target, **where)
    assert refused.returncode == 2
    assert "With --yes it is set aside" in refused.stderr
    done = _brought_back(out, target, server, "--yes")
    assert (Path(done["set_aside"]) / "files" / "later.txt").read_bytes() == b"later"
    assert not (target / "files" / "later.txt").exists()
    if server:
        assert server.names() == [server.name, done["database_set_aside"]]
    else:
        assert backups.rows(Path(done["set_aside"]) / "passalong.sqlite3") == first["after"]
        assert backups.hits(target, salt) == []


@pytest.mark.django_db(transaction=True)
def test_what_waited_to_be_sent_is_not_sent_twice(out, tmp_path):
    practice = make.practice()
    for number, state in enumerate(MailState.values):
        Message.objects.create(
            practice=practice, purpose=MailPurpose.PERSONAL, state=state, key=str(number), message_id=f"<{number}@x>"
        )
    backups.taken(out)
    assert backups.restored(out, tmp_path / "new")["mail_stopped"] == 3
    with closing(sqlite3.connect(tmp_path / "new" / "passalong.sqlite3")) as one:
        states = dict(one.execute("SELECT state, count(*) FROM mail_message GROUP BY state"))
    assert states == {"draft": 1, "sent": 1, "failed": 1, "held": 1, "cancelled": 1, "unknown": 4}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["files/out.tar.gz", "secret.key", "knows/x", "nowhere/x"])
def test_a_backup_is_not_written_into_what_it_holds(data, name):
    with pytest.raises(BackupError) as refused:
        backups.taken(data / name)
    assert refused.value.code == 2
    assert (data / "secret.key").read_bytes() == FILES["secret.key"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [60_000, 8 * 2**20], ids=["the copy", "the archive"])
def test_a_full_disk_leaves_nothing_half(out, tmp_path, data, limit):
    (data / "files" / "big").write_bytes(os.urandom(9 * 2**20))
    out.write_bytes(b"the last good one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        with pytest.raises(BackupError, match="could not be written") as refused:
            backups.taken(out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.code == 1
    assert out.read_bytes() == b"the last good one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.tar.gz"]
    assert not list((data / "run").glob("backup-*"))


@pytest.mark.django_db(transaction=True)
def test_two_at_a_time_are_refused(out, data, monkeypatch):
    seen = []

    def second(*_):
        if not seen:
            seen.append(True)
            with pytest.raises(BackupError, match="Another backup"):
                backups.taken(out)

    (data / "run" / "backup-left").mkdir()
    take(out, second)
    assert seen
    assert not list((data / "run").glob("backup-*"))


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_a_missing_or_old_pg_dump_is_told(out, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    tool = tmp_path / "bin" / "pg_dump"
    monkeypatch.setenv("PATH", str(tool.parent))
    with pytest.raises(BackupError, match="pg_dump is needed and not installed"):
        backups.taken(out)
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    tool.chmod(0o700)
    with pytest.raises(BackupError, match="pg_dump is version 9, the server is version"):
        backups.taken(out)
    assert not out.exists()


@pytest.mark.django_db(transaction=True)
def test_doctor_tells_the_age(out, data):
    assert check_backup(data).state == "ok"  # nothing of one's own
    make.practice(is_demo=True)
    assert check_backup(data).state == "ok"
    make.practice()
    assert "None was made yet" in check_backup(data).text
    backups.taken(out)
    assert check_backup(data).state == "ok"
    note = json.loads((data / "run" / NOTE).read_text())
    note["created_at"] = (clock.now() - timedelta(days=8)).isoformat()
    (data / "run" / NOTE).write_text(json.dumps(note))
    assert "8 days old" in check_backup(data).text
    (data / "run" / NOTE).write_text("{")
    assert check_backup(data).state == "warning"


@pytest.mark.django_db(transaction=True)
def test_a_file_that_grows_is_taken_as_long_as_it_was(out, data):
    """Journals are written to all the time."""
    path = data / "hits" / "20260101000000-abc.jsonl"
    whole = archive.Writer._add

    def growing(self, name, file, size, mtime):
        with path.open("ab") as more:
            more.write(b"more\n")
        whole(self, name, file, size, mtime)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive.Writer, "_add", growing)
        backups.taken(out)
    archive.verified(out)


def test_commands_in_an_empty_folder(tmp_path):
    said = backups.run("backup", "--out", tmp_path / "x", "--data", tmp_path / "none")
    assert (said.returncode, (tmp_path / "none").exists()) == (2, False)
    assert "nothing to back up" in said.stderr
    said = backups.run("restore", tmp_path / "none.tar.gz", "--data", tmp_path / "none")
    assert (said.returncode, (tmp_path / "none").exists(), "Traceback" in said.stderr) == (2, False, False)


@pytest.mark.django_db(transaction=True)
def test_the_command_makes_what_the_other_reads(out, tmp_path):
    make.member()
    backups.taken(out)
    backups.restored(out, tmp_path / "new")
    again = backups.run("backup", "--out", tmp_path / "again.tar.gz", "--data", tmp_path / "new")
    assert again.returncode == 0, again.stderr
    assert "keep it safe" in again.stdout
    said = backups.run("restore", tmp_path / "again.tar.gz", "--data", tmp_path / "newer")
    assert said.stdout.startswith("Restored the backup of ")
    assert "Forgotten again: 0 people" in said.stdout
