"""One client's row, best people only: the scores of `features` without laying out what nobody will see.

Evidence within reach of the client's own groups, ties and contacts is counted exactly. What spreads further (walks of
two ties, chains of three) is bounded first; it is counted only for people who could still come among the best.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints, Sparse
from passalong.engine.knows.circles import NEGATIVE_CONTACT, RESOURCE_SCALE
from passalong.engine.knows.features import Counter
from passalong.engine.knows.shared import Companions, companions, odds_of
from passalong.engine.knows.votes import SHARE_SCALE, VOTE_SCALE, WALK_SCALE, vote_weight, voters_only, walk_weight
from passalong.engine.knows.world import World

FAR = ("walk:2", "circle:third")
BUCKETS = 64
DENSE_FROM = 2  # targets are joined over all people when there are more of them than people / this
MOST_MARKS = 62
Column = tuple[Ints, Floats]  # people, each once, and values


class Scratch(threading.local):
    """Room for putting equal targets together, one for each thread; nothing in it lasts from one use to the next."""

    def __init__(self) -> None:
        """Begin empty; it grows with the largest data set asked about."""
        self.place = self.steps = np.zeros(0, np.int64)

    def room(self, size: int) -> tuple[Ints, Ints]:
        """A place for each of `size` people, with anything in it, and the numbers from 0 to size."""
        if len(self.place) < size:
            self.place, self.steps = np.zeros(size, np.int64), np.arange(size)
        return self.place, self.steps


SCRATCH = Scratch()


def summed(place: Ints, value: Floats, size: int) -> Floats:
    """Sum of the values at each place."""
    return np.asarray(np.bincount(place, value, size), float)


def joined(target: Ints, size: int, *values: Floats) -> tuple[Ints, list[Floats]]:
    """Equal targets put together: each once, in any order, with sums of each of the values."""
    if len(target) * DENSE_FROM > size:
        seen = np.zeros(size, bool)
        seen[target] = True
        people = np.flatnonzero(seen)
        return people, [summed(target, value, size)[people] for value in values]
    target = target.astype(np.int64)  # numpy is slow where indices have to be widened
    number = len(target)
    place, steps = SCRATCH.room(size)
    place[target] = steps[:number]  # of equal targets one stays and stands for all; sorting them takes far longer
    stands = place[target]
    kept = (stands == steps[:number]).nonzero()[0]
    return target[kept], [np.bincount(stands, value, number)[kept] for value in values]


def by_slots(target: Ints, slot: Ints, value: Floats, slots: int, size: int) -> list[Column]:
    """Sums by slot and target: for each slot the people reached and their values."""
    people, _ = joined(target, size)
    place, steps = SCRATCH.room(size)
    place[people] = steps[: len(people)]
    table = summed(slot * len(people) + place[target], value, slots * len(people)).reshape(slots, len(people))
    out = []
    for line in table:
        there = line.nonzero()[0]
        out.append((people[there], line[there]))
    return out


class Rows:
    """Rows of a csr matrix, many of which are to be taken at once, again and again."""

    def __init__(self, matrix: Sparse) -> None:
        """Keep what scipy would look up, and numpy widen, for every row taken."""
        self.begin = matrix.indptr.astype(np.int64)
        self.columns, self.data, self.width = matrix.indices, matrix.data, matrix.shape[1]

    def of(self, row: int) -> Ints:
        """Columns of one row."""
        return np.asarray(self.columns[self.begin[row] : self.begin[row + 1]], np.int64)

    def _ranges(self, rows: Ints) -> tuple[Ints, Ints]:
        """Stored places of some rows, and how many each row has."""
        end = self.begin[rows + 1]
        lengths = end - self.begin[rows]
        spot = (end - lengths.cumsum()).repeat(lengths)
        spot += np.arange(len(spot))
        return spot, lengths

    def taken(self, rows: Ints) -> tuple[Ints, Ints]:
        """Stored places of some rows, and which of the rows each is in."""
        spot, lengths = self._ranges(rows)
        return spot, np.arange(len(rows)).repeat(lengths)

    def spread(self, rows: Ints, *masses: Floats) -> tuple[Ints, list[Floats]]:
        """Some rows, each times its mass and all stored values taken for 1, added up."""
        spot, lengths = self._ranges(rows)
        return joined(self.columns[spot], self.width, *(mass.repeat(lengths) for mass in masses))


class Reach:
    """What of a world and its walks is the same for all clients."""

    def __init__(self, counter: Counter) -> None:
        """Wrap a counter."""
        self.world: World = counter.world
        self.counter = counter
        self.ties = Rows(self.world.ties)
        self.contacts = {kind: Rows(strength) for kind, strength in self.world.contacts.items()}
        self.divisor = np.maximum(self.world.degree, 1.0)
        self.share = 1 / self.divisor  # what each person hands on to each acquaintance
        self.degree = self.world.degree.astype(np.int64)
        self.some = self.degree > 0
        self.most = int(self.degree.max(initial=0))

    @functools.cached_property
    def held(self) -> Rows:
        """People x lines: in which groups, and in which way, each person votes."""
        return Rows(self.counter.backward.held)

    @functools.cached_property
    def shared(self) -> Rows:
        """Lines x people: for whom each line votes."""
        return Rows(self.counter.backward.shared)

    @functools.cached_property
    def walk_of_person(self) -> Rows:
        """People x lines: the backward walk seen from who is reached."""
        return Rows(self.counter.backward.walk.T.tocsr())

    @functools.cached_property
    def buckets(self) -> tuple[Ints, Floats]:
        """Bucket of each person by the sum of their backward walk, and the upper edge of each bucket."""
        total = np.asarray(self.counter.backward.walk.sum(axis=0)).ravel()
        edges = np.r_[0.0, np.quantile(total[total > 0], np.linspace(0, 1, BUCKETS))] if total.any() else np.zeros(1)
        return np.searchsorted(edges, total).astype(np.int64), edges


@dataclass
class Far:
    """Masses that still have to go one step further, and the largest of each."""

    first: Floats | None = None  # of people: forward walk, shared out
    chain: Floats | None = None  # of people: resource, shared out
    lines: Floats | None = None  # of lines: backward walk
    second: Floats | None = None  # of people: backward walk, whose way back to oneself does not count


@dataclass
class Row:
    """Evidence of one client: near columns in full, far ones as masses to be asked for."""

    reach: Reach
    client: int
    found: Companions
    near: list[tuple[str, Column]] = field(default_factory=list)
    far: Far = field(default_factory=Far)

    def add(self, name: str, column: Column, scale: float = 1.0) -> None:
        """Add a column as ln(1 + scale x)."""
        if len(column[0]):
            self.near.append((name, (column[0], np.log1p(column[1] * scale))))


def row_of(reach: Reach, client: int) -> Row:
    """Count the evidence of one client."""
    world = reach.world
    row = Row(reach, client, companions(world, np.array([client])))
    _shared(row)
    _contacts(row)
    if world.ties.nnz:
        _forward(row)
        if world.degree[client]:
            _circles(row)
    return row


def _shared(row: Row) -> None:
    world, found = row.reach.world, row.found
    if not len(found.other):
        return
    odds = odds_of(world, found.kind, found.group, found.together)
    rare = world.rarity[found.group] * found.together
    people, (sum_odds, sum_rare) = joined(found.other, world.size, odds, rare)
    row.add("groups", (people, sum_odds))
    row.add("breadth", (people, sum_rare))
    _by_kind(row, found.other, world.slot_of_kind[found.kind], rare, {"shared": 1.0})


def _by_kind(
    row: Row, target: Ints, slot: Ints, value: Floats, scales: dict[str, float], share: Floats | float = 1.0
) -> None:
    """Columns by kind of group; the family `share` is of values divided by each person's or one number of ties."""
    world = row.reach.world
    for name, (people, total) in zip(
        world.slots, by_slots(target, slot, value, len(world.slots), world.size), strict=True
    ):
        for family, scale in scales.items():
            part = share[people] if isinstance(share, np.ndarray) else share
            row.add(f"{family}:{name}", (people, total / part if family == "share" else total), scale)


