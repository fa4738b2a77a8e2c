"""When the rules that hold for a practice have changed: what is published and what waits is evaluated anew."""

from __future__ import annotations

from django.utils.module_loading import import_string

from passalong.core.revisions import EVIDENCE, bump

# Tasks that take a practice's id; by dotted path, so that this room imports none above it.
REJUDGES = (
    "passalong.kits.tasks.reweigh",
    "passalong.mail.tasks.rejudge",
    "passalong.interviews.tasks.publishing.reweigh",
)


def rejudge(practice_id: int) -> None:
    """Enqueue every room's second look. Inside the transaction that changed the rules, so that neither is lost."""
    bump(practice_id, EVIDENCE)  # mail and calendars count or not by profession
    for path in REJUDGES:
        import_string(path).enqueue(practice_id)
