"""Verbs on the value conversation: how the client finds the service, and how far the meeting has come.

After a bad answer nobody is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.prospecting.models import Meeting, Went, WentPart

MOST_WORDS = 2000
LAST_STEP = 5


def demand_open(meeting: Meeting) -> None:
    """Raise Refused when the meeting is over."""
    if meeting.closed_at:
        raise Refused(_("This meeting is closed. Nothing was changed; open a new sheet from the gameplan."))


def demand_asking(meeting: Meeting) -> None:
    """Raise Refused where something went badly: then nobody is asked for."""
    demand_open(meeting)
    if meeting.no_ask_at:
        raise Refused(_("Something did not go well. Put that right first; nobody is asked for in this meeting."))


@transaction.atomic
def say_how_it_went(
    *, by: Member, meeting: Meeting, went: Mapping[str, str], well: str = "", badly: str = ""
) -> Meeting:
    """Keep what the client says of service, product, delivery and communication, and in which words.

    A part that went badly, or words on what did not go well, end the ask in this meeting. Said again it counts as said
    last: a slip of the finger is put right on the same page. Raises Refused for an unknown part or answer, and for a
    closed meeting.
    """
    demand(by, "prospecting.edit")
    demand_own(by, meeting)
    said = {part: how for part, how in went.items() if how}
    if not set(said) <= set(WentPart.values) or not set(said.values()) <= set(Went.values):
        raise Refused(_("Choose one of the answers."))
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    demand_open(row)
    row.went, row.went_well, row.went_badly = said, well.strip()[:MOST_WORDS], badly.strip()[:MOST_WORDS]
    is_bad = Went.BADLY in said.values() or bool(row.went_badly)
    row.no_ask_at = (row.no_ask_at or clock.now()) if is_bad else None
    row.step = max(row.step, 2)
    row.save(update_fields=["went", "went_well", "went_badly", "no_ask_at", "step"])
    _record(by, "prospecting:went", row, parts=said, asks=not is_bad)
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def go_on(*, by: Member, meeting: Meeting, to: int) -> None:
    """The meeting has come to this step of five; it never goes back by itself."""
    demand(by, "prospecting.edit")
    demand_own(by, meeting)
    demand_open(meeting)
    step = min(max(to, 1), LAST_STEP)
    Meeting.objects.filter(pk=meeting.pk, step__lt=step).update(step=step)
    meeting.refresh_from_db(fields=["step"])


def _record(by: Member, kind: str, meeting: Meeting, **said: Any) -> None:
    people = [meeting.client.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=meeting.public_id, people=people, **said)
