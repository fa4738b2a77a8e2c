"""What happens to evidence in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.ties.services import addresses


@task()
def link_addresses() -> None:
    """Give addresses from mail and calendars the contacts that have been entered since."""
    addresses.link_everywhere()
