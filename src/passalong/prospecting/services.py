"""Verbs on the fit check, the ideal client, the wish list and meetings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts import services as contacts
from passalong.contacts.keys import organization_key
from passalong.contacts.models import AffiliationKind, Contact, Disclosure, Organization, Source, StandingKind
from passalong.contacts.selectors import namesakes
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.prospecting.fit import size_bounds
from passalong.prospecting.fit_check import QUESTIONS
from passalong.prospecting.gameplan import Gameplan, Prompt
from passalong.prospecting.models import FitCheck, IdealClient, Meeting, Prospect, Trait, TraitKind
from passalong.ties import services as ties
from passalong.ties.models import Answer

REVIEW_AFTER = timedelta(days=180)


@transaction.atomic
def take_fit_check(*, by: Member, answers: Mapping[str, bool]) -> FitCheck:
    """Keep the answers to the ten questions."""
    demand(by, "prospecting.edit")
    known = {q.id: bool(answers.get(q.id)) for q in QUESTIONS}
    check, _made = FitCheck.objects.update_or_create(
        practice=by.practice, defaults={"answers": known, "taken_on": clock.today(), "skipped_on": None}
    )
    events.record(by.practice_id, "prospecting:fit_check", actor=by.public_id, true=sum(known.values()))
    return check


@transaction.atomic
def skip_fit_check(*, by: Member) -> None:
    """Go on without it; it can be taken at any time."""
    demand(by, "prospecting.edit")
    FitCheck.objects.get_or_create(practice=by.practice, defaults={"skipped_on": clock.today()})


@transaction.atomic
def describe_ideal_client(
    *, by: Member, biggest_problem: str, fears: str, motives: str, mission: str, least_p: float
) -> IdealClient:
    """Write the profile, and the practice's mission in its own words."""
    demand(by, "prospecting.edit")
    profile = IdealClient.objects.filter(practice=by.practice).first() or IdealClient(practice=by.practice)
    profile.biggest_problem, profile.fears, profile.motives = biggest_problem, fears, motives
    profile.least_p = least_p
    by.practice.mission = mission
    try:
        profile.full_clean()
        by.practice.clean_fields()
    except ValidationError as error:
        field = next(iter(error.message_dict))
        raise Refused(" ".join(error.message_dict[field]), field=field) from error
    profile.save()
    by.practice.save(update_fields=["mission"])
    events.record(by.practice_id, "prospecting:ideal_client", actor=by.public_id)
    return profile


@transaction.atomic
def add_trait(*, by: Member, kind: str, value: str, importance: int) -> Trait:
    """Add a trait; the same one again changes its importance."""
    demand(by, "prospecting.edit")
    value = " ".join(value.split())
    if kind not in TraitKind.values:
        raise Refused(_("Choose one of the traits listed."), field="kind")
    if not value:
        raise Refused(_("Say what to look for."), field="value")
    if kind == TraitKind.SIZE and not all(size_bounds(part) for part in value.split(",")):
        raise Refused(_("Write a size as 5-50, 100+ or 20."), field="value")
    if importance not in (1, 2, 3):
        raise Refused(_("Choose how much it counts."), field="importance")
    trait, _made = Trait.objects.update_or_create(
        practice=by.practice, kind=kind, value=value[:200], defaults={"importance": importance}
    )
    events.record(by.practice_id, "prospecting:trait", actor=by.public_id, subject=trait.public_id)
    return trait


@transaction.atomic
def remove_trait(*, by: Member, trait: Trait) -> None:
    """Take a trait out of the profile."""
    demand(by, "prospecting.edit")
    events.record(by.practice_id, "prospecting:trait_removed", actor=by.public_id, subject=trait.public_id)
    trait.delete()


@transaction.atomic
def add_prospect(
    *,
    by: Member,
    contact: Contact | None = None,
    organization: Organization | None = None,
    reason: str = "",
    life_event: str = "",
    source: str = Source.HAND,
    review_on: date | None = None,
    batch: Any = None,
) -> tuple[Prospect, bool]:
    """Put a person or a firm on the wish list: (entry, whether it is new or came back).

    One that is on it already keeps its first date and fills what was empty.
    """
    demand(by, "prospecting.edit")
    if (contact is None) == (organization is None):
        raise Refused(_("Name a person or a firm."), field="name")
    entry, made = Prospect.objects.get_or_create(
        practice=by.practice,
        contact=contact,
        organization=organization,
        defaults={
            "reason": reason[:500],
            "life_event": life_event[:200],
            "source": source,
            "added_on": clock.today(),
            "review_on": review_on or clock.today() + REVIEW_AFTER,
            "batch": batch,
        },
    )
    back = entry.dropped_at is not None
    if not made:
        entry.reason = entry.reason or reason[:500]
        entry.life_event = entry.life_event or life_event[:200]
        entry.review_on = review_on or entry.review_on
        entry.dropped_at = None
        entry.save()
    if contact and (made or back):
        contacts.become_prospect(by=by, contact=contact, batch_id=batch.pk if batch else None)
    if (made or back) and batch is None:
        events.record(by.practice_id, "prospecting:wished", actor=by.public_id, subject=entry.public_id)
    return entry, made or back


