"""The one place that moves an introduction: asks the table, writes the row, its step and the record."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.keyed import keyed_hash
from passalong.introductions.due import due_at, terms_of
from passalong.introductions.models import Introduction, Outcome, Rest, Stage, Step
from passalong.introductions.stages import NEARNESS, NONE, Move, Who, move_of

MAY = "prospecting.edit"
RESTS_AFTER = (Outcome.NO, Outcome.NOT_NOW, Outcome.SILENT, Outcome.TAKEN_BACK)
_DATES: dict[str, str] = {
    Stage.AGREED: "agreed_on",
    Stage.ANSWERED: "answered_on",
    Stage.INTRODUCED: "introduced_on",
    Stage.GREETED: "greeted_on",
    Stage.MET: "met_on",
    Stage.CLIENT: "client_on",
    Stage.CLOSED: "closed_on",
}


@transaction.atomic
def move(
    *,
    introduction: Introduction,
    act: str,
    who: Who,
    by: Member | None = None,
    on: date | None = None,
    note: str = "",
) -> Introduction:
    """Move one introduction by one act, at this moment; `on` is the day it truly happened, today unless said.

    Raises Refused for what the table does not hold. Done again by the same one it changes nothing: the row is locked,
    and an introduction that has reached the stage by this act already is left as it is.
    """
    if who is Who.MEMBER:
        if by is None:
            raise ValueError("a member moves it: say which")
        demand(by, MAY)
        demand_own(by, introduction)
    row = Introduction.objects.select_for_update().select_related("practice").get(pk=introduction.pk)
    last = row.steps.order_by("-pk").first()
    if last is None or last.act != act or last.to != row.stage:
        write(row, move_of(act, row.stage, who), who=who, by=by, on=on, note=note)
    introduction.refresh_from_db()
    return introduction


def write(
    row: Introduction, made: Move, *, who: Who, by: Member | None = None, on: date | None = None, note: str = ""
) -> None:
    """Write what a move changes. The caller holds the row, or has just made it with its first stage."""
    before = row.stage if row.pk and row.steps.exists() else NONE
    row.stage, row.stage_at = made.to, clock.now()
    row.outcome = made.outcome or ""
    row.is_open = made.to not in (Stage.CLIENT, Stage.CLOSED)
    terms = terms_of(row.practice)
    row.due_at = due_at(row.practice, row.stage, row.stage_at, terms) if row.is_open else None
    if made.to == Stage.PASSED:
        row.forget_on = timezone.localdate(row.stage_at) + timedelta(days=terms.silent_days)
    elif NEARNESS[made.to] > NEARNESS[Stage.PASSED]:
        row.forget_on = None
    if field := _DATES.get(made.to):
        setattr(row, field, on or clock.today())
    row.save()
    Step.objects.create(
        practice=row.practice,
        introduction=row,
        act=made.act,
        before=before,
        to=made.to,
        who=who,
        member=by.public_id if by else "",
        note=note[:500],
        at=row.stage_at,
    )
    if made.outcome:
        _end(row, by)
    _record(row, made, who, by)


def _end(row: Introduction, by: Member | None) -> None:
    """What was allowed because of this introduction ends with it; after a no or silence the person is left alone."""
    if row.outcome in (Outcome.WITHDRAWN, Outcome.TAKEN_BACK):
        for grant in Grant.objects.filter(practice=row.practice_id, about=row.public_id):
            consent.revoke(grant=grant, by=by, why=f"introduction {row.outcome}")
    if row.outcome in RESTS_AFTER:
        rest(row)


def rest(row: Introduction) -> None:
    """Nobody asks for this person again for a while, and never again by the same client."""
    until = clock.today() + relativedelta(months=terms_of(row.practice).rest_months)
    asked = [row.referrer.public_id] if row.referrer else []
    asked += row.also_by.values_list("referrer__public_id", flat=True)
    for key in keys_of(row):
        found, _made = Rest.objects.get_or_create(practice_id=row.practice_id, key=key, defaults={"until": until})
        found.until = max(found.until, until)
        found.referrers = sorted({*found.referrers, *asked})
        found.save()


def keys_of(row: Introduction) -> set[str]:
    """Every keyed hash by which the person of an introduction is known again."""
    return {row.person_key, row.named_key, *(keys_of_contact(row.prospect) if row.prospect else ())} - {""}


def keys_of_contact(contact: Contact) -> set[str]:
    """Keyed hashes of somebody's mail addresses and phone numbers; of the full name where there is neither."""
    points = ContactPoint.objects.filter(contact=contact, kind__in=(PointKind.EMAIL, PointKind.PHONE))
    hashed = {keyed_hash(contact.practice_id, key) for key in points.values_list("key", flat=True)}
    return hashed or {named_key(contact.practice_id, contact.full_name)} - {""}


def named_key(practice_id: int, full_name: str) -> str:
    """The keyed hash of a name as somebody said it; empty for an empty name."""
    name = fold(full_name)
    return keyed_hash(practice_id, f"name:{name}" if name else "")


def _record(row: Introduction, made: Move, who: Who, by: Member | None) -> None:
    people = [one.public_id for one in (row.referrer, row.prospect) if one]
    kind = f"introductions:{made.act.replace(' ', '_')}"
    events.record(
        row.practice_id,
        kind,
        actor=by.public_id if by else "",
        subject=row.public_id,
        people=people,
        who=str(who),
        to=str(made.to),
    )
