"""The board and the list of introductions, and what is to be done next: bounded reads, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.core import clock
from passalong.introductions.models import Introduction, Outcome, Stage
from passalong.introductions.selectors.lines import Due
from passalong.introductions.stages import NEXT, OPEN

SHOWN = 6  # cards of a stage on the board
DUE = ("overdue", "week")
WEEK = 7  # days
DUE_FIRST = (F("due_at").asc(nulls_last=True), "-stage_at", "-pk")


@dataclass(frozen=True, slots=True)
class Card:
    """An introduction as board and list show it. whom: in words, whoever may be named; next: what is to be done; due:
    by when, None if there is no day; is_overdue: that day is past."""

    introduction: Introduction
    whom: str
    by: str
    next: str
    due: date | None
    is_overdue: bool

    @property
    def url(self) -> str:
        return reverse("introductions:one", args=[self.introduction.public_id])


@dataclass(frozen=True, slots=True)
class Column:
    """One stage: how many there are, how many of them are overdue, and the first few, those due first."""

    stage: str
    label: str | Promise
    count: int
    overdue: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to: words in the names of either end; a stage, or an outcome of closed ones; what is
    due."""

    q: str = ""
    stage: str = ""
    outcome: str = ""
    due: str = ""


def whom(one: Introduction) -> str:
    """The person introduced, as the desk may say it."""
    if one.prospect:
        return str(one.prospect)
    if one.is_open and one.referrer:
        return _("Somebody %(client)s named") % {"client": one.referrer}
    return _("Somebody, forgotten")


def by(one: Introduction) -> str:
    """Who introduces them."""
    return str(one.referrer) if one.referrer else one.get_source_display()


def card(one: Introduction) -> Card:
    """The card of an introduction whose ends are at hand."""
    following = NEXT.get(one.stage)
    due = timezone.localdate(one.due_at) if one.due_at else None
    overdue = bool(one.is_open and one.due_at and one.due_at < clock.now())
    words = str(following.words) if following else one.get_outcome_display() or one.get_stage_display()
    return Card(one, whom(one), by(one), words, due, overdue)


def board(practice: Practice) -> list[Column]:
    """Every open stage with its first cards: three queries."""
    now = clock.now()
    counts = {
        row["stage"]: row
        for row in Introduction.objects.filter(practice=practice, is_open=True)
        .order_by()
        .values("stage")
        .annotate(count=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    }
    cards: dict[str, list[Card]] = {}
    for one in _first_of_each(practice):
        cards.setdefault(one.stage, []).append(card(one))
    empty = {"count": 0, "overdue": 0}
    return [
        Column(
            stage,
            Stage(stage).label,
            counts.get(stage, empty)["count"],
            counts.get(stage, empty)["overdue"],
            tuple(cards.get(stage, ())),
        )
        for stage in OPEN
    ]


def _first_of_each(practice: Practice) -> QuerySet[Introduction]:
    place = Window(RowNumber(), partition_by=F("stage"), order_by=DUE_FIRST)
    ranked = Introduction.objects.filter(practice=practice, is_open=True).annotate(place=place).order_by()
    keys = list(ranked.filter(place__lte=SHOWN).values_list("pk", flat=True))
    return Introduction.objects.filter(pk__in=keys).select_related("referrer", "prospect").order_by(*DUE_FIRST)


@dataclass(frozen=True, slots=True)
class Ended:
    """How many ended in one way. key: outcome, empty for those who became clients."""

    key: str
    label: str | Promise
    count: int


def ended(practice: Practice) -> list[Ended]:
    """How many became clients, and how many ended otherwise: one query."""
    rows = Introduction.objects.filter(practice=practice, is_open=False).order_by().values("outcome")
    counts = {row["outcome"]: row["count"] for row in rows.annotate(count=Count("pk"))}
    ways = [("", Stage.CLIENT.label), *Outcome.choices]
    return [Ended(key, label, counts[key]) for key, label in ways if counts.get(key)]


def has_any(practice: Practice) -> bool:
    """Whether the practice has had an introduction at all."""
    return Introduction.objects.filter(practice=practice).exists()


def wanted(practice: Practice, asked: Wanted) -> QuerySet[Introduction]:
    """Introductions of the practice as asked for: open ones due first unless a stage is named."""
    found = Introduction.objects.filter(practice=practice).select_related("referrer", "prospect")
    if asked.stage in Stage.values:
        found = found.filter(stage=asked.stage)
    elif asked.outcome in Outcome.values:
        found = found.filter(outcome=asked.outcome)
    elif asked.stage != "all":
        found = found.filter(is_open=True)
    if asked.due == "overdue":
        found = found.filter(is_open=True, due_at__lt=clock.now())
    elif asked.due == "week":
        found = found.filter(is_open=True, due_at__lt=clock.now() + timedelta(days=WEEK))
    for word in fold(asked.q).split()[:6]:
        found = found.filter(Q(prospect__search__contains=word) | Q(referrer__search__contains=word))
    return found.order_by(*DUE_FIRST)


def cards(shown: Iterable[Introduction]) -> list[Card]:
    """The rows of a page of the list."""
    return [card(one) for one in shown]


def next_acts(practice: Practice, limit: int) -> list[Due]:
    """What is to be done next about introductions, overdue first: one query, at most `limit` lines."""
    found = Introduction.objects.filter(practice=practice, is_open=True, due_at__isnull=False)
    rows = cards(found.select_related("referrer", "prospect").order_by("due_at", "pk")[:limit])
    return [Due(f"{one.whom}: {one.next}", one.url, one.due) for one in rows if one.due]