@transaction.atomic
def wish_by_hand(
    *,
    by: Member,
    what: str,
    name: str,
    firm: str = "",
    role: str = "",
    town: str = "",
    is_public: bool = False,
    reason: str = "",
    life_event: str = "",
    review_on: date | None = None,
) -> Prospect:
    """Put a person or a firm, on file or not, on the wish list with what is known of them."""
    rest: dict[str, Any] = {"by": by, "reason": reason, "life_event": life_event, "review_on": review_on}
    if what == "firm":
        organization = contacts.organization_for(by.practice, name, AffiliationKind.EMPLOYER, town=town)
        return add_prospect(organization=organization, **rest)[0]
    person = _on_file(by, name, firm) or contacts.add_contact(by=by, full_name=name, source=Source.WISH_LIST)
    disclosure = Disclosure.PUBLIC if is_public else Disclosure.PRIVATE
    for kind, organization_name, its_role in ((AffiliationKind.EMPLOYER, firm, role), (AffiliationKind.TOWN, town, "")):
        if organization_name.strip():
            contacts.add_affiliation(
                by=by,
                contact=person,
                kind=kind,
                organization=organization_name,
                role=its_role,
                disclosure=disclosure,
                source=Source.WISH_LIST,
            )
    return add_prospect(contact=person, **rest)[0]


@transaction.atomic
def edit_prospect(*, by: Member, entry: Prospect, reason: str, life_event: str, review_on: date | None) -> Prospect:
    """Change why, what happened in their life, and when to look again."""
    demand(by, "prospecting.edit")
    entry.reason, entry.life_event, entry.review_on = reason[:500], life_event[:200], review_on
    entry.save(update_fields=["reason", "life_event", "review_on"])
    events.record(by.practice_id, "prospecting:wish_edited", actor=by.public_id, subject=entry.public_id)
    return entry


@transaction.atomic
def drop_prospect(*, by: Member, entry: Prospect) -> None:
    """Take the entry off the wish list; it can be put back."""
    demand(by, "prospecting.edit")
    entry.dropped_at = clock.now()
    entry.save(update_fields=["dropped_at"])
    if entry.contact:
        contacts.end_standing(by=by, contact=entry.contact, kind=StandingKind.PROSPECT)
    events.record(by.practice_id, "prospecting:dropped", actor=by.public_id, subject=entry.public_id)


@transaction.atomic
def restore_prospect(*, by: Member, entry: Prospect) -> None:
    """Put a dropped entry back."""
    demand(by, "prospecting.edit")
    entry.dropped_at = None
    entry.save(update_fields=["dropped_at"])
    if entry.contact:
        contacts.become_prospect(by=by, contact=entry.contact)
    events.record(by.practice_id, "prospecting:restored", actor=by.public_id, subject=entry.public_id)


@transaction.atomic
def start_meeting(*, by: Member, plan: Gameplan, held_on: date | None = None) -> Meeting:
    """Take the gameplan into a meeting; what is shown is kept with it. An open one of the same day goes on."""
    demand(by, "prospecting.edit")
    day = held_on or clock.today()
    meeting, made = Meeting.objects.get_or_create(
        practice=by.practice, client=plan.client, held_on=day, closed_at=None, defaults={"prompts": []}
    )
    note_shown(meeting, plan)
    if made:
        events.record(by.practice_id, "prospecting:meeting", actor=by.public_id, subject=meeting.public_id)
    return meeting


def note_shown(meeting: Meeting, plan: Gameplan) -> None:
    """Keep which names were put before the client, with the probability held at that moment, once each."""
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
    shown = next((prompt["p"] for prompt in meeting.prompts if prompt["id"] == person.public_id), None)
    return ties.record_answer(
        by=by, client=meeting.client, prospect=person, answer=answer, meeting_id=meeting.pk, shown_p=shown, **said
    )


@transaction.atomic
def add_name(
    *, by: Member, meeting: Meeting, full_name: str, organization: str = "", answer: str = "knows", **said: str
) -> Answer:
    """A name the client brings up: onto the wish list, with the client's word that they know each other.

    The employer is a fact this client told us. A person of this very name and firm who is on file is taken, not made
    twice.
    """
    person = _on_file(by, full_name, organization) or contacts.add_contact(
        by=by, full_name=full_name, source=Source.MEETING
    )
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


def _on_file(by: Member, full_name: str, organization: str) -> Contact | None:
    same = namesakes(by.practice, full_name)
    if organization.strip():
        key = organization_key(organization)
        return same.filter(affiliations__organization__key=key).first()
    return same.first() if same.count() == 1 else None


@transaction.atomic
def note_meeting(*, by: Member, meeting: Meeting, note: str) -> None:
    """Write the meeting's notes. For the desk only."""
    demand(by, "prospecting.edit")
    meeting.note = note[:4000]
    meeting.save(update_fields=["note"])


@transaction.atomic
def add_note(*, by: Member, meeting: Meeting, text: str) -> None:
    """Add a line to the meeting's notes from the sheet, where what is written already is not shown."""
    text = text.strip()
    if not text:
        raise Refused(_("The note is empty."), field="note")
    note_meeting(by=by, meeting=meeting, note="\n".join(filter(None, (meeting.note, text))))


@transaction.atomic
def close_meeting(*, by: Member, meeting: Meeting) -> None:
    """The meeting is over; closing it again changes nothing."""
    demand(by, "prospecting.edit")
    if meeting.closed_at is None:
        meeting.closed_at = clock.now()
        meeting.save(update_fields=["closed_at"])
        events.record(by.practice_id, "prospecting:meeting_closed", actor=by.public_id, subject=meeting.public_id)
