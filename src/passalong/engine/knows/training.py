"""Training pairs out of a data set's own ties: for each, only what one would know without that very tie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Sparse, csr, entries, lookup
from passalong.engine.knows.features import Counter, Evidence, degrees, family, regime_of, standing
from passalong.engine.knows.world import World

SEED = 20
MOST_ASKED, LEAST_ASKED = 250, 40
MOST_WORK = 3e7  # voters x their acquaintances, over all people asked about
MOST_ROWS = 60_000
MOST_TIED = 15_000
HIDE = 0.2
LEAST_TIES = 3


@dataclass(frozen=True, eq=False)
class Rows:
    """Labelled pairs of one regime with their features: x is rows x names; weight puts sampling right."""

    names: tuple[str, ...]
    x: Floats
    y: Floats
    weight: Floats
    asked: Ints


def is_network(world: World) -> bool:
    """Whether ties were collected for everybody, so that an absent tie says something."""
    return bool(world.ties.nnz >= 60 and (world.degree > 0).mean() >= 0.3)


def cold_rows(counter: Counter) -> Rows | None:
    """Pairs of people whose own ties are hidden for once, all other ties known."""
    world, rng = counter.world, np.random.default_rng(SEED)
    asked = _choose(world, np.flatnonzero(world.degree >= LEAST_TIES), rng)
    if len(asked) < 5:
        return None
    own = world.ties[asked]
    evidence = counter.evidence(asked, hidden=True)
    return _rows(counter, evidence, own, 1.0, 1, rng)


def warm_rows(counter: Counter, hidden: Ints | None = None) -> Rows | None:
    """Pairs out of a world where a fifth of all ties is hidden (or the ties at the positions given)."""
    world, rng = counter.world, np.random.default_rng(SEED + 1)
    a, b, _ = entries(world.ties)
    upper = np.flatnonzero(a < b)
    lost = rng.permutation(upper)[: int(HIDE * len(upper))] if hidden is None else hidden
    kept = np.setdiff1d(upper, lost)
    thinner = world.with_ties(_symmetric(a[kept], b[kept], world.size))
    gone = _symmetric(a[lost], b[lost], world.size)
    asked = _choose(world, np.flatnonzero(np.diff(gone.indptr) > 0), rng)
    if len(asked) < 5:
        return None
    evidence = counter.evidence(asked, thinner)
    return _rows(counter, evidence, gone[asked], 1 / (1 - HIDE), 2, rng)


def _symmetric(a: Ints, b: Ints, people: int) -> Sparse:
    return csr(np.ones(2 * len(a)), np.r_[a, b], np.r_[b, a], (people, people))


def _choose(world: World, pool: Ints, rng: np.random.Generator) -> Ints:
    """People to ask about: as many as the work allows."""
    pool = rng.permutation(pool)[:MOST_ASKED]
    stances = world.stances
    size = stances.members[stances.group].astype(float)
    each = stances.held[pool] @ np.where(size <= world.voters, size, 0.0)
    work = np.cumsum(each * max(world.degree.mean(), 1.0))
    enough = int(np.searchsorted(work, MOST_WORK))
    return np.asarray(pool[: max(enough, LEAST_ASKED)])


def _rows(
    counter: Counter, evidence: Evidence, tied: Sparse, positive: float, regime: int, rng: np.random.Generator
) -> Rows | None:
    row, person, y, weight = _sample(evidence, tied, positive, rng)
    mine, other = degrees(evidence, row, person)
    keep = regime_of(np.ones_like(mine) if evidence.hidden else mine, other) == 2
    row, person, y, weight = row[keep], person[keep], y[keep], weight[keep]
    if y.sum() < 10:
        return None
    columns = {name: lookup(column, row, person) for name, column in evidence.columns.items()}
    columns |= counter.nearness(evidence.asked[row], person)
    columns |= standing(np.full(len(row), regime), mine[keep], other[keep])
    names = tuple(sorted(columns))
    x = np.column_stack([columns[name] for name in names])
    return Rows(names, x, y, weight, row)


def _sample(
    evidence: Evidence, tied: Sparse, positive: float, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats, Floats]:
    """All who are tied and a sample of those who are not: (row, person, label, weight)."""
    people, asked = evidence.world.size, len(evidence.asked)
    row, person, _ = entries(tied)
    share = min(1.0, MOST_TIED / max(len(row), 1))
    pick = rng.permutation(len(row))[: int(np.ceil(share * len(row)))]
    want = min(MOST_ROWS - len(pick), asked * people)
    flat = (
        rng.choice(asked * people, want, replace=False)
        if asked * people < 4e6
        else rng.integers(0, asked * people, want)
    )
    r, c = flat // people, flat % people
    known = lookup(tied, r, c) + (0 if evidence.hidden else lookup(evidence.world.ties, evidence.asked[r], c))
    free = (known == 0) & (c != evidence.asked[r])
    negatives = _count_free(evidence, tied)
    r, c = r[free], c[free]
    weight = np.r_[np.full(len(pick), positive / share), np.full(len(r), negatives / max(len(r), 1))]
    y = np.r_[np.ones(len(pick)), np.zeros(len(r))]
    return np.r_[row[pick], r], np.r_[person[pick], c], y, weight


def _count_free(evidence: Evidence, tied: Sparse) -> float:
    """Number of untied others over all asked people."""
    known = tied.nnz + (0 if evidence.hidden else evidence.world.degree[evidence.asked].sum())
    return float(len(evidence.asked) * (evidence.world.size - 1) - known)


def of_families(rows: Rows, families: tuple[str, ...]) -> Rows:
    """Only the columns of these families."""
    keep = [j for j, name in enumerate(rows.names) if family(name) in families]
    names = tuple(rows.names[j] for j in keep)
    return Rows(names, rows.x[:, keep], rows.y, rows.weight, rows.asked)
