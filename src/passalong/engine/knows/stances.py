"""Memberships as stances: all people who stand in the same group in the same way, with the same dates, share one.

Undated groups then cost one stance a kind, however many people are in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints, Sparse, csr, flat_ranges
from passalong.engine.knows.dataset import Affiliations
from passalong.engine.knows.spells import plausible, togetherness

CROSSED = "crossed"


@dataclass(frozen=True, eq=False)
class Stances:
    """Stances sorted by group; `held` is people x stances; entries are the (kind, dates) lines of a stance."""

    group: Ints
    first_of_group: Ints  # stances of group g: first_of_group[g] to first_of_group[g + 1]
    held: Sparse
    people: Sparse  # stances x people
    first_entry: Ints
    entry_kind: Ints
    entry_start: Floats  # entries x 3 plausible days
    entry_end: Floats
    members: Ints  # people of each group
    crossed: int  # code of the kind "crossed"
    strength: Floats  # of each kind: which of several shared kinds of one group counts
    undated: Floats  # of each kind: what counts as time together where dates are not known
    now: float


def make_stances(
    rows: Affiliations, people: int, groups: int, strength: Floats, undated: Floats, crossed: int, now: float
) -> Stances:
    """Stances of all groups of at least two people."""
    rows = _shared_only(rows, people, groups)
    order = np.lexsort((rows.end, rows.start, rows.kind, rows.group, rows.person))
    columns = [getattr(rows, name)[order] for name in ("person", "group", "kind", "start", "end")]
    holder, stance_of, keep = _same_stance(columns)
    _, group, kind, start, end = (column[keep] for column in columns)
    first_entry, group_of = _renumber(stance_of[keep], group)
    stances = len(group_of)
    held = csr(np.ones(len(holder[0])), holder[0], holder[1], (people, stances))
    starts, ends = plausible(start, end, now)
    members = np.bincount(group_of[holder[1]], minlength=groups)
    return Stances(
        group=group_of,
        first_of_group=np.searchsorted(group_of, np.arange(groups + 1)),
        held=held,
        people=held.T.tocsr(),
        first_entry=first_entry,
        entry_kind=kind,
        entry_start=starts,
        entry_end=ends,
        members=members,
        crossed=crossed,
        strength=strength,
        undated=undated,
        now=now,
    )


def _shared_only(rows: Affiliations, people: int, groups: int) -> Affiliations:
    """Memberships in groups of at least two different people."""
    pairs = np.unique(rows.person * max(groups, 1) + rows.group)
    members = np.bincount(pairs % max(groups, 1), minlength=groups)
    keep = members[rows.group] >= 2 if groups else np.zeros(0, bool)
    return Affiliations(rows.person[keep], rows.kind[keep], rows.group[keep], rows.start[keep], rows.end[keep])


def _same_stance(columns: list[Ints | Floats]) -> tuple[tuple[Ints, Ints], Ints, Ints]:
    """((person, stance) of each membership, stance of each line, lines kept: those of each stance's first holder)."""
    person, group = columns[0].astype(np.int64), columns[1].astype(np.int64)
    new = np.r_[True, (np.diff(person) != 0) | (np.diff(group) != 0)] if len(person) else np.zeros(0, bool)
    block = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    lengths = np.diff(np.r_[first, len(person)])
    lines = np.column_stack([np.nan_to_num(np.asarray(c, float), nan=-1.0) for c in columns[1:]])
    line_id = np.unique(lines, axis=0, return_inverse=True)[1].ravel() if len(lines) else block
    # One line: the line is the stance. Several: a stance of one's own (rare, and dates seldom agree in all lines).
    key = np.where(lengths == 1, line_id[first], len(line_id) + np.arange(len(first)))
    by_group = np.lexsort((key, group[first]))
    change = np.r_[True, np.diff(key[by_group]) != 0] if len(first) else np.zeros(0, bool)
    stance = np.empty(len(first), np.int64)
    stance[by_group] = np.cumsum(change) - 1
    leader = by_group[change]
    keep, _ = flat_ranges(first[leader], lengths[leader])
    return (person[first], stance), stance[block], keep


def _renumber(stance: Ints, group: Ints) -> tuple[Ints, Ints]:
    """Where each stance's lines begin (one more than stances), and each stance's group; lines are in stance order."""
    new = np.r_[True, np.diff(stance) != 0] if len(stance) else np.zeros(0, bool)
    first = np.flatnonzero(new)
    return np.r_[first, len(stance)], group[first]


@dataclass(frozen=True, eq=False)
class Meetings:
    """Row i of what was asked meets `stance` by one kind: how much that counts as time together."""

    row: Ints
    stance: Ints
    kind: Ints
    together: Floats


def meet(stances: Stances, asked: Ints) -> Meetings:
    """All stances of the same group for each asked stance, the best shared kind of each.

    Different kinds in one group (vendor of the firm, employee of the firm) are of the kind "crossed".
    """
    group = stances.group[asked]
    begin, end = stances.first_of_group[group], stances.first_of_group[group + 1]
    other, row = flat_ranges(begin, end - begin)
    mine = asked[row]
    count = np.diff(stances.first_entry)
    line, pair = flat_ranges(np.zeros(len(row), np.int64), count[mine] * count[other])
    i = stances.first_entry[mine[pair]] + line // count[other[pair]]
    j = stances.first_entry[other[pair]] + line % count[other[pair]]
    same = stances.entry_kind[i] == stances.entry_kind[j]
    kind = np.where(same, stances.entry_kind[i], stances.crossed)
    mine_then, other_then = ((stances.entry_start[k], stances.entry_end[k]) for k in (i, j))
    together = togetherness(mine_then, other_then, stances.undated[kind], stances.now)
    best = _best(pair, same, stances.strength[kind], kind, together) if len(pair) > len(row) else pair
    return Meetings(row[pair[best]], other[pair[best]], kind[best], together[best])


def _best(pair: Ints, same: Flags, strength: Floats, kind: Ints, together: Floats) -> Ints:
    """Of several lines of one pair of stances, the strongest: same kind first, then strength x time together."""
    order = np.lexsort((-kind, together * strength, same, pair))
    last = np.r_[np.diff(pair[order]) != 0, True]
    return order[last]
