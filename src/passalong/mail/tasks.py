"""What the worker does for mail."""

from __future__ import annotations

from django_tasks import task

from passalong.mail.services import mailbox, outbox, receiving, sending


@task()
def deliver() -> None:
    """Send what is due."""
    sending.deliver()


@task()
def rejudge(practice_id: int) -> None:
    """Ask again about everything that waits, after rules changed."""
    outbox.rejudge(practice_id)


@task()
def read_mailbox() -> None:
    """Take in what arrived."""
    mailbox.look()


@task()
def forget_inbound() -> None:
    """Forget messages in whose days of keeping are over."""
    receiving.forget_old()
