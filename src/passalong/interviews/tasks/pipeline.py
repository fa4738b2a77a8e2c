"""What happens to the pipeline by the clock: it reminds members, it moves nothing and writes to no guest."""

from __future__ import annotations

from django_tasks import task

from passalong.interviews.services import reminding


@task()
def remind() -> None:
    """Mail what is due today to practices that want it."""
    reminding.remind_due()
