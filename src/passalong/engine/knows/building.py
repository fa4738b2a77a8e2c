"""Rows of words to a DataSet: codes, checked dates and numbers, doubles joined, strangers left out and told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints
from passalong.engine.knows.dataset import (
    ANSWERS,
    Affiliations,
    Answers,
    DataSet,
    Ties,
    Traits,
    rows_of,
)
from passalong.engine.knows.dates import BadDate, day_of, days_of
from passalong.engine.knows.errors import DataError

FIRST_ROW = 2  # row 1 of a file is its header
LARGEST = 1e15  # sums and squares of such numbers stay finite
STILL_THERE = day_of("9999-01-01")  # what many databases write for an end that has not come


def build(
    people: Sequence[Any],
    affiliations: Sequence[Any],
    groups: Sequence[Any],
    traits: Sequence[Any],
    ties: Sequence[Any],
    answers: Sequence[Any],
) -> DataSet:
    """DataSet from rows of words; see DataSet.from_tables."""
    crowd = _People(people)
    kinds, group_ids, trait_kinds, tie_kinds = _Words(), _Words(), _Words(), _Words()
    belonging = _affiliations(crowd, affiliations, kinds, group_ids)
    traits_table = _traits(crowd, traits, trait_kinds)
    ties_table = _ties(crowd, ties, tie_kinds)
    answers_table = _answers(crowd, answers)
    names, sizes = _group_facts(groups, group_ids)
    return DataSet(
        ids=tuple(crowd.index),
        names=tuple(crowd.names),
        kinds=kinds.words,
        groups=group_ids.words,
        group_names=names,
        group_sizes=sizes,
        trait_kinds=trait_kinds.words,
        tie_kinds=tie_kinds.words,
        affiliations=belonging,
        traits=traits_table,
        ties=ties_table,
        answers=answers_table,
        index=crowd.index,
        warnings=tuple(crowd.warnings),
    )


class _Words:
    """Words to codes, in order of first sight."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def column(self, words: Iterable[str]) -> Ints:
        codes = self.codes
        return np.fromiter((codes.setdefault(word, len(codes)) for word in words), np.int64)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.codes)


class _People:
    """Who is in the data set, and what had to be left out because it is about somebody else."""

    def __init__(self, people: Sequence[Any]) -> None:
        self.index: dict[str, int] = {}
        self.names: list[str] = []
        self.warnings: list[str] = []
        for person in people:
            key, name = (person, "") if isinstance(person, str) else (person[0], person[1] or "")
            if key not in self.index:
                self.index[key] = len(self.index)
                self.names.append(name)
        double = len(people) - len(self.index)
        if double:
            self.warnings.append(f"people: {_rows_word(double)} with an id seen before, left out")

    def column(self, ids: Iterable[str]) -> Ints:
        """Positions of people; -1 for strangers."""
        get = self.index.get
        return np.fromiter((get(key, -1) for key in ids), np.int64)

    def known(self, table: str, *columns: Ints) -> Flags:
        """Rows whose people are all known; the others are told, and refused when there are no others."""
        keep: Flags = np.all([column >= 0 for column in columns], axis=0)
        strange = len(keep) - int(keep.sum())
        if strange and strange == len(keep):
            raise DataError(f"{table}: none of its {strange} rows is about people of the people table.")
        if strange:
            self.warnings.append(f"{table}: {_rows_word(strange)} about people who are not in the people table")
        return keep

    def apart(self, table: str, a: Ints, b: Ints) -> Flags:
        """Rows that tell of two different people."""
        same = int((a == b).sum())
        if same:
            self.warnings.append(f"{table}: {_rows_word(same)} of people with themselves, left out")
        return np.asarray(a != b)

    def told(self, table: str, keep: Flags, what: str) -> Flags:
        """Rows that can be meant; the others are told."""
        odd = len(keep) - int(keep.sum())
        if odd:
            self.warnings.append(f"{table}: {_rows_word(odd)} {what}, left out")
        return keep

    def filled(self, table: str, names: str, *columns: Sequence[Any]) -> Flags:
        """Rows that say of what kind they are: what is left blank is no kind of its own, and no group."""
        keep = np.fromiter((all(cells) for cells in zip(*columns, strict=True)), bool)
        return self.told(table, keep, f"without {names}")

    def in_order(self, table: str, first: str, last: str, begin: Floats, end: Floats) -> Flags:
        """Rows whose dates do not contradict each other."""
        return self.told(table, ~(end < begin), f"with {last} before {first}")


