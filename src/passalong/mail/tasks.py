"""What the worker does for mail."""

from __future__ import annotations

from django_tasks import task

from passalong.mail.services import outbox, sending


@task()
def deliver() -> None:
    """Send what is due."""
    sending.deliver()


@task()
def rejudge(practice_id: int) -> None:
    """Ask again about everything that waits, after rules changed."""
    outbox.rejudge(practice_id)
