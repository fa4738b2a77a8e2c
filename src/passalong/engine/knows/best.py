"""The best people of one row: first those within reach, then whoever the bounds of far evidence leave in question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints
from passalong.engine.knows.row import Row, bounds, far_columns, near_columns

SLACK = 1e-9
FIRST_LOOK = 8  # times the people wanted are counted in full to know how good one has to be


@dataclass(frozen=True)
class Found:
    """People, best first, and their evidence by name."""

    people: Ints
    columns: list[tuple[str, Floats]]


@dataclass(frozen=True)
class Rule:
    """How one client's evidence becomes a score; every array by (prospect without, with known ties)."""

    base: Callable[[Floats], Floats]  # of people by degree
    weight: Callable[[str], Floats]


def best_of(row: Row, rule: Rule, near: Floats | None, allowed: Ints, top: int) -> Found:
    """The `top` best of the people allowed. near: points of what everybody has, such as nearness in a number."""
    reach = row.reach
    light = _light(row, rule)
    if near is not None:
        light += near
    by_degree, by_bucket = bounds(row, rule.weight)
    base = rule.base(np.arange(reach.most + 1, dtype=float))
    low = base[reach.degree] + light
    low = low[allowed]
    first = allowed[_largest(low, min(FIRST_LOOK * top, len(allowed)))]
    least = _kth(_full(row, rule, low_of(first, base, reach.degree, light), first), top)
    high = low + by_degree[reach.degree[allowed]]
    if by_bucket.any():
        bucket = reach.buckets[0] + np.minimum(reach.degree, 1) * by_bucket.shape[1]
        high += by_bucket.ravel()[bucket[allowed]]
    people = allowed[high >= least - SLACK]
    score = _full(row, rule, low_of(people, base, reach.degree, light), people)
    people = people[np.lexsort((people, -score))[:top]]
    return Found(people, _together(near_columns(row, people) + far_columns(row, people)))


def low_of(people: Ints, base: Floats, degree: Ints, light: Floats) -> Floats:
    """Score of people by all that is not far."""
    return base[degree[people]] + light[people]


def _light(row: Row, rule: Rule) -> Floats:
    """Points of near evidence, of everybody."""
    total = np.zeros(row.reach.world.size)
    some = row.reach.some
    for name, (people, value) in row.near:
        without, having = rule.weight(name)
        if without == having:
            total[people] += value * having
        elif without or having:
            total[people] += value * np.where(some[people], having, without)
    return total


def _full(row: Row, rule: Rule, low: Floats, people: Ints) -> Floats:
    some = row.reach.some[people].astype(np.int64)
    return low + sum((value * rule.weight(name)[some] for name, value in far_columns(row, people)), np.zeros(len(low)))


def _largest(value: Floats, number: int) -> Ints:
    return np.argpartition(value, len(value) - number)[len(value) - number :]


def _kth(value: Floats, number: int) -> float:
    """The number-th largest."""
    return float(np.partition(value, len(value) - number)[len(value) - number])


def _together(columns: list[tuple[str, Floats]]) -> list[tuple[str, Floats]]:
    out: dict[str, Floats] = {}
    for name, value in columns:
        out[name] = out[name] + value if name in out else value
    return list(out.items())
