"""Housekeeping of links."""

from __future__ import annotations

from django_tasks import task

from passalong.accounts import services
from passalong.accounts.models import Practice
from passalong.core import rejudging


@task()
def purge_links() -> None:
    """Forget links that ended a month ago."""
    services.forget_old_links()


@task()
def rejudge_all() -> None:
    """Evaluate anew what is published and what waits: rules come with updates, and in files of the host's."""
    for practice_id in Practice.objects.values_list("pk", flat=True):
        rejudging.rejudge(practice_id)
