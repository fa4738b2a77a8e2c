"""Verbs on an understanding that both refer: only where the rules of profession and place allow, with what they ask.

Where a rule leaves it to a second person, they are asked, and until they decide it does not hold.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Approval, Decision
from passalong.compliance.rulebook import FACTS, Effect, Verdict
from passalong.compliance.services import approvals
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.models import Partner, Reciprocity
from passalong.interviews.selectors.reciprocity import ACTION, digest_of, judged
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
    why: str = "",
) -> Reciprocity:
    """Write down that both refer, as the rules allow. One at a time for a partner. why: for a second person, where the
    rules leave it to one; then it waits for their decision.

    Raises Refused, naming the field, for days that do not fit, and, with the reason and the rule's name, for what the
    rules of the practice's professions and place do not allow or for what they ask and is not there.
    """
    demand(by, MAY)
    demand_own(by, partner)
    row = Partner.objects.select_for_update(of=("self",)).select_related("contact").get(pk=partner.pk)
    told = " ".join(clients_told.replace("\x00", "").split())
    _check(row, agreed_on, review_on, told)
    made = Reciprocity(
        practice=by.practice,
        partner=row,
        agreed_on=agreed_on,
        review_on=review_on,
        is_exclusive=is_exclusive,
        clients_told=told,
    )
    found, facts = judged(made)
    _demand_allowed(found, facts)
    made.rules = [rule.to_json() for rule in found.rules]
    made.waits = found.effect is Effect.APPROVE
    made.save()
    if made.waits:
        _ask(by, made, found, why)
    kind = "reciprocity_asked" if made.waits else "reciprocity_agreed"
    _record(kind, by, made, rules=[rule.id for rule in found.rules], review_on=review_on)
    return made


def _ask(by: Member, made: Reciprocity, found: Verdict, why: str) -> None:
    what = _("An understanding that both refer, with a partner (%(trade)s), until %(day)s")
    made.approval = approvals.ask(
        by=by,
        action=ACTION,
        subject=made.public_id,
        digest=digest_of(made, found),
        what=what % {"trade": made.partner.trade, "day": date_format(made.review_on)},
        verdict=found,
        why=why,
    )
    made.save(update_fields=["approval"])


def judged_now(approval: Approval) -> tuple[str, Verdict] | None:
    """The very understanding a second person is asked about, as it and the rules stand now; None when it is gone."""
    made = _asked_about(approval)
    if made is None or not made.waits or made.partner.ended_at is not None:
        return None
    found, facts = judged(made)
    _demand_allowed(found, facts)
    return digest_of(made, found), found


def settle(approval: Approval, by: Member) -> None:
    """After the decision: with a yes it holds, with a no it never did."""
    made = _asked_about(approval)
    if made is None or not made.waits:
        return
    made.waits = False
    if approval.decision == Decision.APPROVED:
        _record("reciprocity_agreed", by, made, approval=approval.public_id, review_on=made.review_on)
    else:
        made.ended_on = clock.today()
        _record("reciprocity_ended", by, made, approval=approval.public_id)
    made.save(update_fields=["waits", "ended_on"])


def _asked_about(approval: Approval) -> Reciprocity | None:
    rows = Reciprocity.objects.select_for_update(of=("self",)).select_related("partner__contact", "practice")
    return rows.filter(practice=approval.practice_id, public_id=approval.subject, ended_on=None).first()


def _demand_allowed(found: Verdict, facts: tuple[str, ...]) -> None:
    """Raise Refused, with the reason and the rule's name, unless it may be agreed on."""
    rule = found.decides
    if found.effect is Effect.BLOCK:
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
    row = Reciprocity.objects.select_for_update(of=("self",)).select_related("approval").get(pk=understanding.pk)
    if row.ended_on is None:
        if row.waits and row.approval is not None:
            approvals.drop(by=by, approval=row.approval, why=_("Taken back before it was decided."))
        row.ended_on, row.waits = clock.today(), False
        row.save(update_fields=["ended_on", "waits"])
        _record("reciprocity_ended", by, row)
    understanding.refresh_from_db()
    return understanding


def _record(what: str, by: Member, row: Reciprocity, **said: Any) -> None:
    people = [row.partner.contact.public_id]
    events.record(
        by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people, **said
    )
