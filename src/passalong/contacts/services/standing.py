"""Where people stand with the practice."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused

# A standing that begins ends these.
REPLACED = {
    StandingKind.CLIENT: (StandingKind.FORMER_CLIENT, StandingKind.PROSPECT),
    StandingKind.FORMER_CLIENT: (StandingKind.CLIENT,),
}


@transaction.atomic
def set_standing(
    *, by: Member, contact: Contact, kind: str, since: date | None = None, until: date | None = None
) -> None:
    """Say where the person stands from `since` on. Client and former client replace each other; prospect ends when
    a person becomes a client."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    if kind not in StandingKind.values:
        raise Refused(_("Choose one of the standings listed."), field="kind")
    since = since or clock.today()
    if since > clock.today():
        raise Refused(_("This day has not come yet."), field="since")
    if until and until < since:
        raise Refused(_("The end lies before the beginning."), field="until")
    for ended in contact.standings.filter(kind__in=REPLACED.get(StandingKind(kind), ()), until=None):
        _end(ended, since)
    Standing.objects.update_or_create(
        practice=by.practice,
        contact=contact,
        kind=kind,
        until=None,
        defaults={"since": since, "until": until},
    )
    events.record(by.practice_id, "contacts:standing", actor=by.public_id, subject=contact.public_id, kind=kind)


def _end(standing: Standing, on: date) -> None:
    """End a standing, never before it began."""
    standing.until = max(on, standing.since or on)
    standing.save(update_fields=["until"])


@transaction.atomic
def end_standing(*, by: Member, contact: Contact, kind: str, until: date | None = None) -> None:
    """A standing ends: a client becomes a former client, others just end."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    if kind == StandingKind.CLIENT:
        set_standing(by=by, contact=contact, kind=StandingKind.FORMER_CLIENT, since=until)
        return
    ended = contact.standings.filter(kind=kind, until=None).first()
    if ended is None:
        return
    _end(ended, until or clock.today())
    events.record(by.practice_id, "contacts:standing_ended", actor=by.public_id, subject=contact.public_id, kind=kind)


@transaction.atomic
def retract_standing(*, by: Member, contact: Contact, kind: str) -> None:
    """Take back a present standing that was set by mistake, as if it had never been: what ended on the day it began
    goes on."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    mistaken = contact.standings.filter(kind=kind, until=None).first()
    if mistaken is None:
        return
    began = mistaken.since
    mistaken.delete()
    for ended in contact.standings.filter(kind__in=REPLACED.get(StandingKind(kind), ())).exclude(until=None):
        if began and ended.until == max(began, ended.since or began):
            _reopen(ended)
    events.record(
        by.practice_id, "contacts:standing_retracted", actor=by.public_id, subject=contact.public_id, kind=kind
    )


def _reopen(standing: Standing) -> None:
    """Let it go on, unless another of its kind does."""
    if not Standing.objects.filter(contact=standing.contact_id, kind=standing.kind, until=None).exists():
        standing.until = None
        standing.save(update_fields=["until"])


def become_prospect(*, by: Member, contact: Contact, batch_id: int | None = None) -> None:
    """Somebody the practice would love to meet stands as a prospect, unless they are or were a client."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    bars = (StandingKind.PROSPECT, StandingKind.CLIENT)
    if contact.standings.filter(kind__in=bars, until=None).exists():
        return
    if contact.standings.filter(kind=StandingKind.FORMER_CLIENT).exists():
        return
    Standing.objects.create(
        practice=by.practice, contact=contact, kind=StandingKind.PROSPECT, since=clock.today(), batch_id=batch_id
    )
