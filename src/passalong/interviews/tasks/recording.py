"""What follows when a recording has arrived, and the tidying of those that never did."""

from __future__ import annotations

from django.utils.module_loading import import_string
from django_tasks import task

from passalong.interviews.models import Take
from passalong.interviews.services import arriving

CHECK = "passalong.interviews.services.checking.check"


@task()
def take_arrived(take_id: int) -> None:
    """Look at a recording; where it was the last answer, the interview is recorded. Safe to repeat."""
    import_string(CHECK)(take_id)
    take = Take.objects.filter(pk=take_id).select_related("interview").first()
    if take is not None:
        arriving.settle(interview=take.interview)


@task()
def tidy() -> None:
    """Forget recordings that stopped arriving a month ago."""
    arriving.tidy()
