"""Housekeeping by the clock."""

from __future__ import annotations

from django.core.management import call_command
from django_tasks import task

from passalong.core import backup

KEEP_RESULTS_DAYS = 14


@task()
def purge_sessions() -> None:
    """Forget sessions that have ended."""
    call_command("clearsessions")


@task()
def purge_task_results() -> None:
    """Forget the results of tasks done two weeks ago."""
    call_command("prune_db_task_results", queue_name="*", min_age_days=KEEP_RESULTS_DAYS, verbosity=0)


@task()
def scrub() -> None:
    """Leave nothing behind of what was erased: SQLite's log emptied, copies that are too old removed."""
    backup.scrub()