def _contacts(row: Row) -> None:
    for kind, strength in row.reach.contacts.items():
        people = strength.of(row.client)
        row.add(f"seen:{kind}", (people, strength.data[strength.begin[row.client] :][: len(people)]))
        if kind != NEGATIVE_CONTACT and len(people):
            partners = np.maximum(strength.begin[people + 1] - strength.begin[people], 1)
            met, (share,) = strength.spread(people, 1 / partners)
            row.add(f"via:{kind}", (met, share), RESOURCE_SCALE)


def _forward(row: Row) -> None:
    """Votes by those who share groups with the client, and the walk that begins at them."""
    reach, world = row.reach, row.reach.world
    found = voters_only(world, row.found)
    if not len(found.other):
        return
    spot, owner = reach.ties.taken(found.other)
    target = reach.ties.columns[spot].astype(np.int64)
    light, full = vote_weight(world, found.group, 1.0)[owner], vote_weight(world, found.group)[owner]
    weight = np.where(_inside(world, found, target, owner), light, full) * found.together[owner]
    slot = world.slot_of_kind[found.kind][owner]
    _by_kind(row, target, slot, weight, {"vote": VOTE_SCALE, "share": SHARE_SCALE}, reach.divisor)
    mass = walk_weight(world, found.group) * found.together * reach.share[found.other]
    people, (first,) = joined(target, world.size, mass[owner])
    first[people == row.client] = 0.0
    row.add("walk:1", (people, first), WALK_SCALE)
    row.far.first = np.zeros(world.size)
    row.far.first[people] = first * reach.share[people]


