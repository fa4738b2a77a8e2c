"""Chance, in small words. Every stage of a world has dice of its own, so that a change in one leaves the rest alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def running_total(weights: Iterable[float]) -> tuple[float, ...]:
    """What Dice.heavy wants to know of weights."""
    return tuple(accumulate(weights))


class Dice:
    """A seeded generator with the few draws that a life needs."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        self.rng = np.random.default_rng(seed)

    def chance(self, probability: float) -> bool:
        """True with the probability given."""
        return bool(self.rng.random() < probability)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included; low if there is nothing between."""
        return low if high <= low else int(self.rng.integers(low, high + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.rng.integers(len(items)))]

    def heavy(self, items: Sequence[T], heap: Sequence[float]) -> T:
        """One of the items; heap holds the running total of their weights."""
        place = bisect_right(heap, self.rng.random() * heap[-1])
        return items[min(place, len(items) - 1)]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Up to count different items, in random order."""
        order = self.rng.permutation(len(items))[: max(count, 0)]
        return [items[int(place)] for place in order]

    def wait(self, mean: float) -> int:
        """Whole years until something ends that ends at any time alike; at least one."""
        return 1 + int(self.rng.exponential(mean))
