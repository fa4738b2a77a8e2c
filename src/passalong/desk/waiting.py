"""What waits for an act, for Today: one section a kind, each a few lines from the room that knows. A fixed number of
queries whatever there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.core import clock
from passalong.introductions.selectors import board, care, seeds, thanks, troubles, updates

SHOWN = 5  # lines of a section; one more is asked for, to know whether there are more


class Told(Protocol):
    """A line as the rooms give it."""

    @property
    def line(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def due(self) -> date | datetime: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: what, where, by which day."""

    words: str
    url: str
    due: date

    @property
    def is_overdue(self) -> bool:
        return self.due < clock.today()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind. more: address of all of them, empty where the lines are all there are. is_calm: their day is
    the first on which they fit, and passing it is no fault."""

    key: str
    title: str | Promise
    lines: tuple[Line, ...]
    more: str = ""
    is_calm: bool = False


def sections(practice: Practice) -> list[Section]:
    """What waits, kinds without a line left out. What went wrong stands first, then people who wait for an answer."""
    asked = SHOWN + 1
    found = (
        _section("troubles", __("To be put right"), troubles.open(practice, asked), "introductions:list"),
        _section("next", __("Introductions: what is next"), board.next_acts(practice, asked), "introductions:list"),
        _section("promises", __("Promised"), care.promises_due(practice, asked), "introductions:promises"),
        _section("thanks", __("To thank"), thanks.due(practice, asked), "introductions:thanked"),
        _section("news", __("To tell"), updates.due(practice, asked), "introductions:news"),
        _section("silent", __("Asked, and heard nothing"), care.silent(practice, asked), "introductions:silent"),
        _section("seeds", __("To say when you next speak"), seeds.to_say(practice, asked), "introductions:seeds", True),
    )
    return [one for one in found if one.lines]


def _section(key: str, title: Promise, told: Iterable[Told], more: str, is_calm: bool = False) -> Section:
    lines = [Line(one.line, one.url, _day(one.due)) for one in told]
    return Section(key, title, tuple(lines[:SHOWN]), reverse(more) if len(lines) > SHOWN else "", is_calm)


def _day(due: date | datetime) -> date:
    return timezone.localdate(due) if isinstance(due, datetime) else due
