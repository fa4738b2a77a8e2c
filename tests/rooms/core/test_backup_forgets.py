"""Whoever was erased stays erased: in the file's free pages, in copies laid aside, in a backup brought back; and a
restore that is killed leaves the old or the new."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import shutil
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests import backups, make

from passalong.contacts.person import person_of
from passalong.core import backup, clock, erasing, tombstones
from passalong.core.backup import postgresql, scrubbing, swapping
from passalong.core.backup.archive import BackupError
from passalong.core.models import Tombstone
from passalong.mail.services import suppression

INES = ("Ines Rothenfluh", "ines.rothenfluh@example.org")


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    (settings.DATA / "run").mkdir(parents=True)
    return settings.DATA


def _database_files() -> dict[str, bytes]:
    base = Path(connection.settings_dict["NAME"])
    files = [base, base.with_name(base.name + "-wal"), base.with_name(base.name + "-shm")]
    return {file.name: file.read_bytes().lower() for file in files if file.exists()}


def _named(*texts: str) -> list[str]:
    return [name for name, raw in _database_files().items() if any(text.lower().encode() in raw for text in texts)]


@pytest.mark.django_db(transaction=True)
def test_erased_text_is_in_no_page_and_no_log():
    owner = make.member()
    for number in range(30):
        make.contact(owner, f"Other {number}")
    ines = make.contact(owner, INES[0], email=INES[1], notes="collects " + "Zirkonstaub " * 300)
    assert _named(*INES, "Zirkonstaub")
    erasing.erase(person_of(ines), why="asked")
    assert _named(*INES, "Zirkonstaub") == []


@pytest.mark.django_db(transaction=True)
def test_what_fails_afterwards_undoes_no_erasure(monkeypatch, caplog):
    """The rows are gone with the commit; the log tells the rest, and the night does it again."""

    def fails(**_):
        raise OSError("disk")

    monkeypatch.setattr(backup, "scrub", fails)
    ines = make.contact(make.member(), INES[0], email=INES[1])
    assert erasing.erase(person_of(ines), why="asked") == []
    assert not type(ines).objects.filter(pk=ines.pk).exists()
    assert "disk" in caplog.text
    assert not any(one in caplog.text.lower() for one in (INES[0].lower(), INES[1]))


@pytest.mark.django_db(transaction=True)
def test_a_reader_delays_it_and_the_night_does_it_again():
    owner = make.member()
    ines = make.contact(owner, INES[0], email=INES[1])
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM contacts_contact").fetchone()
        type(ines).objects.filter(pk=ines.pk).delete()
        assert backup.scrub(patience=0.1) is False
    assert backup.scrub() is True
    assert Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size == 0


def _copy(data: Path, kind: str, days: float) -> Path:
    made = clock.now() - timedelta(days=days)
    path = data / "backups" / f"{kind}-{made:%Y%m%d-%H%M%S}{'.sqlite3' if kind == 'before-update' else ''}"
    path.parent.mkdir(exist_ok=True)
    if kind == "before-update":
        path.write_bytes(b"x")
    else:
        path.mkdir()
    return path


@pytest.mark.django_db
def test_copies_laid_aside_are_bounded(data):
    kept = [_copy(data, "before-update", days) for days in (0, 1, 29)] + [_copy(data, "before-restore", 2)]
    gone = [_copy(data, "before-update", 29.5), _copy(data, "before-restore", 31)]
    own = data / "backups" / "mine.tar.gz"
    own.write_bytes(b"x")
    assert sorted(scrubbing.clear_copies(data)) == sorted(gone)
    assert all(path.exists() for path in [*kept, own])


@pytest.mark.django_db
def test_copies_older_than_an_erasure_go(data):
    before = [_copy(data, "before-update", 1), _copy(data, "before-restore", 1)]
    tombstones.lay(make.practice(), Tombstone.Kind.SUPPRESSED, keys=["k"])
    assert scrubbing.clear_copies(data) == []
    Tombstone.objects.update(kind=Tombstone.Kind.ERASED, at=clock.now() - timedelta(hours=1))
    after = _copy(data, "before-update", 0)
    assert sorted(scrubbing.clear_copies(data)) == sorted(before)
    assert after.exists()


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_databases_set_aside_go_as_well():
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    start = postgresql.aside_of(connection.settings_dict["NAME"])
    names = [f"{start}{clock.now() - timedelta(days=days):%Y%m%d%H%M%S}" for days in (0, 1, 31)]
    for name in [*names, f"{start}mine"]:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        assert scrubbing.clear_databases() == names[2:]
        tombstones.lay(make.practice(), Tombstone.Kind.ERASED, keys=["k"])
        assert scrubbing.clear_databases() == names[:2]
        assert scrubbing.clear_databases() == []
    finally:
        with connection.cursor() as cursor:
            for name in [*names, f"{start}mine"]:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_forgets_again(data, tmp_path):
    server = backups.Server("forgotten_of_tests") if connection.vendor == "postgresql" else None
    where = {"DATABASE_URL": server.url} if server else {}
    if server:
        server.drop()
    owner = make.member()
    leo = make.contact(owner, "Leo Amsler", email="leo@example.org")
    ines = make.contact(owner, INES[0], email=INES[1])
    backups.taken(tmp_path / "old.tar.gz")
    erasing.erase(person_of(ines), why="asked")
    barred = suppression.suppress(owner.practice_id, "leo@example.org", reason="objected")
    target = tmp_path / "new"
    try:
        done = backups.restored(tmp_path / "old.tar.gz", target, "--tombstones", data / tombstones.FILE, **where)
        assert (done["forgotten"], done["suppressed"]) == (1, 1)
        assert done["after"]["contacts_contact"] == done["before"]["contacts_contact"] - 1
        assert backups.hits(target, *INES) == []
        _has_leo(target, server, leo.public_id, barred.key)
        again = backups.restored(tmp_path / "old.tar.gz", target, "--yes", **where)  # by the list that is there now
        assert (again["forgotten"], again["suppressed"]) == (1, 1)
        assert again["after"] == done["after"]
    finally:
        if server:
            server.drop()


def _has_leo(target: Path, server: backups.Server | None, contact: str, key: str) -> None:
    asked = "SELECT (SELECT count(*) FROM contacts_contact WHERE public_id = {0}), key FROM mail_suppression"
    if server:
        with psycopg.connect(server.url) as own:
            assert own.execute(asked.format("%s"), [contact]).fetchall() == [(1, key)]
            assert own.execute("SELECT 1 FROM contacts_contact WHERE full_name = %s", [INES[0]]).fetchall() == []
    else:
        with closing(sqlite3.connect(target / "passalong.sqlite3")) as own:
            assert own.execute(asked.format("?"), [contact]).fetchall() == [(1, key)]


@pytest.mark.django_db(transaction=True)
def test_who_came_back_of_their_own_accord_before_the_backup_stays(data, tmp_path):
    owner = make.member()
    erasing.erase(person_of(make.contact(owner, INES[0], email=INES[1])), why="asked")
    make.contact(owner, INES[0], email=INES[1])
    backups.taken(tmp_path / "old.tar.gz")
    done = backups.restored(tmp_path / "old.tar.gz", tmp_path / "new", "--tombstones", data / tombstones.FILE)
    assert done["forgotten"] == 0
    assert done["after"]["contacts_contact"] == done["before"]["contacts_contact"] == 1


@pytest.fixture
def old_and_new(data, tmp_path):
    """A backup (the new), and a folder restored from another (the old), which differ in every part."""
    archives = []
    for word in ("old", "new"):
        for name in ("files/which", "mail/which", "secret.key"):
            (data / name).parent.mkdir(exist_ok=True)
            (data / name).write_text(word)
        make.practice(f"The {word} one")
        archives.append(tmp_path / f"{word}.tar.gz")
        backups.taken(archives[-1])
    return archives[1], backups.laid_out(archives[0], tmp_path / "start")


def _which(folder: Path) -> set[str]:
    """Which of the two lies there, by each of its parts."""
    with closing(sqlite3.connect(folder / "passalong.sqlite3")) as one:
        count = one.execute("SELECT count(*) FROM accounts_practice").fetchone()[0]
        assert one.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    words = {(folder / name).read_text() for name in ("files/which", "mail/which", "secret.key")}
    return words | {{1: "old", 2: "new"}[count]}


def _killed(file: Path, start: Path, target: Path, step: int) -> set[str]:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(start, target)
    said = backups.run("restore", file, "--data", target, "--yes", killed_at=step)
    assert said.returncode == -signal.SIGKILL, said.stderr
    swapping.settle(target)  # as every command does first
    assert not (target / swapping.PLACE).exists()
    return _which(target)


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_it_leaves_the_old_or_the_new(old_and_new, tmp_path):
    file, start = old_and_new
    target = tmp_path / "target"
    shutil.copytree(start, target)
    said = backups.run("restore", file, "--data", target, "--yes", killed_at=0)
    assert said.returncode == 0, said.stderr
    steps = int(said.stderr.split()[-1])
    asked = range(1, steps + 1)
    if not os.environ.get("PASSALONG_TEST_LONG"):  # those that move things come last
        asked = sorted({random.Random(5).choice(asked[: steps // 2]), *range(steps - 22, steps, 18)})
    seen = {step: _killed(file, start, target, step) for step in asked}
    assert all(one in ({"old"}, {"new"}) for one in seen.values()), seen
    assert {"old"} in seen.values()
    assert {"new"} in seen.values()
    done = backups.restored(file, target, "--yes")
    assert _which(target) == {"new"}
    assert done["set_aside"]


def _half_decided(data: Path) -> None:
    """The old in its place, the new laid out beside it, and the word given."""
    for word, folder in (("old", data), ("new", data / swapping.PLACE / "new")):
        for name in ("files/which", "mail/which", "secret.key"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(word)
        with closing(sqlite3.connect(folder / "passalong.sqlite3")) as one:
            one.execute("CREATE TABLE accounts_practice (id)")
            one.executemany("INSERT INTO accounts_practice VALUES (?)", [(1,)] if word == "old" else [(1,), (2,)])
            one.commit()
    (data / "uploads").mkdir()
    (data / "uploads" / "old").write_text("old")
    swapping.decide(data, swapping.Go("backups/before-restore-20260101-000000"))


class _Cut(BaseException):
    """Ends a process in a test: nothing catches it."""


@pytest.mark.parametrize("call", ["rename", "replace", "link", "unlink"])
def test_a_settling_that_is_cut_off_goes_on(data, monkeypatch, call):
    """Cut off right before and right after each single move."""
    _half_decided(data)
    real, cuts, count = getattr(os, call), 0, 0

    def cut(*args, **more):
        nonlocal count
        count += 1
        if count == cuts // 2 + 1 and cuts % 2 == 0:
            raise _Cut
        real(*args, **more)
        if count == cuts // 2 + 1:
            raise _Cut

    with monkeypatch.context() as patch:
        patch.setattr(os, call, cut)
        while (data / swapping.PLACE / swapping.GO).exists() and cuts < 60:
            count = 0
            try:
                swapping.settle(data)
            except _Cut:
                cuts += 1
    swapping.settle(data)
    assert cuts > 0
    assert _which(data) == {"new"}
    assert not (data / swapping.PLACE).exists()
    aside = data / "backups" / "before-restore-20260101-000000"
    assert _which(aside) == {"old"}
    assert ((aside / "uploads" / "old").read_text(), (data / "uploads" / "old").exists()) == ("old", False)


def test_an_administrator_restores_for_the_owner_of_the_folder(data):
    if os.geteuid() != 0:
        pytest.skip("only an administrator can give files away")
    os.chown(data, 65534, 65534)
    _half_decided(data)
    swapping.settle(data)
    made = [data / "files" / "which", data / "passalong.sqlite3", data / "mail", data / "backups"]
    assert {path.stat().st_uid for path in made} == {65534}


@pytest.mark.django_db
def test_what_a_killed_backup_left_goes(data):
    left = data / "run" / "backup-killed"
    left.mkdir()
    (left / "copy.sqlite3").write_bytes(b"x")
    with (data / "run" / "backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        scrubbing.clear_copies(data)
        assert left.exists()
    scrubbing.clear_copies(data)
    assert not left.exists()


def test_what_was_not_decided_is_cleared_away(data):
    _half_decided(data)
    (data / swapping.PLACE / swapping.GO).unlink()
    swapping.settle(data)
    assert (_which(data), (data / swapping.PLACE).exists()) == ({"old"}, False)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_what_was_there(old_and_new, tmp_path):
    file, start = old_and_new

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    said = backups.run("restore", file, "--data", start, "--yes", preexec_fn=limit)
    assert said.returncode == 1
    assert "Nothing was changed." in said.stderr
    assert _which(start) == {"old"}
    assert not (start / swapping.PLACE).exists()


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_names_change_at_once_or_not_at_all():
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    server = backups.Server("renamed_of_tests")
    server.drop()
    names = postgresql.names_for(server.url, "20260101000000")
    try:
        postgresql.make(server.url, names)
        postgresql.rename(server.url, names)  # nothing was there
        assert server.names() == [names[0]]
        postgresql.make(server.url, names)
        with (
            psycopg.connect(postgresql.with_name(server.url, names[1])),
            pytest.raises(BackupError, match="Another restore fills"),
        ):
            postgresql.make(server.url, names)
        with postgresql.server(server.url) as own, own.transaction(force_rollback=True):
            own.execute(f'ALTER DATABASE "{names[0]}" RENAME TO "{names[2]}"')
        assert server.names() == [names[0], names[1]]
        with psycopg.connect(server.url):  # somebody who came at the last moment is sent away
            postgresql.rename(server.url, names)
        postgresql.rename(server.url, names)
        assert server.names() == [names[0], names[2]]
    finally:
        server.drop()
