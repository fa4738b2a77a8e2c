"""What the rules room does by the clock."""

from __future__ import annotations

from django_tasks import task

from passalong.accounts.models import Practice
from passalong.compliance.services import retention


@task()
def keep_record() -> None:
    """Let go of what no rule keeps any longer, in every practice."""
    for practice in Practice.objects.order_by("pk").iterator():
        retention.purge(practice)
