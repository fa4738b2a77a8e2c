"""What the audience room does in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.audience.services import sending, subscribing


@task()
def ask_to_confirm(subscriber_id: int) -> None:
    """Send the question to confirm, if it may be sent. The address is never among a task's arguments."""
    subscribing.ask_to_confirm(subscriber_id=subscriber_id)


@task()
def go_on() -> None:
    """Write to readers of issues that go out."""
    sending.go_on()


@task()
def wake() -> None:
    """Take up issues whose worker was killed."""
    sending.wake()


@task()
def tidy() -> None:
    """Forget who never confirmed, and the addresses of those who left."""
    subscribing.tidy()
