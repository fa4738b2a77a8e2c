"""Votes: people who share rare things with one of the two and know the other. Both ways, each by kind of group.

A vote of w for the pair (C, P) counts ln(n/d) / (d - 1)^.3 for each group of d people that C and w share; P's own
membership is left out of d, so that joining a group never takes votes away. See docs/methods/who-knows-whom.md.
"""

from __future__ import annotations

import numpy as np

from passalong.engine.knows.arrays import (
    Floats,
    Ints,
    Sparse,
    csr,
    entries,
    log_of,
    scale_columns,
    scale_rows,
    scipy_sparse,
    with_data,
)
from passalong.engine.knows.shared import Companions, by_slot, members
from passalong.engine.knows.stances import meet
from passalong.engine.knows.world import World

AT_ONCE = 1_000_000  # places laid out at a time
VOTE_FALL = 0.3  # how votes fall with the size of the group; chosen by leaving each open set out in turn
VOTE_SCALE, SHARE_SCALE, WALK_SCALE = 3.0, 10.0, 30.0


def vote_weight(world: World, group: Ints, fewer: float = 0.0) -> Floats:
    """Weight of one voter by the size of the group, `fewer` people taken off."""
    size = np.maximum(world.group_size[group] - fewer, 1.0)
    rarity = np.log(np.maximum(world.size / size, 1.0))
    return np.asarray(rarity / np.maximum(size - 1, 1.0) ** VOTE_FALL)


def walk_weight(world: World, group: Ints) -> Floats:
    """Weight of one member where a group's weight is shared out among its members."""
    return np.asarray(world.rarity[group] / np.maximum(world.group_size[group] - 1, 1.0))


def forward(world: World, found: Companions, own: Sparse | None) -> dict[str, Sparse]:
    """Votes by those who share groups with the asked, and walks that begin at them.

    own: the asked people's known ties, when these must not be used (training); None when they may.
    """
    found = voters_only(world, found)
    votes = _votes(world, found)
    slots = len(world.slots)
    stacked_own = None if own is None else scipy_sparse().vstack([own] * slots, format="csr")
    shares = _per_acquaintance(world, votes, stacked_own)
    mass = walk_weight(world, found.group) * found.together
    start = csr(mass, found.row, found.other, (len(found.asked), world.size))
    first = _step(world, start, own, found.asked)
    second = _step(world, first, own, found.asked)
    return _named(world, votes, shares, first, second)


def _named(world: World, votes: Sparse, shares: Sparse, first: Sparse, second: Sparse) -> dict[str, Sparse]:
    return (
        by_slot(world, log_of(votes, VOTE_SCALE), "vote")
        | by_slot(world, log_of(shares, SHARE_SCALE), "share")
        | {"walk:1": log_of(first, WALK_SCALE), "walk:2": log_of(second, WALK_SCALE)}
    )


def voters_only(world: World, found: Companions) -> Companions:
    keep = world.stances.members[found.group] <= world.voters
    columns = (getattr(found, name)[keep] for name in ("place", "row", "other", "group", "kind", "together"))
    return Companions(found.asked, *columns)


def _votes(world: World, found: Companions) -> Sparse:
    """(slots x asked) x people: weighted number of voters of each kind who know each person."""
    slots, asked = len(world.slots), len(found.asked)
    key, line = np.unique(found.place * slots + world.slot_of_kind[found.kind], return_inverse=True)
    line = line.ravel()
    row_of, group_of = np.zeros(len(key), np.int64), np.zeros(len(key), np.int64)
    row_of[line], group_of[line] = found.row, found.group
    known = csr(found.together, line, found.other, (len(key), world.size)) @ world.ties
    lines, people, value = entries(known)
    light, full = vote_weight(world, group_of, 1.0), vote_weight(world, group_of)
    inside = world.is_member(people, group_of[lines])
    known = with_data(known, value * np.where(inside, light[lines], full[lines]))
    add = csr(np.ones(len(key)), key % slots * asked + row_of, np.arange(len(key)), (slots * asked, len(key)))
    return add @ known


