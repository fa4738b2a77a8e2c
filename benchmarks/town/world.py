"""The town as a whole: what is true, and what the practice holds of it.

Nothing here, nor in what this imports, knows how the engine reckons: numpy and the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import parameters as of
from benchmarks.town.bonds import Bonds, bind
from benchmarks.town.lives import Lives, live
from benchmarks.town.people import Floats, Ints, People, settle
from benchmarks.town.records import Fact, Seen, observe, write_down


@dataclass(frozen=True)
class Town:
    """Truth (people, lives, bonds) and records (facts, seen, and who is known to be a household or of which age)."""

    people: People
    lives: Lives
    bonds: Bonds
    facts: list[Fact]
    seen: list[Seen]
    known_household: Ints  # -1 where the practice does not know
    known_age: Floats  # nan where it does not
    seed: int

    @property
    def size(self) -> int:
        return len(self.people)

    def knows(self, a: int | Ints, b: int | Ints) -> NDArray[np.bool_]:
        """Whether they know each other, in truth; pairs side by side, or one person and many."""
        wanted = np.minimum(a, b) * self.size + np.maximum(a, b)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.asarray(self._keys[place] == wanted)

    @cached_property
    def _keys(self) -> Ints:
        return self.bonds.keys(self.size)


def make(size: int = 3_000, seed: int = 1) -> Town:
    """A town of so many people in the practice's book; the same seed gives the same town."""
    rng = np.random.default_rng(seed)
    people = settle(size, rng)
    lives = live(people, rng)
    bonds = bind(people, lives, rng)
    facts = write_down(people, lives, rng)
    seen = observe(people, lives, bonds, rng)
    several = np.bincount(people.household)[people.household] > 1
    told = (rng.random(int(people.household[-1]) + 1) < of.HOUSEHOLD_HELD)[people.household] & several
    age = np.floor(of.TODAY - people.born)
    return Town(
        people=people,
        lives=lives,
        bonds=bonds,
        facts=facts,
        seen=seen,
        known_household=np.where(told, people.household, -1),
        known_age=np.where(rng.random(size) < of.AGE_HELD, age, np.nan),
        seed=seed,
    )
