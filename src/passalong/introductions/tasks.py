"""What happens to consents and thank-yous by the clock."""

from __future__ import annotations

from django_tasks import task

from passalong.compliance.services import consent
from passalong.introductions.services import care, forgetting, portal_keys, recommending, reminding, thanking


@task()
def end_consents() -> None:
    """Write down which consents have run out."""
    consent.expire()


@task()
def send_thanks() -> None:
    """Thank those of whom the desk noted that they passed a kit along."""
    thanking.sweep()


@task()
def look_up_referrer(ask_id: int) -> None:
    """Mail a sign-in link to whoever asked, if they are a referrer. The address is never among a task's arguments."""
    portal_keys.look_up(ask_id=ask_id)


@task()
def tidy_portal() -> None:
    """Forget sign-in links and visits that have ended."""
    portal_keys.tidy()


@task()
def forget_silent() -> None:
    """Forget whoever never answered, on the stated day; end what is open about whoever objected."""
    forgetting.end_where_left_alone()
    forgetting.forget_silent()


@task()
def keep_care() -> None:
    """Write down what is to be said to whom, and which asks met silence."""
    care.keep_up()


@task()
def forget_words() -> None:
    """Forget clients' messages past the day a rule keeps them."""
    recommending.forget_everywhere()


@task()
def remind() -> None:
    """Mail what is due today to practices that want it."""
    reminding.remind_due()
