"""Verbs on meetings with clients: what was shown, what was said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import keeps_business_only
from passalong.contacts import services as contacts
from passalong.contacts.models import AffiliationKind, Contact, Disclosure, Organization, Source
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Because, Introduction
from passalong.introductions.services.answering import name_only
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.services.thanking import thank
from passalong.prospecting.gameplan import Gameplan, Prompt
from passalong.prospecting.models import FirmAnswer, FirmAnswerKind, Meeting
from passalong.prospecting.services.calendar import tie
from passalong.prospecting.services.conversation import demand_asking
from passalong.prospecting.services.wishes import add_prospect, on_file
from passalong.ties import services as ties
from passalong.ties.models import Answer


@transaction.atomic
def start_meeting(*, by: Member, plan: Gameplan, held_on: date | None = None) -> Meeting:
    """Take the gameplan into a meeting; what is shown and the order of all open names are kept with it. An open one
    of the same day goes on."""
    demand(by, "prospecting.edit")
    demand_own(by, plan.client)
    day = held_on or clock.today()
    meeting, made = Meeting.objects.get_or_create(
        practice=by.practice, client=plan.client, held_on=day, closed_at=None, defaults={"prompts": []}
    )
    note_shown(meeting, plan)
    meeting.planned_at = clock.now()
    meeting.order = [[place.key, round(place.p, 4)] for place in plan.order]
    meeting.save(update_fields=["planned_at", "order"])
    if made:
        _record(by, "prospecting:meeting", meeting)
        tie(meeting)
    return meeting


@transaction.atomic
def note_shown(meeting: Meeting, plan: Gameplan) -> None:
    """Keep which names were put before the client, with the probability held at that moment, once each."""
    meeting.prompts = Meeting.objects.select_for_update().values_list("prompts", flat=True).get(pk=meeting.pk)
    shown = {prompt["id"] for prompt in meeting.prompts}
    new = [_shown(prompt) for prompt in plan.prompts if prompt.key not in shown]
    if new:
        meeting.prompts = [*meeting.prompts, *new]
        meeting.save(update_fields=["prompts"])


def _shown(prompt: Prompt) -> dict[str, Any]:
    return {
        "id": prompt.key,
        "name": prompt.name,
        "firm": prompt.words.firm,
        "p": round(prompt.p_knows, 6),
        "fit": prompt.fit.percent,
        "reasons": list(prompt.words.reasons),
        "ask": prompt.words.ask,
    }


@transaction.atomic
def answer_prompt(*, by: Member, meeting: Meeting, person: Contact, answer: str, **said: str) -> Answer:
    """Keep one tap of the meeting sheet. `said`: need, timing, relation, reach, tap."""
    demand_own(by, meeting, person)
    demand_asking(meeting)
    shown = next((prompt["p"] for prompt in meeting.prompts if prompt["id"] == person.public_id), None)
    return ties.record_answer(
        by=by, client=meeting.client, prospect=person, answer=answer, meeting_id=meeting.pk, shown_p=shown, **said
    )


@transaction.atomic
def add_name(
    *, by: Member, meeting: Meeting, full_name: str, organization: str = "", answer: str = "knows", **said: str
) -> Answer | Introduction:
    """A name the client brings up: onto the wish list, with the client's word that they know each other.

    The employer is a fact this client told us. A person of this very name and firm who is on file is taken, not made
    twice. In Europe somebody new, who knows nothing of it, is not put on file: an introduction is opened that holds a
    keyed hash of the name alone, until they answer.
    """
    demand_own(by, meeting)
    demand_asking(meeting)
    person = on_file(by, full_name, organization)
    if person is None and keeps_business_only(by.practice):
        _demand_minimal(said)
        named = name_only(by=by, referrer=meeting.client, full_name=full_name, meeting=meeting.public_id)
        thank(referrer=meeting.client, because=Because.AGREED, about=named, by=by)
        return named
    if person is None:
        person = contacts.add_contact(by=by, full_name=full_name, source=Source.MEETING)
    if organization.strip():
        contacts.add_affiliation(
            by=by,
            contact=person,
            kind=AffiliationKind.EMPLOYER,
            organization=organization,
            disclosure=Disclosure.TOLD,
            told_by=meeting.client,
            source=Source.MEETING,
        )
    reason = _("Named by %(client)s") % {"client": meeting.client}
    add_prospect(by=by, contact=person, reason=reason, source=Source.MEETING)
    return answer_prompt(by=by, meeting=meeting, person=person, answer=answer, **said)


@transaction.atomic
def introduce(*, by: Member, meeting: Meeting, person: Contact, act: str = "agree") -> Introduction:
    """The client will introduce this person, and is thanked at once; or was asked (`ask`) and thinks about it."""
    demand_asking(meeting)
    found = open_introduction(by=by, referrer=meeting.client, prospect=person, act=act, meeting=meeting.public_id)
    if act == "agree":
        thank(referrer=meeting.client, because=Because.AGREED, about=found, by=by)
    _note_thinking(meeting, person, thinks=act == "ask" and found.referrer_id != meeting.client_id)
    return found


def _note_thinking(meeting: Meeting, person: Contact, *, thinks: bool) -> None:
    """Where somebody else introduces this person, that the client thinks about it stands with the meeting alone: it
    opens nothing, and the client reads what they would read of anybody."""
    kept = Meeting.objects.select_for_update().values_list("thinking", flat=True).get(pk=meeting.pk)
    others = [one for one in kept if one["id"] != person.public_id]
    meeting.thinking = [*others, {"id": person.public_id}] if thinks else others
    if meeting.thinking != kept:
        meeting.save(update_fields=["thinking"])


def _demand_minimal(said: dict[str, str]) -> None:
    for field in ("need", "timing", "relation", "reach"):
        if said.get(field, "").strip():
            raise Refused(
                _(
                    "In Europe nothing readable is kept of somebody who does not know of it yet. Leave this empty; "
                    "your client can tell them about you."
                ),
                field=field,
            )


@transaction.atomic
def note_meeting(*, by: Member, meeting: Meeting, note: str) -> None:
    """Write the meeting's notes. For the desk only."""
    demand(by, "prospecting.edit")
    demand_own(by, meeting)
    meeting.note = note[:4000]
    meeting.save(update_fields=["note"])


