"""The one place that moves an introduction: asks the table, writes the row, its step and the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, ContactPoint, PointKind, Source
from passalong.contacts.services.own import demand_own
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.moves import NONE, Move, reached_before, record_move, write_step
from passalong.introductions.due import due_at, terms_of
from passalong.introductions.models import Introduction, Outcome, Reply, Rest, Stage, Terms
from passalong.introductions.stages import TABLE, UNDO, Who, move_of, undo_of
from passalong.introductions.taking_back import why_not_undone
from passalong.mail.services.suppression import has_left

MAY = "prospecting.edit"
TOWARDS = ("introduce", "first answer", "meet")  # acts by which the practice comes to the person
ENDS_CONSENT = (Outcome.WITHDRAWN, Outcome.TAKEN_BACK, Outcome.NO, Outcome.NOT_NOW)
BY_CLIENT = (Source.MEETING, Source.KIT)  # on file only because a client named them or passed something along
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
    if act == UNDO:
        raise ValueError("undo takes the last move back")
    if on and on > clock.today():
        raise Refused(_("This day has not come yet."), field="on")
    if who is Who.MEMBER:
        if by is None:
            raise ValueError("a member moves it: say which")
        demand(by, MAY)
        demand_own(by, introduction)
        demand_welcome(introduction, act)
    row = Introduction.objects.select_for_update().select_related("practice").get(pk=introduction.pk)
    last = row.steps.order_by("-pk").first()
    if last is None or last.act != act or last.to != row.stage:
        write(row, move_of(act, row.stage, who), who=who, by=by, on=on, note=note)
    introduction.refresh_from_db()
    return introduction


def demand_welcome(introduction: Introduction, act: str) -> None:
    """Raise Refused where the practice would go on to somebody who asked to be left alone, after whatever yes."""
    person = introduction.prospect
    if act in TOWARDS and person is not None and wants_nothing(person):
        raise Refused(_("%(name)s wants nothing from you any more. Let the introduction end.") % {"name": person})


def wants_nothing(person: Contact) -> bool:
    """Whether somebody on file asked to be left alone: by an objection, or by leaving with any address of theirs."""
    addresses = ContactPoint.objects.filter(contact=person).values_list("key", flat=True)
    return person.objected_at is not None or has_left(person.practice_id, addresses)


@transaction.atomic
def undo(*, introduction: Introduction, by: Member) -> Introduction:
    """Take the last move back, within a day, where the practice made it and nothing else followed from it.

    Raises Refused where it cannot be, with the reason.
    """
    demand(by, MAY)
    demand_own(by, introduction)
    row = Introduction.objects.select_for_update().select_related("practice").get(pk=introduction.pk)
    last = row.steps.order_by("-pk").first()
    if why := why_not_undone(last):
        raise Refused(why)
    if last is None:  # said by why_not_undone
        raise ValueError("nothing to take back")
    if (
        not row.is_open
        and Rest.objects.filter(practice=row.practice, key__in=keys_of(row), until__gt=clock.today()).exists()
    ):
        raise Refused(_("They have answered meanwhile that they do not want it now. It stays closed."))
    made, reached = undo_of(last.act, last.before, last.to), reached_before(row, last)
    if field := _DATES.get(last.to):
        setattr(row, field, None)
    try:
        with transaction.atomic():
            write(row, made, who=Who.MEMBER, by=by, on=getattr(row, _DATES.get(made.to, ""), None), reached=reached)
    except IntegrityError:
        raise Refused(_("Somebody else is introducing this person by now.")) from None
    introduction.refresh_from_db()
    return introduction


def write(
    row: Introduction,
    made: Move,
    *,
    who: Who,
    by: Member | None = None,
    on: date | None = None,
    note: str = "",
    reached: datetime | None = None,
) -> None:
    """Write what a move changes. The caller holds the row, or has just made it with its first stage. reached: when
    the stage was reached before, where a move is taken back."""
    before, at = (row.stage if row.pk and row.steps.exists() else NONE), clock.now()
    row.stage, row.stage_at = made.to, reached or at
    row.outcome = made.outcome or ""
    row.is_open = made.to not in TABLE.ends
    terms = terms_of(row.practice)
    row.due_at = due_at(row.practice, row.stage, row.stage_at, terms) if row.is_open else None
    row.forget_on = forget_on(row, terms)
    if field := _DATES.get(made.to):
        setattr(row, field, on or clock.today())
    row.save()
    member = by.public_id if by else ""
    write_step(row, before, made, who=who, member=member, note=note, at=at)
    if made.outcome:
        _end(row, by)
    people = [one.public_id for one in (row.referrer, row.prospect) if one]
    record_move(row, made, room="introductions", who=who, member=member, people=people)


def forget_on(row: Introduction, terms: Terms) -> date | None:
    """The day somebody is forgotten who does not answer: counted anew from when the kit was passed along. Where the
    wait ends earlier the day stands; with none stated, whoever is on file only by the client's word goes now."""
    if row.outcome == Outcome.SILENT:
        known = row.prospect is not None and row.prospect.source not in BY_CLIENT
        return row.forget_on or (None if known else timezone.localdate(row.stage_at))
    if row.stage not in (Stage.AGREED, Stage.PASSED):
        return None
    return timezone.localdate(row.stage_at) + timedelta(days=terms.silent_days)