def _rows_word(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _column(rows: Sequence[Any], place: int) -> list[Any]:
    return [row[place] for row in rows]


def _dates(table: str, name: str, texts: Sequence[str | None], *, last: bool = False) -> Floats:
    try:
        return days_of(texts, last=last)
    except BadDate as bad:
        raise DataError(f"{table}, row {bad.position + FIRST_ROW}: {name} {bad}.") from None


def _numbers(table: str, name: str, values: Sequence[Any], empty: float) -> Floats:
    out = np.full(len(values), empty)
    for position, value in enumerate(values):
        if value is None or value == "":
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise DataError(f'{table}, row {position + FIRST_ROW}: {name} "{value}" is not a number.')
        if abs(number) > LARGEST:
            raise DataError(f'{table}, row {position + FIRST_ROW}: {name} "{value}" is too large.')
        out[position] = number
    return out


def _not_below_zero(table: str, name: str, values: Floats) -> None:
    for position in np.flatnonzero(values < 0)[:1]:
        raise DataError(f"{table}, row {position + FIRST_ROW}: {name} {values[position]:g} is below zero.")


def _chances(table: str, name: str, values: Sequence[Any]) -> Floats:
    out = _numbers(table, name, values, math.nan)
    for position in np.flatnonzero((out < 0) | (out > 1))[:1]:
        raise DataError(f'{table}, row {position + FIRST_ROW}: {name} "{values[position]}" is not between 0 and 1.')
    return out


def _affiliations(crowd: _People, rows: Sequence[Any], kinds: _Words, groups: _Words) -> Affiliations:
    person, kind, group = (crowd.column(_column(rows, 0)), _column(rows, 1), _column(rows, 2))
    start = _dates("affiliations", "start", _column(rows, 3))
    end = _dates("affiliations", "end", _column(rows, 4), last=True)
    end[end >= STILL_THERE] = math.nan
    keep = crowd.known("affiliations", person)
    keep = keep & crowd.filled("affiliations", "kind or group_id", kind, group)
    keep &= crowd.in_order("affiliations", "start", "end", start, end)
    table = Affiliations(person=person, kind=kinds.column(kind), group=groups.column(group), start=start, end=end)
    table = rows_of(table, keep)
    return rows_of(table, _first_of(table.person, table.kind, table.group, table.start, table.end))


def _first_of(*columns: Ints | Floats) -> Ints:
    """Positions of the first of equal rows, in the order given; missing dates are equal to each other."""
    rows = len(columns[0])
    mixed = np.zeros(rows, np.int64)
    for column in columns[:3]:  # people, kind, group: most rows differ in these already
        mixed = mixed * (int(column.max(initial=0)) + 1) + column.astype(np.int64)
    by_key = np.sort(mixed)
    if not (by_key[1:] == by_key[:-1]).any():
        return np.arange(rows)
    numbers = [np.nan_to_num(np.asarray(column, float), nan=-1.0) for column in columns]
    order = np.lexsort([np.arange(rows), *reversed(numbers)])
    same = np.all([column[order][1:] == column[order][:-1] for column in numbers], axis=0)
    return np.sort(order[np.r_[True, ~same]])


def _traits(crowd: _People, rows: Sequence[Any], kinds: _Words) -> Traits:
    person = crowd.column(_column(rows, 0))
    table = Traits(
        person=person,
        kind=kinds.column(_column(rows, 1)),
        value=_numbers("traits", "value", _column(rows, 2), math.nan),
    )
    keep = crowd.known("traits", person) & crowd.filled("traits", "kind", _column(rows, 1))
    return rows_of(table, keep & ~np.isnan(table.value))


def _ties(crowd: _People, rows: Sequence[Any], kinds: _Words) -> Ties:
    a, b = crowd.column(_column(rows, 0)), crowd.column(_column(rows, 1))
    count = _numbers("ties", "count", _column(rows, 3), 1.0)
    _not_below_zero("ties", "count", count)
    table = Ties(
        a=np.minimum(a, b),
        b=np.maximum(a, b),
        kind=kinds.column(_column(rows, 2)),
        count=count,
        first=_dates("ties", "first_on", _column(rows, 4)),
        last=_dates("ties", "last_on", _column(rows, 5), last=True),
    )
    keep = crowd.known("ties", a, b) & crowd.filled("ties", "kind", _column(rows, 2))
    keep &= crowd.in_order("ties", "first_on", "last_on", table.first, table.last)
    table = rows_of(table, keep)
    table = rows_of(table, crowd.apart("ties", table.a, table.b))
    return rows_of(table, _first_of(table.a, table.b, table.kind, table.count, table.first, table.last))


def _answers(crowd: _People, rows: Sequence[Any]) -> Answers:
    for position, row in enumerate(rows):
        if row[2] not in ANSWERS:
            known = ", ".join(ANSWERS)
            raise DataError(f'answers, row {position + FIRST_ROW}: "{row[2]}" is not one of {known}.')
    client, prospect = crowd.column(_column(rows, 0)), crowd.column(_column(rows, 1))
    table = Answers(
        client=client,
        prospect=prospect,
        value=np.asarray([ANSWERS.index(row[2]) for row in rows], np.int64),
        on=_dates("answers", "answered_on", _column(rows, 3)),
        shown=_chances("answers", "shown_p", [row[4] if len(row) > 4 else None for row in rows]),
    )
    table = rows_of(table, crowd.known("answers", client, prospect))
    return rows_of(table, crowd.apart("answers", table.client, table.prospect))


def _group_facts(rows: Sequence[Any], groups: _Words) -> tuple[tuple[str, ...], Floats]:
    """Names and headcounts in the order of group codes; nan where the headcount is not given."""
    names, sizes = list(groups.words), np.full(len(groups.codes), np.nan)
    known = _numbers("groups", "size", _column(rows, 3), math.nan)
    _not_below_zero("groups", "size", known)
    for row, size in zip(rows, known, strict=True):
        code = groups.codes.get(row[0])
        if code is not None:
            names[code] = row[2] or names[code]
            sizes[code] = size if size > 0 else np.nan
    return tuple(names), sizes
