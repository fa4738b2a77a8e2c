"""What happens to evidence in the background."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from passalong.ties import versions
from passalong.ties.services import addresses

SOON = timedelta(seconds=10)  # what changes within it is built in one go


@task()
def link_addresses() -> None:
    """Give addresses from mail and calendars the contacts that have been entered since."""
    addresses.link_everywhere()


@task(priority=-10)
def build_version(practice_id: int) -> None:
    """Build the practice's version of who knows whom, if one is due."""
    versions.bring_up_to_date(practice_id)


@task(priority=-10)
def keep_versions() -> None:
    """See that every practice has the version it should have, whatever was missed."""
    versions.keep()


def ask_for_version(practice_id: int) -> None:
    """Have a version built soon, unless one is waiting to be."""
    if not build_version.get_backend().supports_defer:  # tasks are done at once
        build_version.enqueue(practice_id)
        return
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY,
        task_path=build_version.module_path,
        args_kwargs={"args": [practice_id], "kwargs": {}},
    )
    if not waiting.exists():
        build_version.using(run_after=timezone.now() + SOON).enqueue(practice_id)
