"""What happens to hits in the background."""

from __future__ import annotations

from django_tasks import task

from passalong.accounts.models import Practice
from passalong.kits.services import hits, judging, proof, reweighing


@task()
def forget_salts() -> None:
    """Let go of what must not be kept longer."""
    hits.forget()


@task()
def rejudge(practice_id: int) -> None:
    """Judge every hit of a practice again."""
    practice = Practice.objects.filter(pk=practice_id).first()
    if practice:
        judging.rejudge(practice)


@task()
def end_expired() -> None:
    """Withdraw editions that carry words whose speaker's consent has run out."""
    proof.end_expired()


@task()
def reweigh(practice_id: int) -> None:
    """Withdraw what the rules of today would not let out."""
    reweighing.reweigh(practice_id)
