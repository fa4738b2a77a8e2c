"""Rows that have stages, as pages show them: a board, a list, one of them with its story. Bounded reads, whatever the
number of rows. The pages are ui/staged_board.html and ui/staged_list.html."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Count, F, Q, QuerySet, TextChoices, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise

from passalong.core import clock
from passalong.core.due import Due
from passalong.core.models import Staged, StagedStep
from passalong.core.moves import Act, Next

SHOWN = 6  # cards of a stage on the board
WEEK = 7  # days
DUE_FIRST = (F("due_at").asc(nulls_last=True), "-stage_at", "-pk")
Row = TypeVar("Row", bound=Staged)


@dataclass(frozen=True, slots=True)
class Card:
    """A row as board and list show it. whom: in words, whoever may be named; about: what else it is known by; next:
    what is to be done; otherwise: what stands in place of a day where none is set."""

    row: Staged
    whom: str
    about: str
    next: str
    url: str
    otherwise: str = ""

    @property
    def due(self) -> date | None:
        """By which day the next act is due."""
        return timezone.localdate(self.row.due_at) if self.row.due_at else None

    @property
    def is_overdue(self) -> bool:
        return bool(self.row.is_open and self.row.due_at and self.row.due_at < clock.now())


@dataclass(frozen=True, slots=True)
class Column:
    """One stage: how many there are, how many of them are overdue, and the first few, those due first."""

    stage: str
    label: str | Promise
    count: int
    overdue: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How many ended in one way. query: how the list shows them."""

    query: str
    label: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to: words; a stage (or all), or an outcome of closed ones; what is due."""

    q: str = ""
    stage: str = ""
    outcome: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A move that can be made now. is_elsewhere: on a page of its own."""

    act: str
    words: Act
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One step in the story: what happened, and who did it."""

    step: StagedStep
    what: str
    who: str


def next_words(row: Staged, table: Mapping[str, Next]) -> str:
    """What is to be done next; of one that has ended, how."""
    following = table.get(row.stage)
    return str(following.words) if following else row.standing


def board(rows: QuerySet[Row], stages: Iterable[TextChoices], card: Callable[[Row], Card]) -> list[Column]:
    """The open ones of these rows, a column for each of these stages that has any: three queries."""
    still = rows.filter(is_open=True).order_by()
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    counts = {one["stage"]: one for one in still.values("stage").annotate(count=Count("pk"), overdue=late)}
    ranked = still.annotate(rank=Window(RowNumber(), partition_by=F("stage"), order_by=DUE_FIRST))
    first = list(ranked.filter(rank__lte=SHOWN).values_list("pk", flat=True))
    shown: dict[str, list[Card]] = {}
    for one in rows.filter(pk__in=first).order_by(*DUE_FIRST):
        shown.setdefault(one.stage, []).append(card(one))
    return [
        Column(stage, stage.label, counts[stage]["count"], counts[stage]["overdue"], tuple(shown.get(stage, ())))
        for stage in stages
        if stage in counts
    ]


def ended(rows: QuerySet[Row], won: TextChoices, outcomes: type[TextChoices]) -> list[Ended]:
    """How many of these rows reached what they were for, and how many ended otherwise: one query."""
    found = rows.filter(is_open=False).order_by().values("outcome").annotate(count=Count("pk"))
    counts = {one["outcome"]: one["count"] for one in found}
    ways = [("", f"stage={won}", won.label), *((one, f"outcome={one}", one.label) for one in outcomes)]
    return [Ended(query, label, counts[key]) for key, query, label in ways if counts.get(key)]


def narrowed(rows: QuerySet[Row], asked: Wanted) -> QuerySet[Row]:
    """These rows as asked for, words aside: open ones unless a stage or an outcome is named, those due first."""
    if asked.stage and asked.stage != "all":
        rows = rows.filter(stage=asked.stage)
    elif asked.outcome:
        rows = rows.filter(outcome=asked.outcome)
    elif not asked.stage:
        rows = rows.filter(is_open=True)
    if asked.due:
        days = {"overdue": 0, "week": WEEK}[asked.due]
        rows = rows.filter(is_open=True, due_at__lt=clock.now() + timedelta(days=days))
    return rows.order_by(*DUE_FIRST)


def next_acts(rows: QuerySet[Row], limit: int, card: Callable[[Row], Card]) -> list[Due]:
    """What is to be done next about these rows, overdue first: one query, at most `limit` lines."""
    found = rows.filter(is_open=True, due_at__isnull=False).order_by("due_at", "pk")[:limit]
    cards = [card(one) for one in found]
    return [Due(f"{one.whom}: {one.next}", one.url, one.due) for one in cards if one.due]


def story(steps: Iterable[StagedStep], acts: Mapping[str, Act], who: Callable[[StagedStep], str]) -> tuple[Told, ...]:
    """The steps in words, the latest first."""
    return tuple(Told(one, str(acts[one.act].done), who(one)) for one in reversed(list(steps)))
