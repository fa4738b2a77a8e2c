"""Votes: people who share rare things with one of the two and know the other. Both ways, each by kind of group.

A vote of w for the pair (C, P) counts ln(n/d) / sqrt(d - 1) for each group of d people that C and w share; P's own
membership is left out of d, so that joining a group never takes votes away. See docs/methods/who-knows-whom.md.
"""

from __future__ import annotations

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Sparse, csr, entries, scipy_sparse
from passalong.engine.knows.shared import Companions, members
from passalong.engine.knows.stances import meet
from passalong.engine.knows.world import World

VOTE_SCALE, SHARE_SCALE, WALK_SCALE = 3.0, 10.0, 30.0


def vote_weight(world: World, group: Ints, fewer: float = 0.0) -> Floats:
    """Weight of one voter by the size of the group, `fewer` people taken off."""
    size = np.maximum(world.group_size[group] - fewer, 1.0)
    rarity = np.log(np.maximum(world.size / size, 1.0))
    return np.asarray(rarity / np.sqrt(np.maximum(size - 1, 1.0)))


def walk_weight(world: World, group: Ints) -> Floats:
    """Weight of one member where a group's weight is shared out among its members."""
    return np.asarray(world.rarity[group] / np.maximum(world.group_size[group] - 1, 1.0))


def forward(world: World, found: Companions, own: Sparse | None) -> dict[str, Sparse]:
    """Votes by those who share groups with the asked, and walks that begin at them.

    own: the asked people's known ties, when these must not be used (training); None when they may.
    """
    found = _voters_only(world, found)
    out: dict[str, Sparse] = {}
    for slot, votes in _votes_by_slot(world, found).items():
        out[f"vote:{slot}"] = (votes * VOTE_SCALE).log1p()
        out[f"share:{slot}"] = (_per_acquaintance(world, votes, own) * SHARE_SCALE).log1p()
    start = csr(
        walk_weight(world, found.group) * found.together,
        found.row,
        found.other,
        (len(found.asked), world.size),
    )
    first = _step(world, start, own, found.asked)
    second = _step(world, first, own, found.asked)
    return out | {"walk:1": (first * WALK_SCALE).log1p(), "walk:2": (second * WALK_SCALE).log1p()}


def _voters_only(world: World, found: Companions) -> Companions:
    keep = world.stances.members[found.group] <= world.voters
    columns = (getattr(found, name)[keep] for name in ("place", "row", "other", "group", "kind", "together"))
    return Companions(found.asked, *columns)


def _votes_by_slot(world: World, found: Companions) -> dict[str, Sparse]:
    """asked x people: weighted number of voters of each kind who know each person."""
    slots = len(world.slots)
    key, line = np.unique(found.place * slots + world.slot_of_kind[found.kind], return_inverse=True)
    line = line.ravel()
    shape = (len(key), world.size)
    row_of, group_of = np.zeros(len(key), np.int64), np.zeros(len(key), np.int64)
    row_of[line], group_of[line] = found.row, found.group
    known = csr(found.together, line, found.other, shape) @ world.ties
    inside = known.multiply(world.group_member[group_of]) if len(key) else known
    light, full = vote_weight(world, group_of, 1.0), vote_weight(world, group_of)
    votes = scale_rows(known.tocsr(), full) + scale_rows(inside.tocsr(), light - full)
    return _sum_lines(world, votes, row_of, key % slots, len(found.asked))


def _sum_lines(world: World, votes: Sparse, row_of: Ints, slot_of: Ints, asked: int) -> dict[str, Sparse]:
    out = {}
    for slot in np.unique(slot_of):
        lines = np.flatnonzero(slot_of == slot)
        select = csr(np.ones(len(lines)), row_of[lines], lines, (asked, len(slot_of)))
        out[world.slots[slot]] = select @ votes
    return out


def scale_rows(matrix: Sparse, factor: Floats) -> Sparse:
    """diag(factor) @ matrix."""
    return scipy_sparse().diags_array(factor).tocsr() @ matrix


def scale_columns(matrix: Sparse, factor: Floats) -> Sparse:
    """matrix @ diag(factor)."""
    out = matrix.copy()
    out.data = out.data * factor[out.indices]
    return out


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


class Backward:
    """Votes the other way: who shares groups with the people the asked one knows. Needs the asked one's ties."""

    def __init__(self, world: World) -> None:
        """Meet all stances of groups small enough to vote, once for a world's memberships."""
        stances = world.stances
        asked = np.flatnonzero(stances.members[stances.group] <= world.voters)
        met = meet(stances, asked)
        row, person, meeting = members(world, met)
        slots = len(world.slots)
        slot = world.slot_of_kind[met.kind[meeting]]
        key, line = np.unique(asked[row] * slots + slot, return_inverse=True)
        self.world = world
        self.line_stance, self.line_slot = key // slots, key % slots
        self.line_group = stances.group[self.line_stance] if len(key) else key
        shape = (len(key), world.size)
        self.shared = csr(met.together[meeting], line.ravel(), person, shape)
        self.held = stances.held[:, self.line_stance]
        walk = scale_rows(self.shared, walk_weight(world, self.line_group))
        self.walk = walk
        self.self_walk = np.asarray(self.held.multiply(walk.T).sum(axis=1)).ravel()

    def features(self, world: World, asked: Ints) -> dict[str, Sparse]:
        """The same features as `forward`, seen from the other side; `world` may know other ties."""
        own = world.ties[asked]
        reached = own @ self.held
        inside = reached.multiply(world.member[asked][:, self.line_group]).tocsr()
        full = vote_weight(world, self.line_group)
        light = vote_weight(world, self.line_group, 1.0)
        weighed = scale_columns(reached, full) + scale_columns(inside, light - full)
        inverse = 1 / np.maximum(world.degree[asked], 1.0)
        out: dict[str, Sparse] = {}
        for slot in np.unique(self.line_slot):
            lines = np.flatnonzero(self.line_slot == slot)
            votes = weighed[:, lines] @ self.shared[lines]
            out[f"vote:{world.slots[slot]}"] = (votes * VOTE_SCALE).log1p()
            out[f"share:{world.slots[slot]}"] = (scale_rows(votes, inverse) * SHARE_SCALE).log1p()
        return out | self._walks(world, own)

    def _walks(self, world: World, own: Sparse) -> dict[str, Sparse]:
        inverse = 1 / np.maximum(world.degree, 1.0)
        first = scale_columns(own, inverse)
        second = scale_columns(first @ world.ties, inverse)
        to_first = (first @ self.held) @ self.walk
        to_second = (second @ self.held) @ self.walk - scale_columns(second, self.self_walk)
        to_second.data = np.maximum(to_second.data, 0.0)  # rounding
        return {
            "walk:1": (to_first * WALK_SCALE).log1p(),
            "walk:2": (to_second * WALK_SCALE).log1p(),
        }
