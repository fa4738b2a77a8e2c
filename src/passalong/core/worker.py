"""The task worker: the database backend's own, made to outlive a locked or vanished database."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType

from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger("passalong.worker")

INTERVAL = 1.0
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
ATTEMPTS = 3  # a task whose worker died this often is not tried again


class PatientWorker(Worker):
    """Waits and goes on where the plain worker would end with "database is locked"."""

    def run(self) -> None:
        wait = FIRST_WAIT
        while self.running:
            try:
                take_back_orphans()
                wait = FIRST_WAIT
                super().run()
                return
            except (OperationalError, InterfaceError) as error:
                logger.warning("The database did not answer (%s). The worker goes on in %g s.", error, wait)
                connections.close_all()
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """First signal: finish the task in hand. Second: leave it, to be taken back by the next worker."""
        if not self.running:
            os._exit(1)
        self.running = False
        if not self.running_task:
            sys.exit(0)


def worker_id() -> str:
    """Names host and process, so that the next worker can tell whose tasks were left behind."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"


def make_worker(queues: Sequence[str], *, batch: bool = False, interval: float = INTERVAL) -> PatientWorker:
    """A worker for these queues; "*" for all."""
    return PatientWorker(
        queue_names=list(queues),
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id(),
        excluded_queue_names=[],
    )


def run(queues: Sequence[str]) -> None:
    """Work until told to stop."""
    worker = make_worker(queues)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, worker.shutdown)
    worker.run()


def take_back_orphans() -> int:
    """Make tasks ready again whose worker is gone; tasks are safe to repeat. Returns how many."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    orphans = [row for row in running if not _is_at_work(row.worker_ids[-1] if row.worker_ids else "")]
    with transaction.atomic():
        for row in orphans:
            if len(row.worker_ids) >= ATTEMPTS:
                row.set_failed(RuntimeError(f"The worker ended {ATTEMPTS} times while at this task."))
            else:
                row.status = TaskResultStatus.READY
                row.save(update_fields=["status"])
    return len(orphans)


def _is_at_work(name: str) -> bool:
    """Whether the worker of this name may still be running. Asked only while this process runs no task."""
    host, _, rest = name.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:40]:
        return connection.vendor != "sqlite"  # SQLite has one host; elsewhere leave other hosts' tasks alone
    if not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
