"""Reads on series: a trade's places, in the order of the partners' own replies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.interviews.models import Interview, Partner, Series, Slot


def series_of(practice: Practice) -> QuerySet[Series]:
    """All series, those that go on first, with `places` and `replied`."""
    rows = Series.objects.filter(practice=practice)
    replied = Count("slots", filter=Q(slots__replied_at__isnull=False))
    return rows.annotate(places=Count("slots"), replied=replied).order_by(
        F("ended_at").desc(nulls_first=True), "-created_at", "-pk"
    )


def series(practice: Practice, public_id: str) -> Series:
    """One series; raises Series.DoesNotExist for another practice's."""
    return Series.objects.get(practice=practice, public_id=public_id)


@dataclass(frozen=True, slots=True)
class Place:
    """One partner's place. number: its place in the order of replies; None before they said yes themselves."""

    slot: Slot
    interview: Interview | None
    number: int | None


def places(row: Series) -> list[Place]:
    """Places in the order of own replies, those without one last: one query."""
    rows = Slot.objects.filter(series=row).select_related("partner__contact", "interview")
    rows = rows.order_by(F("replied_at").asc(nulls_last=True), "pk")
    return [
        Place(one, getattr(one, "interview", None), number if one.replied_at else None)
        for number, one in enumerate(rows, 1)
    ]


def slot(row: Series, partner_id: str) -> Slot:
    """The place of one partner, by the partner's public id; raises Slot.DoesNotExist."""
    return Slot.objects.get(series=row, partner__public_id=partner_id)


def addable(row: Series) -> list[Partner]:
    """Partners of the trade without a place yet."""
    rows = Partner.objects.filter(practice=row.practice_id, ended_at=None, trade__iexact=row.trade)
    return list(rows.exclude(slots__series=row).select_related("contact").order_by("contact__sort_key", "pk")[:50])
