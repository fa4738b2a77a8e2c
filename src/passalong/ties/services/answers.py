"""The client's own word: it overrides inference at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.compliance.sensitive import NOTE
from passalong.contacts.models import Contact
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import ANSWERS, bump
from passalong.ties.models import Answer, AnswerKind


@transaction.atomic
def record_answer(
    *,
    by: Member,
    client: Contact,
    prospect: Contact,
    answer: str,
    meeting_id: int | None = None,
    tap: str = "",
    shown_p: float | None = None,
    need: str = "",
    timing: str = "",
    relation: str = "",
    reach: str = "",
) -> Answer:
    """Keep what the client said about a prospect. The same tap sent twice counts once; a later answer replaces an
    earlier one, which stays on record."""
    demand(by, "ties.answer")
    if answer not in AnswerKind.values:
        raise Refused(_("Choose one of the four answers."), field="answer")
    if client.practice_id != by.practice_id or prospect.practice_id != by.practice_id:
        raise Refused(_("This person is not on file here."))
    if client.pk == prospect.pk:
        raise Refused(_("That is the client."), field="answer")
    for field, text in (("need", need), ("timing", timing), ("relation", relation), ("reach", reach)):
        if text and (why := refusals(by.practice)(NOTE, text)):
            raise Refused(why, field=field)
    if tap:
        repeated = Answer.objects.filter(practice=by.practice, tap=tap).first()
        if repeated:
            return repeated
    kept = Answer.objects.create(
        practice=by.practice,
        client=client,
        prospect=prospect,
        answer=answer,
        answered_at=clock.now(),
        meeting_id=meeting_id,
        tap=tap[:36],
        shown_p=shown_p,
        need=need[:500],
        timing=timing[:200],
        relation=relation[:300],
        reach=reach[:300],
    )
    events.record(
        by.practice_id,
        "ties:answered",
        actor=by.public_id,
        subject=client.public_id,
        people=[prospect.public_id],
        prospect=prospect.public_id,
        answer=answer,
    )
    bump(by.practice_id, ANSWERS)
    return kept
