"""The board and the list of interviews, and what is to be done next: bounded reads, whatever the number of rows."""

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
from passalong.interviews.models import GuestKind, Interview, Outcome, Stage
from passalong.interviews.stages import NEXT, OPEN
from passalong.introductions.selectors.lines import Due

SHOWN = 6  # cards of a stage on the board
WEEK = 7  # days
DUE_FIRST = (F("due_at").asc(nulls_last=True), "-stage_at", "-pk")


@dataclass(frozen=True, slots=True)
class Card:
    """An interview as board and list show it. whom: the guest, in words; about: working title, or what kind of guest;
    next: what is to be done; due: by when, None if there is no day; is_overdue: that day is past."""

    interview: Interview
    whom: str
    about: str
    next: str
    due: date | None
    is_overdue: bool

    @property
    def url(self) -> str:
        return reverse("interviews:one", args=[self.interview.public_id])


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
    """What the list is narrowed to: words in the guest's name or the title; a kind of guest; a stage, or an outcome of
    closed ones; what is due."""

    q: str = ""
    kind: str = ""
    stage: str = ""
    outcome: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How many ended in one way. key: outcome, empty for those that were returned."""

    key: str
    label: str | Promise
    count: int


def card(one: Interview) -> Card:
    """The card of an interview whose guest is at hand."""
    following = NEXT.get(one.stage)
    due = timezone.localdate(one.due_at) if one.due_at else None
    overdue = bool(one.is_open and one.due_at and one.due_at < clock.now())
    words = str(following.words) if following else one.get_outcome_display() or one.get_stage_display()
    whom = str(one.guest) if one.guest else _("Somebody, forgotten")
    return Card(one, whom, one.title or one.get_kind_display(), words, due, overdue)


def cards(shown: Iterable[Interview]) -> list[Card]:
    """The rows of a page of the list."""
    return [card(one) for one in shown]


def board(practice: Practice) -> list[Column]:
    """Every open stage with its first cards: three queries."""
    rows = Interview.objects.filter(practice=practice, is_open=True).order_by().values("stage")
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    counts = {row["stage"]: row for row in rows.annotate(count=Count("pk"), overdue=late)}
    shown: dict[str, list[Card]] = {}
    for one in _first_of_each(practice):
        shown.setdefault(one.stage, []).append(card(one))
    empty = {"count": 0, "overdue": 0}
    return [
        Column(
            stage,
            Stage(stage).label,
            counts.get(stage, empty)["count"],
            counts.get(stage, empty)["overdue"],
            tuple(shown.get(stage, ())),
        )
        for stage in OPEN
    ]


def _first_of_each(practice: Practice) -> QuerySet[Interview]:
    rank = Window(RowNumber(), partition_by=F("stage"), order_by=DUE_FIRST)
    ranked = Interview.objects.filter(practice=practice, is_open=True).annotate(rank=rank).order_by()
    keys = list(ranked.filter(rank__lte=SHOWN).values_list("pk", flat=True))
    return Interview.objects.filter(pk__in=keys).select_related("guest").order_by(*DUE_FIRST)


def ended(practice: Practice) -> list[Ended]:
    """How many were returned, and how many ended otherwise: one query."""
    rows = Interview.objects.filter(practice=practice, is_open=False).order_by().values("outcome")
    counts = {row["outcome"]: row["count"] for row in rows.annotate(count=Count("pk"))}
    ways = [("", Stage.RETURNED.label), *Outcome.choices]
    return [Ended(key, label, counts[key]) for key, label in ways if counts.get(key)]


def has_any(practice: Practice) -> bool:
    """Whether the practice has had an interview at all."""
    return Interview.objects.filter(practice=practice).exists()


def wanted(practice: Practice, asked: Wanted) -> QuerySet[Interview]:
    """Interviews of the practice as asked for: open ones due first unless a stage is named."""
    found = Interview.objects.filter(practice=practice).select_related("guest")
    if asked.stage in Stage.values:
        found = found.filter(stage=asked.stage)
    elif asked.outcome in Outcome.values:
        found = found.filter(outcome=asked.outcome)
    elif asked.stage != "all":
        found = found.filter(is_open=True)
    if asked.kind in GuestKind.values:
        found = found.filter(kind=asked.kind)
    if asked.due == "overdue":
        found = found.filter(is_open=True, due_at__lt=clock.now())
    elif asked.due == "week":
        found = found.filter(is_open=True, due_at__lt=clock.now() + timedelta(days=WEEK))
    for word in fold(asked.q).split()[:6]:
        found = found.filter(Q(guest__search__contains=word) | Q(title__icontains=word))
    return found.order_by(*DUE_FIRST)


def next_acts(practice: Practice, limit: int) -> list[Due]:
    """What is to be done next about interviews, overdue first: one query, at most `limit` lines."""
    found = Interview.objects.filter(practice=practice, is_open=True, due_at__isnull=False)
    rows = cards(found.select_related("guest").order_by("due_at", "pk")[:limit])
    return [Due(f"{one.whom}: {one.next}", one.url, one.due) for one in rows if one.due]
