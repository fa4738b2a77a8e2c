"""Imports in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.exchange import services


@task()
def run_import(batch_id: int, member_id: int) -> None:
    """Bring a started import in."""
    services.run(batch_id=batch_id, member_id=member_id)


@task()
def run_undo(batch_id: int, member_id: int) -> None:
    """Take an import back."""
    services.run_undo(batch_id=batch_id, member_id=member_id)


@task()
def purge_uploads() -> None:
    """Forget files nobody gave a word on, and what a crash left behind."""
    services.purge_uploads()
