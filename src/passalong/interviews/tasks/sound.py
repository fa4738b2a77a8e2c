"""Sound in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.interviews.services import checking, rendering


@task(queue_name="slow")
def make_sound(render_id: int) -> None:
    """Make the sound of a cut. Safe to repeat."""
    rendering.run(render_id)


@task()
def tend() -> None:
    """Take up again what a worker left that died."""
    checking.tend()
    rendering.tend()


@task()
def tidy() -> None:
    """Delete what killed workers left on the disk."""
    rendering.tidy()
