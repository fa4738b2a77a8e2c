"""Verbs on the balancing note and the data protection impact assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.rows import check_row
from passalong.privacy.assessment import LONGEST_SECTION, SECTIONS
from passalong.privacy.models import Assessment, BalancingNote
from passalong.privacy.selectors import duties

LEAST = 40  # characters of each part: a thought, not a tick
YEAR = timedelta(days=365)


@transaction.atomic
def sign_note(*, by: Member, purpose: str, necessity: str, balance: str, safeguards: str) -> BalancingNote:
    """Sign a version of the balancing note. Owners only; earlier versions stay. It counts for a year."""
    demand(by, "accounts.change_practice")
    texts = {"purpose": purpose, "necessity": necessity, "balance": balance, "safeguards": safeguards}
    for name, text in texts.items():
        if len(text.strip()) < LEAST:
            raise Refused(_("Write at least a sentence or two: it is what you would tell an authority."), field=name)
    newest = duties.balancing_notes(by.practice).select_for_update().first()
    note = BalancingNote(practice=by.practice, number=newest.number + 1 if newest else 1)
    for name, text in texts.items():
        setattr(note, name, text.strip())
    note.signed_by, note.signer, note.signed_at = str(by.user)[:120], by.public_id, clock.now()
    note.review_on = clock.today() + YEAR
    check_row(note)
    note.save()
    whole = "\n\n".join(f"{name}\n{text.strip()}" for name, text in texts.items())
    events.record(
        by.practice_id, "privacy:balancing_signed", actor=by.public_id, subject=note.public_id, number=note.number,
        texts={"note": blobs.keep(by.practice_id, whole.encode(), "text/plain")},
    )  # fmt: skip
    return note


@transaction.atomic
def write_assessment(*, by: Member, texts: Mapping[str, str]) -> Assessment:
    """Keep what was written into the assessment; sections left empty go back to the words shipped."""
    demand(by, "accounts.change_practice")
    row = duties.assessment(by.practice)
    row.texts = {
        section.key: texts[section.key].strip()[:LONGEST_SECTION]
        for section in SECTIONS
        if texts.get(section.key, "").strip()
    }
    row.written_by, row.written_at = str(by.user)[:120], clock.now()
    row.save()
    events.record(by.practice_id, "privacy:assessment_written", actor=by.public_id, subject=row.public_id)
    return row
