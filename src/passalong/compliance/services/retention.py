"""Holds, the fiscal year, and letting go of what no rule keeps any longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.models.retention import FiscalYear, Hold
from passalong.compliance.selectors import retention as selectors
from passalong.core import clock, events, records
from passalong.core.chain import PURGED
from passalong.core.errors import Refused
from passalong.core.models import Payload
from passalong.core.rows import check_row

LONGEST_HOLD = timedelta(days=366 * 50)
SHORTEST_REASON = 10  # characters
CHUNK = 200
DAYS_A_YEAR = 365


@transaction.atomic
def hold(*, by: Member, subject: str, rule: str, reason: str, until: date) -> Hold:
    """Keep a row, or all the record says of a person, until a day. It always names a rule, a reason and an end."""
    demand(by, "compliance.record")
    subject, rule, reason = subject.strip(), " ".join(rule.split()), " ".join(reason.split())
    if not subject:
        raise Refused(_("Say whom or what it is about."), field="subject")
    if not rule:
        raise Refused(_("Name the rule, order or contract that asks for it."), field="rule")
    if len(reason) < SHORTEST_REASON:
        raise Refused(_("Write the reason in a sentence: it is kept with your name."), field="reason")
    if not clock.today() < until <= clock.today() + LONGEST_HOLD:
        raise Refused(_("A hold has an end: a day to come, within fifty years."), field="until")
    made = Hold(practice=by.practice, subject=subject, rule=rule, reason=reason, until=until, set_by=str(by.user)[:120])
    check_row(made, exclude=["ended_at"])
    made.save()
    _record(by, "compliance:hold_set", made)
    return made


@transaction.atomic
def release(*, by: Member, hold: Hold) -> None:
    """What was held goes by the rules again. Releasing twice is releasing once."""
    demand(by, "compliance.record")
    if hold.practice_id != by.practice_id:
        raise Refused(_("There is no such hold."))
    if Hold.objects.filter(pk=hold.pk, ended_at=None).update(ended_at=clock.now()):
        _record(by, "compliance:hold_released", hold)


def _record(by: Member, kind: str, hold: Hold) -> None:
    events.record(
        by.practice_id,
        kind,
        actor=by.public_id,
        subject=hold.public_id,
        people=[hold.subject],
        rule=hold.rule,
        reason=hold.reason,
        until=hold.until.isoformat(),
        on=hold.subject,
    )


@transaction.atomic
def set_fiscal_year(*, by: Member, last_month: int) -> None:
    """The month the practice's fiscal year ends with: dates of last use are counted from its end."""
    demand(by, "compliance.record")
    if last_month not in range(1, 13):
        raise Refused(_("Choose a month."), field="last_month")
    FiscalYear.objects.update_or_create(practice=by.practice, defaults={"last_month": last_month})
    events.record(by.practice_id, "compliance:fiscal_year", actor=by.public_id, last_month=last_month)


def purge(practice: Practice) -> int:
    """Delete what the practice's record says past its date, and bytes nothing else names; returns how many payloads.

    What is held stays. Each run of rows is a transaction of its own with the event that says whose contents are gone.
    """
    return sum(_purge_some(practice.pk, keys) for keys in _candidates(practice))


def _candidates(practice: Practice) -> Iterator[list[int]]:
    """Keys of payloads that may be past their date, a run at a time."""
    oldest = clock.now() - timedelta(days=DAYS_A_YEAR * selectors.term(practice).years)
    named = Q()
    for start in (kind for matter in selectors.MATTERS for kind in matter.kinds):
        named |= Q(event__kind__startswith=start)
    past = Q(keep_until__lt=clock.today()) | (named & Q(event__at__lt=oldest, keep_until=None))
    at = 0
    rows = Payload.objects.filter(past, practice=practice).order_by("pk")
    while keys := list(rows.filter(pk__gt=at).values_list("pk", flat=True)[:CHUNK]):
        yield keys
        at = keys[-1]


@transaction.atomic
def _purge_some(practice_id: int, keys: list[int]) -> int:
    some = list(Payload.objects.filter(pk__in=keys).select_related("event").select_for_update(of=("self",)))
    kept, dated, today = selectors.terms_of(practice_id, some), selectors.due_dates(practice_id, some), clock.today()
    gone = [one for one in some if one.pk in dated and dated[one.pk][1] < today and one.pk not in kept]
    numbers = records.forget(gone)
    records.note_gone(practice_id, PURGED, numbers)
    return len(numbers)
