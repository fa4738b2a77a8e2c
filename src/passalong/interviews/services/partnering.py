"""Verbs on partners: chosen, described anew, let go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, StandingKind
from passalong.contacts.services.own import demand_own
from passalong.contacts.services.standing import set_standing
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.models import BriefKey, Partner, Reciprocity
from passalong.interviews.services import reciprocity
from passalong.interviews.services.moving import MAY

LEAST_DAYS, MOST_DAYS = 14, 730  # between two times of being in touch
FIELDS = ("trade", "serves", "audience_size", "gives_first", "rhythm_days")


@transaction.atomic
def choose(
    *,
    by: Member,
    contact: Contact,
    trade: str,
    serves: str = "",
    audience_size: int | None = None,
    gives_first: str = "",
    rhythm_days: int = 60,
) -> Partner:
    """Somebody of another trade becomes a partner, with the standing of one; being in touch is due at once, for giving
    comes first. One who was let go is taken up again; one who is a partner is described anew.

    Raises Refused, naming the field, for somebody who wants nothing from the practice, is known from tax work only, or
    for a description that does not fit.
    """
    demand(by, MAY)
    demand_own(by, contact)
    said = _checked(trade, serves, audience_size, gives_first, rhythm_days)
    if contact.objected_at:
        raise Refused(_("%(name)s wants nothing from you any more.") % {"name": contact}, field="person")
    if contact.tax_only:
        raise Refused(_("%(name)s is known from tax work only.") % {"name": contact}, field="person")
    Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)  # chosen twice at once: one partner
    row = Partner.objects.filter(practice=by.practice, contact=contact).first()
    is_new = row is None or row.ended_at is not None
    row = row or Partner(practice=by.practice, contact=contact)
    _fill(row, said)
    if is_new:
        row.ended_at, row.next_touch_on = None, clock.today()
    row.save()
    if not contact.standings.filter(kind=StandingKind.PARTNER, until=None).exists():
        set_standing(by=by, contact=contact, kind=StandingKind.PARTNER)
    _record("partner_chosen" if is_new else "partner_described", by, row)
    return row


@transaction.atomic
def describe(*, by: Member, partner: Partner, **said: Any) -> Partner:
    """Say anew what they do, whom they serve, and how often to be in touch. said: as FIELDS."""
    row = _own(by, partner)
    before = row.rhythm_days
    _fill(row, _checked(*(said[name] for name in FIELDS)))
    if row.rhythm_days != before and row.next_touch_on and row.ended_at is None:
        last = row.touches.order_by("-done_on").first()
        row.next_touch_on = last.done_on + timedelta(days=row.rhythm_days) if last else row.next_touch_on
    row.save()
    _record("partner_described", by, row)
    partner.refresh_from_db()
    return partner


@transaction.atomic
def let_go(*, by: Member, partner: Partner) -> Partner:
    """They are a partner no more: nothing is due, no understanding holds, and their brief is shown no more. Done again
    it changes nothing."""
    row = _own(by, partner)
    if row.ended_at is None:
        row.ended_at, row.next_touch_on = clock.now(), None
        row.save(update_fields=["ended_at", "next_touch_on"])
        for one in Reciprocity.objects.filter(partner=row, ended_on=None):
            reciprocity.end(by=by, understanding=one)
        BriefKey.objects.filter(partner=row, ended_at=None).update(ended_at=row.ended_at)
        _record("partner_let_go", by, row)
    partner.refresh_from_db()
    return partner


def _own(by: Member, partner: Partner) -> Partner:
    """The row, held."""
    demand(by, MAY)
    demand_own(by, partner)
    return Partner.objects.select_for_update(of=("self",)).select_related("contact").get(pk=partner.pk)


def _checked(trade: str, serves: str, audience_size: int | None, gives_first: str, rhythm_days: int) -> dict[str, Any]:
    words = {"trade": trade, "serves": serves, "gives_first": gives_first}
    said: dict[str, Any] = {name: " ".join(text.replace("\x00", "").split()) for name, text in words.items()}
    if not said["trade"]:
        raise Refused(_("Say in a word what they do."), field="trade")
    for name, most in (("trade", 80), ("serves", 300), ("gives_first", 300)):
        if len(said[name]) > most:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": most}, field=name)
    if not LEAST_DAYS <= rhythm_days <= MOST_DAYS:
        words_ = _("Choose between %(least)d and %(most)d.") % {"least": LEAST_DAYS, "most": MOST_DAYS}
        raise Refused(words_, field="rhythm_days")
    return said | {"audience_size": audience_size, "rhythm_days": rhythm_days}


def _fill(row: Partner, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(row, name, value)


def _record(what: str, by: Member, row: Partner) -> None:
    people = [row.contact.public_id]
    events.record(by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people)
