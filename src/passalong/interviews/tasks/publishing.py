"""What the clock does with published interviews."""

from __future__ import annotations

from django_tasks import task

from passalong.interviews import person
from passalong.interviews.services import publishing, withdrawing


@task()
def watch() -> None:
    """Take away what a voice does not allow any more."""
    withdrawing.watch()


@task()
def look_at_all() -> None:
    """Look at everything that is out: consents, objections, rules; and forget what is of nobody on file any more."""
    withdrawing.look_at_all()
    person.forget_those_of_nobody()


@task()
def reweigh(practice_id: int) -> None:
    """The same for one practice whose rules have changed."""
    withdrawing.look_at_all(practice_id)


@task()
def let_go_old() -> None:
    """Delete sound that is withdrawn and past the day a rule asks for, and what killed processes left in the making."""
    withdrawing.let_go_old()
    publishing.clear_workshops()
