"""From journals into the database: each line once, whatever is killed, torn, doubled or gone."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from tests import make
from tests.engine.visits.make import CHROME

from passalong.core import clock, schedule, ticking
from passalong.core.records import remove_practice
from passalong.kits import journal
from passalong.kits.journal import Writer
from passalong.kits.models import DaySalt, Hit, Journal, Kit, Link
from passalong.kits.services import hits

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def link():
    owner = make.member()
    kit = Kit.objects.create(practice=owner.practice, name="Kit")
    return Link.objects.create(practice=owner.practice, kit=kit, is_own=True)


def entry(link: Link, **more) -> dict:
    return {
        "link": link.pk,
        "edition": None,
        "at": "2026-05-04T12:00:00+00:00",
        "kind": "hit",
        "method": "GET",
        "file": "page",
        "agent": CHROME,
        "headers": ["accept", "sec-fetch-mode=navigate"],
        "network": "",
        "address_hash": "00112233aabbccdd",
        "network_hash": "ddccbbaa33221100",
        "view": "",
        "what": "",
        "part": None,
    } | more


def views() -> list[str]:
    return sorted(Hit.objects.values_list("view", flat=True))


def test_what_was_written_is_kept(tmp_path, link):
    writer = Writer(tmp_path)
    writer.write(entry(link, view="a"))
    writer.write(entry(link, view="a", kind="engaged", method="POST", what="part", part=3))
    assert hits.drain(tmp_path) == 2
    page, sign = Hit.objects.order_by("pk")
    assert (page.link, page.practice, page.at) == (link, link.practice, datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert (page.agent, page.headers, page.reason) == (CHROME, ["accept", "sec-fetch-mode=navigate"], "")
    assert (sign.kind, sign.what, sign.part) == ("engaged", "part", 3)


def test_each_line_once_and_a_dead_writers_file_is_deleted(tmp_path, link):
    writer = Writer(tmp_path)
    writer.write(entry(link, view="a"))
    assert hits.drain(tmp_path) == 1
    assert hits.drain(tmp_path) == 0
    writer.write(entry(link, view="b"))
    assert hits.drain(tmp_path) == 1
    assert len(list(tmp_path.iterdir())) == 1
    writer.write(entry(link, view="c"))
    writer.close()
    assert hits.drain(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    assert views() == ["a", "b", "c"]
    assert hits.drain(tmp_path) == 0


def test_an_idle_writer_costs_one_query(tmp_path, link, django_assert_num_queries):
    writer = Writer(tmp_path)
    writer.write(entry(link))
    hits.drain(tmp_path)
    with django_assert_num_queries(1):
        assert hits.drain(tmp_path) == 0


def test_a_torn_last_line_waits_for_its_end(tmp_path, link):
    file = tmp_path / "20260504120000-x.jsonl"
    line = json.dumps(entry(link, view="b")).encode()
    with file.open("wb", buffering=0) as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        writing.write(json.dumps(entry(link, view="a")).encode() + b"\n" + line[:30])
        assert hits.drain(tmp_path) == 1
        assert hits.drain(tmp_path) == 0
        writing.write(line[30:] + b"\n")
        assert hits.drain(tmp_path) == 1
        writing.write(b'{"link":')
    assert hits.drain(tmp_path) == 0
    assert not file.exists(), "nobody will ever end that line"
    assert views() == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [b"no json", b"[]", b"3", b"{}", b'{"link":"x"}', b"\xff\xfe", b'{"link":1,"at":"noon","kind":"hit"}', b"\0" * 50],
)
def test_a_line_that_is_none_is_told_and_the_others_come_in(tmp_path, link, line, caplog):
    good = json.dumps(entry(link, view="a")).encode()
    (tmp_path / "20260504120000-x.jsonl").write_bytes(line + b"\n" + good + b"\n")
    assert hits.drain(tmp_path) == 1
    assert views() == ["a"]
    assert "cannot be read" in caplog.text


def test_what_no_database_takes_is_made_fit(tmp_path, link):
    wild = entry(link, agent="x\0\ud800" * 400, view="v" * 99, headers=["h" * 999] * 200, part=77, edition="?")
    (tmp_path / "20260504120000-x.jsonl").write_text(json.dumps(wild) + "\n")
    assert hits.drain(tmp_path) == 1
    row = Hit.objects.get()
    assert len(row.agent) == 300
    assert (len(row.view), len(row.headers), row.part, row.edition) == (16, 80, None, None)


def test_hits_of_links_that_are_gone_go_with_them(tmp_path, link):
    writer = Writer(tmp_path)
    other = Link.objects.create(practice=link.practice, kit=link.kit, is_own=False)
    writer.write(entry(other))
    writer.write(entry(link, view="a", edition=987654))
    other.delete()
    assert hits.drain(tmp_path) == 1
    remove_practice(link.practice)
    writer.write(entry(link))
    assert hits.drain(tmp_path) == 0
    assert Hit.objects.count() == 0


def test_many_lines_come_in_by_several_transactions(tmp_path, link, monkeypatch):
    monkeypatch.setattr(hits, "BYTES_AT_ONCE", 2000)
    lines = [json.dumps(entry(link, view=f"v{n:03}")) + "\n" for n in range(100)]
    (tmp_path / "20260504120000-x.jsonl").write_text("".join(lines))
    assert hits.drain(tmp_path) == 100
    assert views() == [f"v{n:03}" for n in range(100)]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert hits.drain(tmp_path / "hits") == 0


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_bring_each_line_once(tmp_path, link, monkeypatch):
    monkeypatch.setattr(hits, "BYTES_AT_ONCE", 3000)
    writer = Writer(tmp_path)
    for n in range(300):
        writer.write(entry(link, view=f"v{n:03}"))
    start = threading.Barrier(3)

    def drain() -> None:
        start.wait()
        try:
            for _ in range(5):
                hits.drain(tmp_path)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    start.wait()
    for n in range(300, 400):
        writer.write(entry(link, view=f"v{n:03}"))
    writer.close()
    for thread in threads:
        thread.join()
    hits.drain(tmp_path)
    assert views() == [f"v{n:03}" for n in range(400)]
    assert list(tmp_path.iterdir()) == []


DRAINER = """
import os, sys, django
from django.conf import settings
import passalong.config.settings as own
own.DATABASES["default"].update(NAME=sys.argv[2])
django.setup()
from pathlib import Path
from passalong.kits.services import hits
hits.BYTES_AT_ONCE = 2000
print("ready", flush=True)
while True:
    hits.drain(Path(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_kill_9_of_drains_at_any_moment_loses_and_doubles_nothing(tmp_path, link):
    random_ = random.Random(4)
    writer = Writer(tmp_path)
    written = 0
    for _ in range(8):
        for _ in range(150):
            writer.write(entry(link, view=f"v{written:05}"))
            written += 1
        name = str(connection.settings_dict["NAME"])
        with subprocess.Popen(
            [sys.executable, "-c", DRAINER, str(tmp_path), name], stdout=subprocess.PIPE, env=dict(os.environ)
        ) as process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(random_.uniform(0.0, 0.12))
            os.kill(process.pid, signal.SIGKILL)
    before = Hit.objects.count()
    assert before > 0, "the killed drains did something"
    writer.close()
    hits.drain(tmp_path)
    assert views() == [f"v{n:05}" for n in range(written)]


def test_a_drain_that_meets_an_unlocked_new_file_leaves_the_writer_whole(tmp_path, link, monkeypatch):
    """Between making and locking its file a writer may meet a drain that takes it for a dead one's."""
    lock = fcntl.flock
    met = []

    def slow(file, how):
        if how == fcntl.LOCK_EX and not met:
            met.append(hits.drain(tmp_path))
        return lock(file, how)

    monkeypatch.setattr(journal.fcntl, "flock", slow)
    Writer(tmp_path).write(entry(link, view="a"))
    assert met == [0]
    assert hits.drain(tmp_path) == 1
    assert views() == ["a"]


class TestForgetting:
    def test_salts_go_with_their_day_and_tomorrows_is_there(self, monkeypatch):
        now = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        for days in range(5):
            DaySalt.objects.create(day=now.date() - timedelta(days=days), salt="00")
        hits.forget()
        assert [str(row.day) for row in DaySalt.objects.order_by("day")] == ["2026-05-04", "2026-05-05"]
        hits.forget()
        assert DaySalt.objects.count() == 2

    def test_offsets_go_only_long_after_their_file(self, data, link):
        folder = journal.folder()
        folder.mkdir(exist_ok=True)
        kept = folder / "20200101000000-there.jsonl"
        kept.write_text("")
        now = clock.now().astimezone(UTC)
        for name in (kept.name, "20200101000000-gone.jsonl", f"{now:%Y%m%d%H%M%S}-fresh.jsonl"):
            Journal.objects.create(name=name, offset=3)
        hits.forget()
        kept.unlink()
        assert sorted(row.name[15:] for row in Journal.objects.all()) == ["fresh.jsonl", "there.jsonl"]

    def test_it_is_in_the_schedule(self):
        assert "passalong.kits.tasks.forget_salts" in [one.task for one in schedule.SCHEDULE]


@pytest.mark.django_db(transaction=True)
class TestTicking:
    def test_the_scheduler_brings_hits_in_and_judges_them(self, link):
        (one,) = [one for one in schedule.OFTEN if one.call.endswith("hits.keep_up")]
        assert one.every <= 2
        Writer(Path(settings.DATA) / "hits").write(entry(link, agent="curl/8"))
        assert ticking.do(one)
        assert (Hit.objects.get().verdict, Hit.objects.get().reason) == ("machine", "named bot: curl")

    def test_what_goes_wrong_is_told_and_does_not_end_it(self, monkeypatch, caplog):
        monkeypatch.setattr(hits, "drain", lambda folder: 1 / 0)
        (one,) = [one for one in schedule.OFTEN if one.call.endswith("hits.keep_up")]
        assert not ticking.do(one)
        assert "hits on links" in caplog.text
