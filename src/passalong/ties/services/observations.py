"""Sums over pairs of addresses: how often they were on a message or event together, and how closely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple, TypeVar

from django.db.models import Q

from passalong.contacts.services.bulk import day, insert
from passalong.ties.models import Encounter, Observation

T = TypeVar("T")
CHUNK = 2000
LARGE = 400_000  # pairs held in memory before they are written


ADDING = """
ON CONFLICT (practice_id, kind, low_id, high_id) DO UPDATE SET
  times = ties_observation.times + excluded.times,
  weight = ties_observation.weight + excluded.weight,
  first_on = CASE WHEN excluded.first_on IS NULL OR ties_observation.first_on < excluded.first_on
    THEN ties_observation.first_on ELSE excluded.first_on END,
  last_on = CASE WHEN excluded.last_on IS NULL OR ties_observation.last_on > excluded.last_on
    THEN ties_observation.last_on ELSE excluded.last_on END
"""


class Sum(NamedTuple):
    """What encounters say of one pair."""

    times: int
    weight: float
    first_on: date | None
    last_on: date | None


Pair = tuple[int, int]


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in runs of at most this size: what one query takes."""
    return (items[at : at + size] for at in range(0, len(items), size))


def span(first: date | None, last: date | None, on: date | None) -> tuple[date | None, date | None]:
    """First and last day, one more day taken in."""
    if on is None:
        return first, last
    return (on if first is None or on < first else first), (on if last is None or on > last else last)


class PairSums:
    """Sums of one practice and kind while encounters pass by; written in chunks, added to what is on file."""

    def __init__(self, practice_id: int, kind: str) -> None:
        self.practice_id, self.kind = practice_id, kind
        self.sums: dict[Pair, Sum] = {}
        self.written = 0

    def add(self, people: Sequence[int], weight: float, on: date | None) -> None:
        """One encounter of these addresses, in ascending order, with its weight for each pair."""
        for pair in combinations(people, 2):
            old = self.sums.get(pair)
            if old is None:
                self.sums[pair] = Sum(1, weight, on, on)
            else:
                self.sums[pair] = Sum(old.times + 1, old.weight + weight, *span(old.first_on, old.last_on, on))

    def flush_if_large(self, own: set[int]) -> None:
        """Keep memory bounded."""
        if len(self.sums) > LARGE:
            self._flush(own)

    def finish(self, own: set[int]) -> int:
        """Write what is left; pairs with an own address are nobody's. Returns how many pairs were added to."""
        self._flush(own)
        touching = Q(low__in=own) | Q(high__in=own)
        Observation.objects.filter(touching, practice_id=self.practice_id, kind=self.kind).delete()
        return self.written

    def _flush(self, own: set[int]) -> None:
        pairs = sorted(pair for pair in self.sums if pair[0] not in own and pair[1] not in own)
        for chunk in batches(pairs, CHUNK):
            write(self.practice_id, self.kind, ((pair, self.sums[pair]) for pair in chunk))
            self.written += len(chunk)
        self.sums.clear()


def write(practice_id: int, kind: str, sums: Iterable[tuple[Pair, Sum]]) -> None:
    """Add the sums of these pairs to those on file."""
    insert(
        Observation,
        ("practice", "kind", "low", "high", "times", "weight", "first_on", "last_on"),
        ((practice_id, kind, *pair, one.times, one.weight, day(one.first_on), day(one.last_on)) for pair, one in sums),
        on_conflict=ADDING,
    )


def forget(practice_id: int, kind: str, touched: set[int]) -> None:
    """Take the sums of all pairs of these addresses off file."""
    for lows in batches(sorted(touched), CHUNK):
        rows = Observation.objects.filter(practice_id=practice_id, kind=kind, low_id__in=lows)
        gone = [pk for pk, high in rows.values_list("pk", "high_id") if high in touched]
        for pks in batches(gone, CHUNK):
            Observation.objects.filter(pk__in=pks).delete()


def remaining(practice_id: int, kind: str) -> Iterator[tuple[list[int], date | None]]:
    """People and day of every encounter on file, streamed."""
    rows = Encounter.objects.filter(practice_id=practice_id, kind=kind).order_by("pk")
    return rows.values_list("people", "on").iterator(chunk_size=CHUNK)