def _end(row: Introduction, by: Member | None) -> None:
    """What was allowed because of this introduction ends with it; after a no or silence the person is left alone."""
    if row.outcome in ENDS_CONSENT:
        abouts = [row.public_id]
        if row.reply is not None and row.outcome == Outcome.TAKEN_BACK:  # told to a member: their own yes ends with it
            abouts.append(row.reply.public_id)
            Reply.objects.filter(pk=row.reply.pk, taken_back_at=None).update(taken_back_at=clock.now())
        for grant in Grant.objects.filter(practice=row.practice_id, about__in=abouts):
            consent.revoke(grant=grant, by=by, why=f"introduction {row.outcome}")
    if row.outcome in RESTS_AFTER:
        rest(row)


def rest(row: Introduction) -> None:
    """Nobody asks for this person again for a while, and never again by the same client."""
    asked = [row.referrer.public_id] if row.referrer else []
    asked += row.also_by.values_list("referrer__public_id", flat=True)
    rest_keys(row.practice, keys_of(row), asked)


def rest_keys(practice: Practice, keys: Iterable[str], asked: Iterable[str]) -> None:
    """The same of somebody known by keyed hashes alone. asked: public ids of who would have introduced them."""
    until = clock.today() + relativedelta(months=terms_of(practice).rest_months)
    for key in keys:
        found, _made = Rest.objects.select_for_update().get_or_create(
            practice=practice, key=key, defaults={"until": until}
        )
        found.until = max(found.until, until)
        found.referrers = sorted({*found.referrers, *asked})
        found.save()


def keys_of(row: Introduction) -> set[str]:
    """Every keyed hash by which the person of an introduction is known again, by address and by name."""
    person = row.prospect
    known = {*keys_of_contact(person), named_key(row.practice_id, person.full_name)} if person else set()
    return {row.person_key, row.named_key, *known} - {""}


def keys_of_contact(contact: Contact) -> set[str]:
    """Keyed hashes of somebody's mail addresses and phone numbers; of the full name where there is neither."""
    points = ContactPoint.objects.filter(contact=contact, kind__in=(PointKind.EMAIL, PointKind.PHONE))
    hashed = {keyed_hash(contact.practice_id, key) for key in points.values_list("key", flat=True)}
    return hashed or {named_key(contact.practice_id, contact.full_name)} - {""}


def named_key(practice_id: int, full_name: str) -> str:
    """The keyed hash of a name as somebody said it; empty for an empty name."""
    name = fold(full_name)
    return keyed_hash(practice_id, f"name:{name}" if name else "")
