"""Named reads on the value ledger: entries, what somebody got within a window, sums by person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.module_loading import import_string

from passalong.accounts.models import Practice
from passalong.compliance.currency import currency_of
from passalong.compliance.models import Decision, Giver, ValueEntry
from passalong.core import clock

YEAR = timedelta(days=365)  # two days this far apart still count together, one more and they do not
# Functions (practice id, contact id, until) -> the day of the last introduction somebody made; from rooms above.
REFERRALS = ("passalong.introductions.referrals.last_on",)
WORTH = Greatest(F("cost"), Coalesce(F("market"), F("cost")))


@dataclass(frozen=True, slots=True)
class Around:
    """What one person got besides the thing at hand, on the same side of the ledger."""

    months: Decimal
    year: Decimal
    other_currency: bool


def entries(
    practice: Practice, *, query: str = "", kind: str = "", giver: str = "", state: str = ""
) -> QuerySet[ValueEntry]:
    """Entries, the latest first. state: "waiting", "void" or empty for those that count."""
    found = ValueEntry.objects.filter(practice=practice).select_related("contact", "approval")
    if query:
        found = found.filter(Q(contact__full_name__icontains=query) | Q(what__icontains=query))
    if kind:
        found = found.filter(kind=kind)
    if giver:
        found = found.filter(giver=giver)
    if state == "void":
        return found.exclude(voided_at=None)
    if state == "waiting":
        found = found.filter(approval__decision=Decision.WAITING)
    return found.filter(voided_at=None)


def entry(practice: Practice, public_id: str) -> ValueEntry:
    """One entry; raises ValueEntry.DoesNotExist for another practice's."""
    found = ValueEntry.objects.select_related("contact", "approval", "practice")
    return found.get(practice=practice, public_id=public_id)


def entries_of(practice: Practice, contact_id: int) -> QuerySet[ValueEntry]:
    """What one person got or gave and counts, the latest first."""
    return entries(practice).filter(contact=contact_id)


def around(
    practice: Practice, contact_id: int, on: date, *, giver: str, currency: str, without: int | None = None
) -> Around:
    """What else counts with a thing of this day: within any 365 days that hold it, and in its calendar year.

    Entries before and after are looked at, so that one written down late cannot slip below a limit. Currencies are not
    added up; another one is only said to be there.
    """
    found = ValueEntry.objects.filter(practice=practice, contact=contact_id, giver=giver, voided_at=None)
    found = found.exclude(pk=without) if without else found
    near = found.filter(given_on__gte=on - YEAR, given_on__lte=on + YEAR)
    rows = list(near.order_by("given_on").values_list("given_on", "currency", "cost", "market"))
    same = [(day, max(cost, market or cost)) for day, money, cost, market in rows if money == currency]
    ends = {on, *(day for day, _worth in same if day >= on)}
    windows = [sum((worth for day, worth in same if end - YEAR <= day <= end), Decimal(0)) for end in ends]
    year = sum((worth for day, worth in same if day.year == on.year), Decimal(0))
    return Around(max(windows), year, any(money != currency for _day, money, *_rest in rows))


def given_within_months(practice: Practice, contact_id: int) -> Decimal:
    """The largest sum somebody got from the practice within 12 months up to now."""
    currency = currency_of(practice.country)
    return around(practice, contact_id, clock.today(), giver=Giver.PRACTICE, currency=currency).months


def days_after_referral(practice: Practice, contact_id: int, on: date) -> int | None:
    """Days from this person's last introduction to that day; None where there was none before it."""
    days = (import_string(one)(practice.pk, contact_id, on) for one in REFERRALS)
    last = max((day for day in days if day), default=None)
    return (on - last).days if last else None


def people(practice: Practice | int, *, query: str = "", giver: str = Giver.PRACTICE) -> QuerySet[Any, dict[str, Any]]:
    """A row for each person and currency: contact__public_id, contact__full_name, currency, months, year, all.

    What the practice (or the one of this id) gave, or received; the largest of the last 12 months first.
    """
    today = clock.today()
    found = ValueEntry.objects.filter(practice=practice, giver=giver, voided_at=None).exclude(contact=None)
    if query:
        found = found.filter(contact__full_name__icontains=query)
    rows = found.values("contact", "contact__public_id", "contact__full_name", "currency").annotate(
        months=Coalesce(Sum(WORTH, filter=Q(given_on__gte=today - YEAR, given_on__lte=today)), Decimal(0)),
        year=Coalesce(Sum(WORTH, filter=Q(given_on__year=today.year)), Decimal(0)),
        all=Sum(WORTH),
    )
    ordered: Any = rows.order_by("-months", "contact__full_name", "contact", "currency")
    return ordered  # type: ignore[no-any-return]


def sums_of(
    practice: Practice | int, contact_ids: Iterable[int], *, giver: str = Giver.PRACTICE
) -> list[dict[str, Any]]:
    """The same rows for these people only."""
    return list(people(practice, giver=giver).filter(contact__in=list(contact_ids)))