def _per_acquaintance(world: World, votes: Sparse, own: Sparse | None) -> Sparse:
    """Divided by the number of known acquaintances of the column's person, own hidden ties not counted."""
    inverse = 1 / np.maximum(world.degree, 1.0)
    out = scale_columns(votes, inverse)
    if own is None:
        return out
    fewer = 1 / np.maximum(world.degree - 1, 1.0)
    return out + scale_columns(votes.multiply(own).tocsr(), fewer - inverse)


def _step(world: World, mass: Sparse, own: Sparse | None, asked: Ints) -> Sparse:
    """One step of a walk over known ties: each person hands on an equal share; nothing through the asked person."""
    spread = _per_acquaintance(world, mass, own) @ world.ties
    rows, columns, _ = entries(spread)
    spread.data[columns == asked[rows]] = 0.0
    return spread


def _lines(world: World, asked: Ints) -> tuple[Ints, Sparse]:
    """Lines (stance and slot as one key) of some stances, and lines x people: time together."""
    met = meet(world.stances, asked)
    row, person, meeting = members(world, met)
    slot = world.slot_of_kind[met.kind[meeting]]
    key, line = np.unique(asked[row] * len(world.slots) + slot, return_inverse=True)
    return key, csr(met.together[meeting], line.ravel(), person, (len(key), world.size))


class Backward:
    """Votes the other way: who shares groups with the people the asked one knows. Needs the asked one's ties."""

    def __init__(self, world: World) -> None:
        """Meet all stances of groups small enough to vote, once for a world's memberships."""
        stances = world.stances
        size = stances.members[stances.group]
        asked = np.flatnonzero(size <= world.voters)
        ends = np.searchsorted(np.cumsum(size[asked]), np.arange(1, size[asked].sum() // AT_ONCE + 1) * AT_ONCE)
        parts = [_lines(world, part) for part in np.split(asked, ends)]
        key = np.concatenate([keys for keys, _ in parts])
        stance, self.line_slot = key // len(world.slots), key % len(world.slots)
        self.line_group = stances.group[stance]
        self.shared = scipy_sparse().vstack([shared for _, shared in parts], format="csr")
        self.held = stances.held[:, stance].tocsr()
        self.walk = scale_rows(self.shared, walk_weight(world, self.line_group))
        self.self_walk = np.asarray(self.held.multiply(self.walk.T).sum(axis=1)).ravel()

    def features(self, world: World, asked: Ints) -> dict[str, Sparse]:
        """The same features as `forward`, seen from the other side; `world` may know other ties."""
        own = world.ties[asked]
        votes = self._votes(world, asked, own)
        inverse = np.tile(1 / np.maximum(world.degree[asked], 1.0), len(world.slots))
        first, second = self._walks(world, own)
        return _named(world, votes, scale_rows(votes, inverse), first, second)

    def _votes(self, world: World, asked: Ints, own: Sparse) -> Sparse:
        rows, lines, reached = entries(own @ self.held)
        group = self.line_group[lines]
        inside = world.is_member(asked[rows], group)
        weight = np.where(inside, vote_weight(world, group, 1.0), vote_weight(world, group))
        shape = (len(world.slots) * len(asked), len(self.line_slot))
        weighed = csr(reached * weight, self.line_slot[lines] * len(asked) + rows, lines, shape)
        return weighed @ self.shared

    def _walks(self, world: World, own: Sparse) -> tuple[Sparse, Sparse]:
        inverse = 1 / np.maximum(world.degree, 1.0)
        first = scale_columns(own, inverse)
        second = scale_columns(first @ world.ties, inverse)
        to_first = (first @ self.held) @ self.walk
        to_second = ((second @ self.held) @ self.walk - scale_columns(second, self.self_walk)).tocsr()
        return to_first, with_data(to_second, np.maximum(to_second.data, 0.0))  # rounding
