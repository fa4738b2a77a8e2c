"""Journals: what was written is there, whole, whatever happens to its writer; addresses are not in it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import InterfaceError, OperationalError

from passalong.core import clock
from passalong.kits import journal
from passalong.kits.journal import Writer, hashed
from passalong.kits.models import DaySalt

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_day(monkeypatch):
    monkeypatch.setattr(journal, "_day", journal._Day())


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_text().splitlines()]


def test_a_line_is_there_when_write_returns(tmp_path):
    writer = Writer(tmp_path / "hits")
    writer.write({"link": 1, "agent": "Zoë 😀"})
    assert lines(tmp_path / "hits") == [{"link": 1, "agent": "Zoë 😀"}]
    (file,) = (tmp_path / "hits").iterdir()
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads it"


def test_a_file_is_locked_as_long_as_its_writer_lives(tmp_path):
    writer = Writer(tmp_path)
    writer.write({"link": 1})
    (file,) = tmp_path.iterdir()
    with file.open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        writer.close()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_hour_later_it_writes_to_another_file_and_leaves_the_first(tmp_path):
    with time_machine.travel(NOON, tick=False) as moment:
        writer = Writer(tmp_path)
        writer.write({"link": 1})
        moment.shift(timedelta(minutes=59))
        writer.write({"link": 2})
        moment.shift(timedelta(minutes=1))
        writer.write({"link": 3})
    first, second = sorted(tmp_path.iterdir())
    assert first.name.startswith("20260504120000-")
    assert [len(one.read_text().splitlines()) for one in (first, second)] == [2, 1]
    with first.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_threads_do_not_tear_each_others_lines(tmp_path):
    writer = Writer(tmp_path)
    threads = [
        threading.Thread(target=lambda n=n: [writer.write({"link": n, "agent": "x" * 280}) for _ in range(200)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line["link"] for line in lines(tmp_path)) == sorted(list(range(8)) * 200)


def test_what_was_acknowledged_before_kill_9_stands_in_the_file(tmp_path):
    code = (
        "import sys, django; django.setup()\n"
        "from pathlib import Path; from passalong.kits.journal import Writer\n"
        "w = Writer(Path(sys.argv[1])); n = 0\n"
        "while True:\n"
        "    w.write({'link': n}); print(n, flush=True); n += 1\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        answered = [int(process.stdout.readline()) for _ in range(500)]
        os.kill(process.pid, signal.SIGKILL)
        answered += [int(line) for line in process.stdout.read().splitlines()]
    assert {line["link"] for line in lines(tmp_path)} >= set(answered)


def test_a_disk_that_is_full_is_told_and_the_next_line_begins_a_new_file(tmp_path, monkeypatch):
    writer = Writer(tmp_path)
    writer.write({"link": 1})
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:5]))  # a disk cannot be filled here
    with pytest.raises(OSError, match="Only 5 of"):
        writer.write({"link": 2})
    monkeypatch.undo()
    writer.write({"link": 3})
    texts = sorted(one.read_text() for one in tmp_path.iterdir())
    assert texts == ['{"link":1}\n{"lin', '{"link":3}\n']


def test_after_a_fork_each_process_has_its_file(tmp_path):
    writer = Writer(tmp_path)
    writer.write({"link": 1})
    child = os.fork()
    if not child:
        writer.write({"link": 2})
        os._exit(0)
    os.waitpid(child, 0)
    writer.write({"link": 3})
    assert len(list(tmp_path.iterdir())) == 2
    assert sorted(line["link"] for line in lines(tmp_path)) == [1, 2, 3]


@pytest.mark.django_db
@pytest.mark.storage
class TestHashed:
    def test_same_address_same_day_same_hash_and_nothing_of_the_address_in_it(self):
        with time_machine.travel(NOON, tick=False):
            one, again, other = hashed("192.0.2.7"), hashed("192.0.2.7"), hashed("192.0.2.8")
        assert one == again
        assert one[0] != other[0]
        assert one[1] == other[1], "one /24"
        assert "192.0.2" not in "".join(one)
        assert len(one[0]) == len(one[1]) == 16

    def test_another_day_another_hash(self):
        with time_machine.travel(NOON, tick=False) as moment:
            today = hashed("192.0.2.7")
            moment.shift(timedelta(days=1))
            assert hashed("192.0.2.7")[0] != today[0]
        assert DaySalt.objects.count() == 2

    def test_all_processes_of_a_day_hash_alike(self):
        with time_machine.travel(NOON, tick=False):
            here = hashed("2001:db8::1")
            journal._day = journal._Day()  # as another process has it
            assert hashed("2001:db8::1") == here
            assert hashed("2001:db8::ffff")[1] == here[1], "one /64"
            assert hashed("2001:db8:0:1::1")[1] != here[1]

    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_without_the_database_a_passing_salt_is_taken(self, monkeypatch, error):
        def down(_day):
            raise error("gone")

        with monkeypatch.context() as without:
            without.setattr(journal, "salt_of", down)
            assert journal.hashed("203.0.113.9")[0]
        assert journal._day.until - clock.now() <= journal.ASK_AGAIN

    def test_the_database_is_asked_once_a_day(self, django_assert_num_queries):
        with time_machine.travel(NOON, tick=False):
            hashed("192.0.2.7")
            with django_assert_num_queries(0):
                for last in range(20):
                    hashed(f"192.0.2.{last}")

    def test_no_address_no_hash(self):
        assert hashed("") == hashed(None) == hashed("unknown") == ("", "", "")
        assert hashed("::ffff:192.0.2.7") == hashed("192.0.2.7")

    def test_lists_name_the_class_of_a_network_and_a_broken_one_is_left_aside(self, data, caplog):
        folder = data / "networks"
        folder.mkdir()
        try:
            (folder / "cloud.txt").write_text("# class: datacentre; date: 2026-11-01; source: us\n192.0.2.0/24\n")
            (folder / "broken.csv").write_text("192.0.2.0/24\n")
            assert hashed("192.0.2.7")[2] == "datacentre"
            assert hashed("198.51.100.1")[2] == ""
            assert "broken.csv, line 1" in caplog.text
        finally:
            for one in folder.iterdir():
                one.unlink()
            folder.rmdir()
