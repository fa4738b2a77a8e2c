"""Housekeeping of links."""

from __future__ import annotations

from django_tasks import task

from passalong.accounts import services


@task()
def purge_links() -> None:
    """Forget links that ended a month ago."""
    services.forget_old_links()