@transaction.atomic
def add_note(*, by: Member, meeting: Meeting, text: str) -> None:
    """Add a line to the meeting's notes from the sheet, where what is written already is not shown."""
    text = text.strip()
    if not text:
        raise Refused(_("The note is empty."), field="note")
    kept = Meeting.objects.select_for_update().values_list("note", flat=True).get(pk=meeting.pk)
    note_meeting(by=by, meeting=meeting, note="\n".join(filter(None, (kept, text))))


@transaction.atomic
def close_meeting(*, by: Member, meeting: Meeting) -> None:
    """The meeting is over; closing it again changes nothing."""
    demand(by, "prospecting.edit")
    demand_own(by, meeting)
    if meeting.closed_at is None:
        meeting.closed_at = clock.now()
        meeting.save(update_fields=["closed_at"])
        _record(by, "prospecting:meeting_closed", meeting)


@transaction.atomic
def answer_firm(*, by: Member, meeting: Meeting, firm: Organization, answer: str) -> FirmAnswer:
    """The client knows nobody at this firm, or would rather not: it is not asked about again."""
    demand(by, "ties.answer")
    demand_own(by, meeting, firm)
    demand_asking(meeting)
    if answer not in FirmAnswerKind.values:
        raise Refused(_("Choose one of the answers."), field="answer")
    said, _made = FirmAnswer.objects.update_or_create(
        practice=by.practice,
        client=meeting.client,
        organization=firm,
        defaults={"answer": answer, "meeting": meeting, "answered_at": clock.now()},
    )
    _record(by, "prospecting:firm_answered", meeting, answer=answer)
    return said


@transaction.atomic
def take_back_firm_answer(*, by: Member, meeting: Meeting, firm: Organization) -> None:
    """The firm may be asked about again."""
    demand(by, "ties.answer")
    demand_own(by, meeting, firm)
    FirmAnswer.objects.filter(practice=by.practice, client=meeting.client, organization=firm).delete()
    _record(by, "prospecting:firm_answer_taken_back", meeting)


def _record(by: Member, kind: str, meeting: Meeting, **said: Any) -> None:
    people = [meeting.client.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=meeting.public_id, people=people, **said)
