"""What the privacy room does in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.accounts.models import Practice
from passalong.core import erasing
from passalong.privacy.services import ageing, asking, notices


@task()
def look_up(link_id: int) -> None:
    """Mail a link to whoever asked, if anything is kept about them. The address is never among a task's arguments."""
    asking.look_up(link_id=link_id)


@task()
def tell(member_id: int, people: list[str]) -> None:
    """Send their notices to many, by their public ids; whoever has been told meanwhile gets none again."""
    notices.tell_waiting(member_id=member_id, people=people)


@task()
def tidy() -> None:
    """Forget links that have ended."""
    asking.tidy()


@task()
def keep_clocks() -> None:
    """Make the clocks of people in Europe who are to be told, and note which come near."""
    notices.keep_all_clocks()


@task()
def forget_old() -> None:
    """Forget people in Europe whose entry was kept as long as their notice says."""
    ageing.forget_old()


@task()
def let_go() -> None:
    """Delete what a rule kept of forgotten people, once its last day is past."""
    for practice in Practice.objects.all():
        erasing.let_go(practice)
