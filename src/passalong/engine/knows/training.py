"""Training pairs out of a data set's own ties: for each, only what one would know without that very tie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import MOST_DENSE, Flags, Floats, Ints, Sparse, csr, entries, lookup
from passalong.engine.knows.dataset import KNOWS, DataSet
from passalong.engine.knows.features import Counter, Evidence, degrees, family, regime_of, standing
from passalong.engine.knows.world import World, make_world

SEED = 20
MOST_ASKED, LEAST_ASKED = 500, 40
MOST_PAIRS = 3_000_000  # of people asked about and all others
MOST_WORK = 2.5e7  # voters x their acquaintances, over all people asked about
MOST_ROWS = 40_000
MOST_TIED = 12_000
HIDE = 0.2
WANTED_LOST = 2_000
SLICES = 2
LEAST_TIES = 3
TELLING = ("groups", "breadth", "walk:1", "walk:2", "circle:resource", "circle:third")
INTEREST = 0.5
LEAST_NETWORK, NETWORK_SHARE = 30, 0.5
LEAST_LABELS = 10


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
    ties = world.data.ties
    known = ties.kind == (world.data.tie_kinds.index(KNOWS) if KNOWS in world.data.tie_kinds else -1)
    tied = len(np.unique(np.r_[ties.a[known], ties.b[known]]))
    return bool(known.sum() >= LEAST_NETWORK and tied >= NETWORK_SHARE * world.size)


def cold_rows(counter: Counter) -> Rows | None:
    """Pairs of people whose own ties are hidden for once, all other ties known."""
    world, rng = counter.world, np.random.default_rng(SEED)
    asked = _choose(world, np.flatnonzero(world.degree >= LEAST_TIES), rng)
    if len(asked) < 5:
        return None
    own = world.ties[asked]
    evidence = counter.evidence(asked, hidden=True)
    return _rows(counter, evidence, own, 1.0, 1, rng)


def warm_rows(counter: Counter) -> Rows | None:
    """Pairs out of worlds where a fifth of all ties is hidden, another fifth each time, until enough were lost."""
    world, rng = counter.world, np.random.default_rng(SEED + 1)
    a, b, _ = entries(world.ties)
    upper = np.flatnonzero(a < b)
    fifths = np.array_split(rng.permutation(upper), round(1 / HIDE))
    times = min(len(fifths), -(-WANTED_LOST // max(len(fifths[0]), 1)))
    parts = []
    for lost in fifths[:times]:
        kept = np.setdiff1d(upper, lost)
        thinner = world.with_ties(_symmetric(a[kept], b[kept], world.size))
        gone = _symmetric(a[lost], b[lost], world.size)
        parts.append(_later_rows(counter, thinner, gone, 1 / (1 - HIDE), rng))
    return stacked([part for part in parts if part is not None])


def dated_rows(data: DataSet) -> Rows | None:
    """Pairs out of the worlds before the last fifths of ties; who knows whom first within a fifth is what is asked."""
    known = data.ties.kind == (data.tie_kinds.index(KNOWS) if KNOWS in data.tie_kinds else -1)
    first = data.ties.first[known]
    dated = first[~np.isnan(first)]
    if len(dated) < 0.8 * len(first) or len(np.unique(dated)) < 2:
        return None
    cuts = [float(np.quantile(dated, 1 - HIDE * k)) for k in range(1, SLICES + 1)]
    parts = [_between(data, known, cut, end) for cut, end in zip(cuts, [np.inf, *cuts], strict=False)]
    return stacked([part for part in parts if part is not None])


def _between(data: DataSet, known: Flags, cut: float, end: float) -> Rows | None:
    """Pairs out of the world before a day; new ties of the time until another day are to be told."""
    earlier = Counter(make_world(data.before(cut)))
    new = known & (data.ties.first >= cut) & (data.ties.first < end)
    gone = _symmetric(data.ties.a[new], data.ties.b[new], data.size)
    gone = (gone - gone.multiply(earlier.world.ties)).tocsr()
    gone.eliminate_zeros()
    return _later_rows(earlier, earlier.world, gone, 1.0, np.random.default_rng(SEED + 1))


def stacked(parts: list[Rows]) -> Rows | None:
    """Rows of several worlds put together; what a world has no evidence of is 0 there."""
    if len(parts) < 2:
        return parts[0] if parts else None
    names = tuple(sorted({name for part in parts for name in part.names}))
    blocks = []
    for part in parts:
        block = np.zeros((len(part.y), len(names)))
        block[:, [names.index(name) for name in part.names]] = part.x
        blocks.append(block)
    return Rows(
        names,
        np.vstack(blocks),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("y", "weight", "asked")),
    )


def _later_rows(counter: Counter, world: World, gone: Sparse, positive: float, rng: np.random.Generator) -> Rows | None:
    """Pairs of people who lost a tie, in a world without the lost ones."""
    lost = (np.diff(gone.indptr) > 0) & (world.degree > 0)
    asked = _choose(world, np.flatnonzero(lost), rng)
    if len(asked) < 5:
        return None
    return _rows(counter, counter.evidence(asked, world), gone[asked], positive, 2, rng)


def _symmetric(a: Ints, b: Ints, people: int) -> Sparse:
    return csr(np.ones(2 * len(a)), np.r_[a, b], np.r_[b, a], (people, people))


def _choose(world: World, pool: Ints, rng: np.random.Generator) -> Ints:
    """People to ask about: as many as the work allows."""
    most = min(MOST_ASKED, max(LEAST_ASKED, MOST_PAIRS // world.size))
    pool = rng.permutation(pool)[:most]
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
    if min(y.sum(), (1 - y).sum()) < LEAST_LABELS:
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
    """All who are tied and a sample of those who are not: (row, person, label, weight).

    People with much evidence are drawn more often, and weigh less: they are the ones to be told apart.
    """
    row, person, _ = entries(tied)
    share = min(1.0, MOST_TIED / max(len(row), 1))
    pick = rng.permutation(len(row))[: int(np.ceil(share * len(row)))]
    r, c, weight = _untied(evidence, tied, MOST_ROWS - len(pick), rng)
    y = np.r_[np.ones(len(pick)), np.zeros(len(r))]
    return (
        np.r_[row[pick], r],
        np.r_[person[pick], c],
        y,
        np.r_[np.full(len(pick), positive / share), weight],
    )


def _untied(evidence: Evidence, tied: Sparse, wanted: int, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Untied pairs (row, person) and for how many each stands."""
    asked, people = len(evidence.asked), evidence.world.size
    if asked * people <= MOST_DENSE:
        chance = _interest(evidence)
        for _ in range(5):
            chance = np.minimum(chance * (wanted / chance.sum()), 1.0)
        flat = np.flatnonzero(rng.random(asked * people) < chance)
        weight = 1 / chance[flat]
    else:
        flat = rng.integers(0, asked * people, wanted)
        weight = np.full(len(flat), asked * people / wanted)
    r, c = flat // people, flat % people
    known = lookup(tied, r, c) + (0 if evidence.hidden else lookup(evidence.world.ties, evidence.asked[r], c))
    free = (known == 0) & (c != evidence.asked[r])
    return r[free], c[free], weight[free]


def _interest(evidence: Evidence) -> Floats:
    """How much there is to say about each pair, at least 1, flat over (asked, people)."""
    total = np.zeros(len(evidence.asked) * evidence.world.size)
    for name in TELLING:
        if name in evidence.columns:
            column = evidence.columns[name].toarray().ravel()
            total += column / max(float(column.mean()), 1e-12)
    return 1.0 + INTEREST * total


def of_families(rows: Rows, families: tuple[str, ...]) -> Rows:
    """Only the columns of these families."""
    keep = [j for j, name in enumerate(rows.names) if family(name) in families]
    names = tuple(rows.names[j] for j in keep)
    return Rows(names, rows.x[:, keep], rows.y, rows.weight, rows.asked)
