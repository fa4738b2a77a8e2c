"""The worker outlives a locked database and takes back what a dead worker left."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from passalong.core import worker
from passalong.core.tasks import purge_sessions


@pytest.fixture
def short_patience(transactional_db: None) -> Iterator[None]:
    """SQLite gives up after a tenth of a second instead of thirty."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only: PostgreSQL has no single writer")
    options = connection.settings_dict["OPTIONS"]
    before = options["timeout"]
    connection.close()
    options["timeout"] = 0.1
    yield
    options["timeout"] = before
    connection.close()


def _hold_the_lock(seconds: float) -> tuple[threading.Thread, threading.Event]:
    held = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        held.set()
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    return thread, held


def test_a_locked_database_does_not_end_the_worker(
    short_patience: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "FIRST_WAIT", 0.2)
    purge_sessions.enqueue()
    one = worker.make_worker(["*"], batch=True, interval=0.05)
    thread, _held = _hold_the_lock(1.0)
    with caplog.at_level(logging.WARNING, logger="passalong.worker"):
        one.run()
    thread.join()
    assert "locked" in caplog.text
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_the_plain_worker_would_have_ended(short_patience: None) -> None:
    """Why ours exists; when this fails, ours may have become needless."""
    from django.db import OperationalError

    thread, _held = _hold_the_lock(1.0)
    with pytest.raises(OperationalError, match="locked"):
        call_command("db_worker", batch=True, startup_delay=False, interval=0, verbosity=0, reload=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    thread.join()


def _left_behind(*names: str) -> DBTaskResult:
    purge_sessions.enqueue()
    row = DBTaskResult.objects.get()
    row.status, row.worker_ids = "RUNNING", list(names)
    row.save()
    return row


@pytest.mark.storage
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pid", "status"),
    [(2**22 + 1, "READY"), (os.getpid(), "READY"), (os.getppid(), "RUNNING")],
    ids=["its process is gone", "this very process, which runs nothing now", "its process lives"],
)
def test_a_task_whose_worker_is_gone_is_taken_back(pid: int, status: str) -> None:
    row = _left_behind(f"{socket.gethostname()[:40]}/{pid}/abcd")
    worker.take_back_orphans()
    row.refresh_from_db()
    assert row.status == status


@pytest.mark.storage
@pytest.mark.django_db
def test_another_hosts_task_is_left_alone_where_there_can_be_other_hosts() -> None:
    row = _left_behind("elsewhere/1/abcd")
    worker.take_back_orphans()
    row.refresh_from_db()
    assert row.status == ("READY" if connection.vendor == "sqlite" else "RUNNING")


@pytest.mark.django_db
def test_a_task_that_ends_its_worker_again_and_again_is_given_up() -> None:
    row = _left_behind(*[f"{socket.gethostname()[:40]}/{2**22 + n}/abcd" for n in (1, 2, 3)])
    worker.take_back_orphans()
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert "ended 3 times" in row.traceback
