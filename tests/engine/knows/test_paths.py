"""Chains are those that trying every chain finds."""

from __future__ import annotations

import itertools

import pytest
from tests.engine.knows.make import data, town

from passalong.engine import knows

PEOPLE = 25
TOP = 10


def every_chain(strength, a: int, b: int) -> list[tuple[tuple[int, ...], float]]:
    others = [person for person in range(PEOPLE) if person not in (a, b)]
    found = []
    for hops in (1, 2, 3):
        for between in itertools.permutations(others, hops - 1):
            path = (a, *between, b)
            value = 0.7 ** (hops - 1)
            for one, next_ in itertools.pairwise(path):
                value *= strength[one, next_]
            if value > 0:
                found.append((path, value))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_best_chains_of_different_introducers_come_first(seed: int) -> None:
    tables = town(PEOPLE, seed, 60)
    tables["ties"] += [("1", "2", "meeting", 3 + seed, "", ""), ("3", "4", "estranged", None, "", "")]
    paths = knows.Paths(data(tables))
    strength = paths.strength.toarray()
    for a, b in [(0, 1), (1, 2), (3, 4), (5, 6), (7, 20)]:
        chains = paths.between(str(a), str(b), top=TOP)
        tried = every_chain(strength, a, b)
        best_by_first: dict[int, float] = {}
        for path, value in tried:
            best_by_first[path[1]] = max(value, best_by_first.get(path[1], 0.0))
        leading = sorted(best_by_first.values(), reverse=True)[:TOP]
        known = {tuple(map(str, path)): value for path, value in tried}
        assert len(chains) == min(TOP, len(tried))
        assert all(chain.value == pytest.approx(known[chain.path]) for chain in chains)
        found: dict[str, float] = {}
        for chain in chains:
            found.setdefault(chain.path[1], chain.value)
        assert sorted(found.values(), reverse=True)[:TOP] == pytest.approx(leading)