def _inside(world: World, found: Companions, target: Ints, owner: Ints) -> Flags:
    """Whether each target is in the group through which it was reached."""
    groups, place = np.unique(found.group, return_inverse=True)
    if len(groups) > MOST_MARKS:
        return world.is_member(target, found.group[owner])
    marks = np.zeros(world.size, np.int64)
    for number in range(len(groups)):
        marks[found.other[place == number]] |= 1 << number
    return np.asarray((marks[target] >> place[owner]) & 1 == 1)


def _circles(row: Row) -> None:
    """Common acquaintances, votes the other way and the masses for chains and walks over them."""
    reach, world = row.reach, row.reach.world
    friends = reach.ties.of(row.client)
    share = reach.share[friends]
    rare = 1 / np.log(np.maximum(reach.divisor[friends], 2.0))
    people, (common, adamic, resource) = reach.ties.spread(friends, np.ones(len(friends)), rare, share)
    row.add("circle:common", (people, common))
    row.add("circle:rare", (people, adamic))
    _backward(row, friends, share, (people, resource * reach.share[people]))
    resource[people == row.client] = 0.0
    row.add("circle:resource", (people, resource), RESOURCE_SCALE)
    row.far.chain = np.zeros(world.size)
    row.far.chain[people] = resource * reach.share[people]


def _backward(row: Row, friends: Ints, share: Floats, second: Column) -> None:
    reach, world, back = row.reach, row.reach.world, row.reach.counter.backward
    lines, (reached, mass) = reach.held.spread(friends, np.ones(len(friends)), share)
    if len(lines):
        group = back.line_group[lines]
        inside = world.is_member(np.full(len(lines), row.client), group)
        weight = reached * np.where(inside, vote_weight(world, group, 1.0), vote_weight(world, group))
        spot, owner = reach.shared.taken(lines)
        target = reach.shared.columns[spot].astype(np.int64)
        scales = {"vote": VOTE_SCALE, "share": SHARE_SCALE}
        value = weight[owner] * reach.shared.data[spot]
        _by_kind(row, target, back.line_slot[lines][owner], value, scales, float(reach.divisor[row.client]))
        people, (first,) = joined(target, world.size, mass[owner] * back.walk.data[spot])
        row.add("walk:1", (people, first), WALK_SCALE)
    far, (mass,) = reach.held.spread(second[0], second[1])
    row.far.second = np.zeros(world.size)
    row.far.second[second[0]] = second[1]
    row.far.lines = np.zeros(back.walk.shape[0])
    row.far.lines[far] = mass


def far_columns(row: Row, people: Ints) -> list[tuple[str, Floats]]:
    """Walks of two ties and chains of three for some people."""
    reach, far = row.reach, row.far
    out: list[tuple[str, Floats]] = []
    spot, owner = reach.ties.taken(people)
    by = reach.ties.columns[spot]
    if far.first is not None:
        out.append(("walk:2", np.log1p(WALK_SCALE * summed(owner, far.first[by], len(people)))))
    if far.chain is not None:
        out.append(("circle:third", np.log1p(RESOURCE_SCALE * summed(owner, far.chain[by], len(people)))))
    if far.lines is not None and far.second is not None:
        walk = reach.walk_of_person
        spot, owner = walk.taken(people)
        back = summed(owner, walk.data[spot] * far.lines[walk.columns[spot]], len(people))
        back -= far.second[people] * reach.counter.backward.self_walk[people]
        out.append(("walk:2", np.log1p(WALK_SCALE * np.maximum(back, 0.0))))
    return out


def near_columns(row: Row, people: Ints) -> list[tuple[str, Floats]]:
    """Near evidence about some people, features by name."""
    place = np.full(row.reach.world.size, -1, np.int32)
    place[people] = np.arange(len(people))
    out: dict[str, Floats] = {}
    for name, (reached, value) in row.near:
        spot = place[reached]
        here = np.flatnonzero(spot >= 0)
        column = out.setdefault(name, np.zeros(len(people)))
        column[spot[here]] += value[here]
    return list(out.items())


def bounds(row: Row, weight: Callable[[str], Floats]) -> tuple[Floats, Floats]:
    """Most that far evidence may add: table by degree, and by (0 or some degree, bucket). weight: by no or some tie."""
    reach, far = row.reach, row.far
    degree = np.arange(reach.most + 1, dtype=float)
    some = np.minimum(np.arange(reach.most + 1), 1)
    by_degree = np.zeros(reach.most + 1)
    for name, mass, scale in (("walk:2", far.first, WALK_SCALE), ("circle:third", far.chain, RESOURCE_SCALE)):
        if mass is not None:
            by_degree += weight(name)[some] * np.log1p(scale * degree * mass.max(initial=0.0))
    by_bucket = np.zeros((2, 1))
    if far.lines is not None:
        most = np.log1p(WALK_SCALE * reach.buckets[1] * far.lines.max(initial=0.0))
        by_bucket = weight("walk:2")[:, None] * most[None, :]
    return by_degree, by_bucket
