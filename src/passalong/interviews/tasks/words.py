"""Words in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.interviews.services import hearing


@task(queue_name="slow")
def hear(hearing_id: int) -> None:
    """Write down what is said in a finished sound. Safe to repeat."""
    hearing.run(hearing_id)
