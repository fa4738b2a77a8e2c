"""Verbs on an understanding that both refer: only where the rules of profession and place allow, with what they ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import FACTS, Effect, Verdict, verdict
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.models import Partner, Reciprocity
from passalong.interviews.selectors.reciprocity import facts_of
from passalong.interviews.services.moving import MAY

LONGEST = relativedelta(years=2)  # from the day it is agreed on to the day it is looked at again
FIELDS = {"dated": "review_on", "client_told": "clients_told", "told_all": "clients_told", "exclusive": "is_exclusive"}


@transaction.atomic
def agree(
    *,
    by: Member,
    partner: Partner,
    agreed_on: date,
    review_on: date,
    is_exclusive: bool = False,
    clients_told: str = "",
) -> Reciprocity:
    """Write down that both refer, as the rules allow. One at a time for a partner.

    Raises Refused, naming the field, for days that do not fit, and, with the reason and the rule's name, for what the
    rules of the practice's professions and place do not allow or for what they ask and is not there.
    """
    demand(by, MAY)
    demand_own(by, partner)
    row = Partner.objects.select_for_update(of=("self",)).select_related("contact").get(pk=partner.pk)
    told = " ".join(clients_told.replace("\x00", "").split())
    _check(row, agreed_on, review_on, told)
    facts = facts_of(agreed_on, review_on, is_exclusive=is_exclusive, clients_told=told)
    if row.contact.public_sector:
        facts = (*facts, "to_public")
    found = verdict(by.practice, "reciprocity", facts=facts)
    _demand_allowed(found, facts)
    made = Reciprocity.objects.create(
        practice=by.practice,
        partner=row,
        agreed_on=agreed_on,
        review_on=review_on,
        is_exclusive=is_exclusive,
        clients_told=told,
        rules=[rule.to_json() for rule in found.rules],
    )
    _record("reciprocity_agreed", by, made, rules=[rule.id for rule in found.rules], review_on=review_on)
    return made


def _demand_allowed(found: Verdict, facts: tuple[str, ...]) -> None:
    """Raise Refused, with the reason and the rule's name, unless it may be agreed on."""
    rule = found.decides
    if found.effect >= Effect.APPROVE:
        raise Refused(f"{_(rule.why)} ({rule.id})", field=FIELDS.get(next(iter(rule.when), "")))
    for need in found.needs:
        if need in FACTS and need not in facts:
            words = _("The rules ask for this first: %(what)s. %(why)s (%(rule)s)")
            said = {"what": FACTS[need], "why": _(rule.why), "rule": rule.id}
            raise Refused(words % said, field=FIELDS.get(need))


def _check(row: Partner, agreed_on: date, review_on: date, told: str) -> None:
    if row.ended_at is not None:
        raise Refused(_("They are no partner any more."))
    if row.understandings.filter(ended_on=None).exists():
        raise Refused(_("There is an understanding with them already. End it first."))
    if agreed_on > clock.today():
        raise Refused(_("This day has not come yet."), field="agreed_on")
    if review_on <= max(agreed_on, clock.today()):
        raise Refused(_("Choose a day to come on which you both look at it again."), field="review_on")
    if review_on > agreed_on + LONGEST:
        raise Refused(_("Look at it again within two years."), field="review_on")
    if len(told) > 500:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": 500}, field="clients_told")


@transaction.atomic
def end(*, by: Member, understanding: Reciprocity) -> Reciprocity:
    """It holds no more. Done again it changes nothing."""
    demand(by, MAY)
    demand_own(by, understanding)
    row = Reciprocity.objects.select_for_update(of=("self",)).get(pk=understanding.pk)
    if row.ended_on is None:
        row.ended_on = clock.today()
        row.save(update_fields=["ended_on"])
        _record("reciprocity_ended", by, row)
    understanding.refresh_from_db()
    return understanding


def _record(what: str, by: Member, row: Reciprocity, **said: Any) -> None:
    people = [row.partner.contact.public_id]
    events.record(
        by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people, **said
    )
