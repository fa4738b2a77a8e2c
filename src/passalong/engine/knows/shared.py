"""Who shares which group with the people asked about, and what the shared groups alone say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, Sparse, csr, entries, flat_ranges, log_of, rows_between
from passalong.engine.knows.stances import Meetings, meet
from passalong.engine.knows.world import World


@dataclass(frozen=True, eq=False)
class Companions:
    """One row a (person asked about, group, other member): row r of `asked` and `other` share `group`.

    place: the asked person's membership the row comes from; together: 0 to 1.
    """

    asked: Ints
    place: Ints
    row: Ints
    other: Ints
    group: Ints
    kind: Ints
    together: Floats


def companions(world: World, asked: Ints) -> Companions:
    """Everybody who shares a group with the people asked about, themselves left out."""
    rows, stance, _ = entries(world.stances.held[asked])
    met = meet(world.stances, stance)
    place, other, of_meeting = members(world, met)
    apart = other != asked[rows[place]]
    place, other, of_meeting = place[apart], other[apart], of_meeting[apart]
    return Companions(
        asked=asked,
        place=place,
        row=rows[place],
        other=other,
        group=world.stances.group[stance[place]],
        kind=met.kind[of_meeting],
        together=met.together[of_meeting],
    )


def members(world: World, met: Meetings) -> tuple[Ints, Ints, Ints]:
    """People of the stances met: (row, person, meeting)."""
    people = world.stances.people
    begin = people.indptr.astype(np.int64)
    spot, meeting = flat_ranges(begin[met.stance], begin[met.stance + 1] - begin[met.stance])
    return met.row[meeting], people.indices[spot].astype(np.int64), meeting


def odds_of(world: World, kind: Ints, group: Ints, together: Floats) -> Floats:
    """Odds ratio less one that each shared group is worth: by kind and size, less for less time together."""
    out = np.zeros(len(kind))
    for code in np.unique(kind):
        rows = kind == code
        sizes = world.group_size[group[rows]]
        worth = world.pull[world.slot_of_kind[code]]
        out[rows] = worth * world.prior.evidence(world.kinds[code], sizes, together[rows], world.data.population)
    return out


def odds_by_slot(world: World, found: Companions) -> Sparse:
    """(slots x asked) x people: what shared groups of each kind are worth, added up."""
    asked = len(found.asked)
    odds = odds_of(world, found.kind, found.group, found.together)
    line = world.slot_of_kind[found.kind] * asked + found.row
    return csr(odds, line, found.other, (len(world.slots) * asked, world.size))


def shared_features(world: World, found: Companions) -> dict[str, Sparse]:
    """`groups`: ln(1 + sum of odds), a noisy-or; `breadth` and `shared:kind`: ln(1 + sum of rarity x together)."""
    asked, shape = len(found.asked), (len(found.asked), world.size)
    odds = odds_of(world, found.kind, found.group, found.together)
    rare = world.rarity[found.group] * found.together
    out = {
        "groups": log_of(csr(odds, found.row, found.other, shape)),
        "breadth": log_of(csr(rare, found.row, found.other, shape)),
    }
    slot = world.slot_of_kind[found.kind]
    stacked = csr(rare, slot * asked + found.row, found.other, (len(world.slots) * asked, world.size))
    return out | by_slot(world, log_of(stacked), "shared")


def by_slot(world: World, stacked: Sparse, name: str) -> dict[str, Sparse]:
    """Matrices stacked by slot, taken apart; slots without anything are left out."""
    asked = stacked.shape[0] // len(world.slots)
    parts = (rows_between(stacked, k * asked, (k + 1) * asked) for k in range(len(world.slots)))
    return {f"{name}:{slot}": part for slot, part in zip(world.slots, parts, strict=True) if part.nnz}
