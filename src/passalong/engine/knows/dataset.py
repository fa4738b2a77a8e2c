"""A data set as immutable columns: people, what they belong to, whom they know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints
from passalong.engine.knows.dates import day_of
from passalong.engine.knows.errors import DataError

ANSWERS = ("knows_well", "knows", "does_not_know", "rather_not", "unsure")
POSITIVE = (0, 1)
NEGATIVE = 2
KNOWS = "knows"


@dataclass(frozen=True, eq=False)
class Affiliations:
    """One row a membership: person, kind and group as codes; start and end as day numbers, nan when unknown."""

    person: Ints
    kind: Ints
    group: Ints
    start: Floats
    end: Floats


@dataclass(frozen=True, eq=False)
class Traits:
    """One row a number held by a person; kind as code."""

    person: Ints
    kind: Ints
    value: Floats


@dataclass(frozen=True, eq=False)
class Ties:
    """One row a pair and kind, a < b. Days are nan when unknown."""

    a: Ints
    b: Ints
    kind: Ints
    count: Floats
    first: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class Answers:
    """One row an answer; value is a position in ANSWERS; shown: probability held when the name was shown, or nan."""

    client: Ints
    prospect: Ints
    value: Ints
    on: Floats
    shown: Floats


Table = TypeVar("Table", Affiliations, Traits, Ties, Answers)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Columns of codes and the words they stand for. Make one with `read_folder` or `from_tables`."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    group_names: tuple[str, ...]
    group_sizes: Floats
    trait_kinds: tuple[str, ...]
    tie_kinds: tuple[str, ...]
    affiliations: Affiliations
    traits: Traits
    ties: Ties
    answers: Answers
    index: dict[str, int]
    warnings: tuple[str, ...] = ()
    drawn_from: int = 0

    @classmethod
    def from_tables(
        cls,
        people: Sequence[str] | Sequence[tuple[str, str]],
        affiliations: Sequence[tuple[str, str, str, str | None, str | None]] = (),
        groups: Sequence[tuple[str, str, str, float | None]] = (),
        traits: Sequence[tuple[str, str, float]] = (),
        ties: Sequence[tuple[str, str, str, float | None, str | None, str | None]] = (),
        answers: Sequence[tuple[str, str, str, str | None] | tuple[str, str, str, str | None, float | None]] = (),
        drawn_from: int = 0,
    ) -> DataSet:
        """Build from rows.

        people: ids, or (id, name). affiliations: (person, kind, group, start, end). groups: (group, kind, name,
        headcount or None). traits: (person, kind, number). ties: (a, b, kind, count, first_on, last_on).
        answers: (client, prospect, answer, answered_on), and if wanted the probability
        held when the name was shown (None: brought up by the client). Dates are ISO, a year, empty or None.
        drawn_from: how many people these are a part of, where the list is no community of its own (an address
        book); the prior's base rate goes by it. Rows about unknown people and self-ties are left out and told in
        `warnings`. DataError on a bad date, number or answer, naming table and row.
        """
        from passalong.engine.knows.building import build

        return replace(build(people, affiliations, groups, traits, ties, answers), drawn_from=drawn_from)

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.ids)

    @property
    def population(self) -> int:
        """Number of people among whom these live, at least their own number."""
        return max(self.size, self.drawn_from)

    def until(self, as_of: str | None) -> DataSet:
        """What was known before a date: later facts are left out, later ends are blank."""
        if not as_of:
            return self
        try:
            cut = day_of(as_of)
        except ValueError:
            raise DataError(f'"{as_of}" is not a date (wanted: 2009 or 2009-05-31).') from None
        return self.before(cut)

    def before(self, cut: float) -> DataSet:
        """The same for a day number."""
        return replace(
            self,
            affiliations=_affiliations_until(self.affiliations, cut),
            ties=_ties_until(self.ties, cut),
            answers=rows_of(self.answers, ~(self.answers.on >= cut)),
        )

    def position(self, person: str) -> int:
        """Row of a person; DataError when there is none."""
        if person not in self.index:
            raise DataError(f'There is nobody with the id "{person}" in the people table.')
        return self.index[person]


def rows_of(table: Table, keep: Flags | Ints) -> Table:
    """Some rows of a table of columns."""
    return replace(table, **{field.name: getattr(table, field.name)[keep] for field in fields(table)})


def _affiliations_until(rows: Affiliations, cut: float) -> Affiliations:
    kept = rows_of(rows, ~(rows.start >= cut))
    return replace(kept, end=np.where(kept.end >= cut, np.nan, kept.end))


def _ties_until(rows: Ties, cut: float) -> Ties:
    """Contacts of which it is not known that they began before the cut go when they were seen after it."""
    kept = rows_of(rows, ~(rows.first >= cut) & ~(np.isnan(rows.first) & (rows.last >= cut)))
    later = kept.last >= cut
    span = np.where(later, np.maximum(kept.last - kept.first, 1.0), 1.0)
    share = np.where(later, np.clip((cut - kept.first) / span, 0.0, 1.0), 1.0)
    return replace(kept, count=kept.count * share, last=np.where(later, cut, kept.last))
