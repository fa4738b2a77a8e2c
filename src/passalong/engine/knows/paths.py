"""Warm paths: chains of people who know each other, from one person to another, at most three ties long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Sparse, flat_ranges
from passalong.engine.knows.circles import NEGATIVE_CONTACT
from passalong.engine.knows.dataset import DataSet
from passalong.engine.knows.errors import DataError
from passalong.engine.knows.prior import shipped
from passalong.engine.knows.world import World, make_world

KNOWN = 0.7  # strength of a tie of which only its existence is known
HOP = 0.7  # what is left of goodwill with each further introduction
MOST_HOPS = 3
Found = tuple[tuple[int, ...], float]


@dataclass(frozen=True)
class Chain:
    """One chain of introductions: people from first to last; value 0 to 1."""

    path: tuple[str, ...]
    value: float


class Paths:
    """Finds chains; build once for a data set, ask often."""

    def __init__(self, data: DataSet, as_of: str | None = None) -> None:
        """Known ties and observed contacts become strengths between 0 and 1."""
        self.data = data.until(as_of)
        self.strength = strengths(make_world(self.data))

    def between(self, start: str, goal: str, top: int = 10, max_hops: int = 3) -> list[Chain]:
        """The best chains, best first; value = product of strengths x .7 for each further hop.

        The best chain of each first introducer comes before second chains over the same one.
        """
        if not 1 <= max_hops <= MOST_HOPS:
            raise DataError(f"At most {MOST_HOPS} hops and at least 1 can be asked, not {max_hops}.")
        a, b = self.data.position(start), self.data.position(goal)
        if a == b:
            raise DataError("A path needs two different people.")
        found = self._one(a, b)
        if max_hops >= 2:
            found += self._two(a, b, top)
        if max_hops >= 3:
            found += self._three(a, b, top)
        ids = self.data.ids
        return [Chain(tuple(ids[i] for i in path), value) for path, value in _different(found, top)]

    def _row(self, person: int) -> tuple[Ints, Floats]:
        begin, end = self.strength.indptr[person : person + 2]
        return self.strength.indices[begin:end].astype(np.int64), self.strength.data[begin:end]

    def _one(self, a: int, b: int) -> list[Found]:
        people, value = self._row(a)
        return [((a, b), float(v)) for v in value[people == b]]

    def _two(self, a: int, b: int, top: int) -> list[Found]:
        people, value = self._row(a)
        far, close = self._row(b)
        common, i, j = np.intersect1d(people, far, return_indices=True)
        worth = value[i] * close[j] * HOP
        best = np.lexsort((common, -worth))[:top]
        return [((a, int(common[k]), b), float(worth[k])) for k in best]

    def _three(self, a: int, b: int, top: int) -> list[Found]:
        """Chains over two people: of each first introducer the best seconds."""
        people, value = self._row(a)
        last, close = self._row(b)
        people, value = people[people != b], value[people != b]
        last, close = last[last != a], close[last != a]
        if not len(people) or not len(last):
            return []
        begin = self.strength.indptr[people].astype(np.int64)
        spot, owner = flat_ranges(begin, self.strength.indptr[people + 1] - begin)
        second = self.strength.indices[spot].astype(np.int64)
        place = np.minimum(np.searchsorted(last, second), len(last) - 1)
        hit = np.flatnonzero(last[place] == second)
        second, owner = second[hit], owner[hit]
        worth = value[owner] * self.strength.data[spot[hit]] * close[place[hit]] * HOP**2
        best = np.lexsort((second, -worth, owner))
        rank = np.arange(len(best)) - np.searchsorted(owner[best], owner[best])
        best = best[rank < top]
        firsts, seconds = people[owner[best]].tolist(), second[best].tolist()
        return [((a, i, j, b), w) for i, j, w in zip(firsts, seconds, worth[best].tolist(), strict=True) if w > 0]


def _different(found: list[Found], top: int) -> list[Found]:
    """The best of each first introducer, then others, in the order of their value."""
    order = sorted(found, key=lambda chain: (-chain[1], chain[0]))
    firsts: dict[int, Found] = {}
    for chain in order:
        firsts.setdefault(chain[0][1], chain)
    leading = list(firsts.values())[:top]
    taken = {chain[0] for chain in leading}
    others = [chain for chain in order if chain[0] not in taken][: top - len(leading)]
    return sorted(leading + others, key=lambda chain: (-chain[1], chain[0]))


def strengths(world: World) -> Sparse:
    """Symmetric matrix of tie strengths: known ties, and contacts by kind and amount; estranged pairs are out."""
    out = world.ties * KNOWN
    for kind, amount in world.contacts.items():
        weight = shipped().weight(f"seen:{kind}")
        if kind != NEGATIVE_CONTACT and weight > 0:
            seen = amount.copy()
            seen.data = 0.9 * -np.expm1(-weight * np.log1p(seen.data) / 4)
            out = out.maximum(seen)
    refused = world.contacts.get(NEGATIVE_CONTACT)
    if refused is not None:
        barred = (refused > 0).astype(float)
        out = out - out.multiply(barred)
    out = out.tocsr()
    out.eliminate_zeros()
    out.sort_indices()
    return out
