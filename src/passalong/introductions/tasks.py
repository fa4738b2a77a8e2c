"""What happens to consents and thank-yous by the clock."""

from __future__ import annotations

from django_tasks import task

from passalong.compliance.services import consent
from passalong.introductions.services import thanking


@task()
def end_consents() -> None:
    """Write down which consents have run out."""
    consent.expire()


@task()
def send_thanks() -> None:
    """Thank those of whom the desk noted that they passed a kit along."""
    thanking.sweep()
