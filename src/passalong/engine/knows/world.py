"""A data set laid out for counting: memberships as stances, ties and contacts as sparse matrices."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints, Sparse, csr, entries
from passalong.engine.knows.caches import carried
from passalong.engine.knows.dataset import KNOWS, NEGATIVE, POSITIVE, Affiliations, Answers, DataSet, rows_of
from passalong.engine.knows.dates import YEAR_DAYS
from passalong.engine.knows.prior import Prior, shipped
from passalong.engine.knows.stances import CROSSED, Stances, make_stances

OWN_KINDS = 12  # the commonest kinds of group have weights of their own, the rest share one
OTHER = "other"
HALF_LIFE = 2 * YEAR_DAYS
OLD_SHARE = 0.4  # what is left of a very old contact
HOUSEHOLD = "household"
TRAIT = "trait:"  # people with the same number of a trait are a group of the kind trait:name
VOTERS = 3_000  # people of larger groups do not vote for each other
VOTE_PLACES = 10_000_000  # bound on what all votes together may take, in stored places


@dataclass(frozen=True, eq=False)
class World:
    """Everything features are counted from. Matrices are people x people and symmetric, with an empty diagonal."""

    data: DataSet
    prior: Prior
    kinds: tuple[str, ...]
    slots: tuple[str, ...]
    slot_of_kind: Ints
    pull: Floats  # by slot: how much more than the prior says a shared group is worth here
    stances: Stances
    group_size: Floats  # people, or between people and headcount when that is known to be larger
    rarity: Floats  # ln(n / size), at least 0
    ties: Sparse
    degree: Floats
    contacts: dict[str, Sparse]
    traits: dict[str, Floats]
    equals: Floats  # the number behind each group of people with an equal trait; these groups follow the real ones
    answers: Answers
    voters: int

    @property
    def size(self) -> int:
        """Number of people."""
        return self.data.size

    @functools.cached_property
    def _memberships(self) -> Ints:
        """Sorted keys of (person, group) for groups of at least two."""
        people, stance, _ = entries(self.stances.held)
        return np.sort(people * len(self.group_size) + self.stances.group[stance])

    def is_member(self, people: Ints, groups: Ints) -> Flags:
        """Whether people[i] is in groups[i]."""
        keys = people * len(self.group_size) + groups
        known = self._memberships
        place = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
        return known[place] == keys if len(known) else np.zeros(len(keys), bool)

    @functools.cached_property
    def _by_person(self) -> tuple[Ints, Ints]:
        person = self.data.affiliations.person
        order = np.argsort(person, kind="stable")
        return order, np.searchsorted(person[order], np.arange(self.size + 1))

    def rows_of_person(self, person: int) -> Ints:
        """Rows of the affiliations table about one person."""
        order, begin = self._by_person
        return order[begin[person] : begin[person + 1]]

    @functools.cached_property
    def _contact_keys(self) -> tuple[Ints, Ints]:
        ties = self.data.ties
        rows = np.flatnonzero(np.isin(ties.kind, [i for i, kind in enumerate(self.data.tie_kinds) if kind != KNOWS]))
        keys = _pair_keys(ties.a[rows], ties.b[rows], self.size)
        order = np.argsort(keys, kind="stable")
        return rows[order], keys[order]

    def contact_rows(self, a: int, b: int) -> Ints:
        """Rows of the ties table about contacts of two people."""
        rows, keys = self._contact_keys
        key = min(a, b) * self.size + max(a, b)
        begin, end = np.searchsorted(keys, (key, key + 1))
        return rows[begin:end]

    def without(self, a: int, b: int) -> World:
        """The same world without knowing of the tie of this pair."""
        ties = self.ties.copy()
        ties[a, b] = ties[b, a] = 0
        ties.eliminate_zeros()
        return self.with_ties(ties)

    def pulled(self, pull: dict[str, float]) -> World:
        """The same world where shared groups are worth more, or less, than the prior says, by slot."""
        return carried(self, replace(self, pull=np.array([pull.get(slot, 1.0) for slot in self.slots])))

    def with_ties(self, ties: Sparse) -> World:
        """The same people with other known ties."""
        return carried(self, replace(self, ties=ties, degree=_degrees(ties)))


def make_world(data: DataSet, now: float | None = None) -> World:
    """Lay out a data set (already cut at its as-of date); now = reference day for the age of contacts."""
    prior = shipped()
    kinds = (*data.kinds, *(TRAIT + kind for kind in data.trait_kinds), CROSSED)
    today = _latest(data) if now is None else now
    strength = np.array([prior.shares(kind)[1] for kind in kinds])
    undated = np.array([prior.undated(kind) for kind in kinds])
    rows, equals = _with_equal_traits(data)
    headcount = np.r_[data.group_sizes, np.full(len(equals), np.nan)]
    stances = make_stances(rows, data.size, len(headcount), strength, undated, len(kinds) - 1, today)
    size = _sizes(stances.members, headcount)
    slots, slot_of_kind = _slots(kinds, np.bincount(rows.kind, minlength=len(kinds)))
    answers = latest(data.answers)
    ties = ties_of(data, answers)
    return World(
        data=data,
        prior=prior,
        kinds=kinds,
        slots=slots,
        slot_of_kind=slot_of_kind,
        pull=np.ones(len(slots)),
        stances=stances,
        group_size=size,
        rarity=np.log(np.maximum(data.size / size, 1.0)),
        ties=ties,
        degree=_degrees(ties),
        contacts=_contacts(data, today),
        traits=_traits(data),
        equals=equals,
        answers=answers,
        voters=_vote_limit(stances),
    )


def _with_equal_traits(data: DataSet) -> tuple[Affiliations, Floats]:
    """Memberships, and after them one group for each number of each trait."""
    kind, person = data.traits.kind, data.traits.person
    keys, group = np.unique(np.column_stack([kind, data.traits.value]), axis=0, return_inverse=True)
    unknown = np.full(len(person), np.nan)
    rows = data.affiliations
    return Affiliations(
        person=np.r_[rows.person, person],
        kind=np.r_[rows.kind, kind + len(data.kinds)],
        group=np.r_[rows.group, group.ravel() + len(data.groups)],
        start=np.r_[rows.start, unknown],
        end=np.r_[rows.end, unknown],
    ), keys[:, 1]


def latest(answers: Answers) -> Answers:
    """The last answer of each pair; the later row where days are equal or missing."""
    on = np.nan_to_num(answers.on, nan=-1.0)
    order = np.lexsort((np.arange(len(on)), on, answers.prospect, answers.client))
    change = (np.diff(answers.client[order]) != 0) | (np.diff(answers.prospect[order]) != 0)
    return rows_of(answers, order[np.r_[change, True]] if len(on) else order)


def _latest(data: DataSet) -> float:
    """The last day something began, was seen or was said; 0 when nothing is dated. An end may lie ahead."""
    days = np.concatenate([data.affiliations.start, data.ties.first, data.ties.last, data.answers.on])
    days = days[~np.isnan(days)]
    return float(days.max()) if len(days) else 0.0


def _sizes(members: Ints, headcount: Floats) -> Floats:
    """A headcount above what was counted says the group is larger; who is on a list is no random draw of it."""
    counted = np.maximum(members.astype(float), 1.0)
    return np.asarray(np.sqrt(counted * np.fmax(counted, headcount)))


def _slots(kinds: tuple[str, ...], rows: Ints) -> tuple[tuple[str, ...], Ints]:
    """Names of the kinds with weights of their own, and the slot of every kind."""
    order = sorted(range(len(kinds) - 1), key=lambda kind: (-int(rows[kind]), kinds[kind]))
    own = [kinds[kind] for kind in order[:OWN_KINDS]]
    slots = (*own, *([OTHER] if len(order) > OWN_KINDS else []), CROSSED)
    place = {name: slot for slot, name in enumerate(slots)}
    return slots, np.array([place.get(kind, place.get(OTHER, 0)) for kind in kinds])


def _degrees(ties: Sparse) -> Floats:
    return np.asarray(np.diff(ties.indptr), float)


def symmetric(a: Ints, b: Ints, value: Floats, people: int) -> Sparse:
    """Matrix with each value at both places of its pair."""
    return csr(np.r_[value, value], np.r_[a, b], np.r_[b, a], (people, people))


def ties_of(data: DataSet, answers: Answers) -> Sparse:
    """1 where two people are known to know each other; the latest answer of the two overrules the ties table."""
    known = data.ties.kind == (data.tie_kinds.index(KNOWS) if KNOWS in data.tie_kinds else -1)
    answers = latest(_either_way(answers))
    yes, no = np.isin(answers.value, POSITIVE), answers.value == NEGATIVE
    a = np.r_[data.ties.a[known], answers.client[yes]]
    b = np.r_[data.ties.b[known], answers.prospect[yes]]
    refused = _pair_keys(answers.client[no], answers.prospect[no], data.size)
    keep = ~np.isin(_pair_keys(a, b, data.size), refused)
    ties = symmetric(a[keep], b[keep], np.ones(int(keep.sum())), data.size)
    ties.data[:] = 1.0
    return ties


def _either_way(answers: Answers) -> Answers:
    """Yes and no answers about two people, whoever of them was asked."""
    told = rows_of(answers, np.isin(answers.value, (*POSITIVE, NEGATIVE)))
    low, high = np.minimum(told.client, told.prospect), np.maximum(told.client, told.prospect)
    return replace(told, client=low, prospect=high)


def _pair_keys(a: Ints, b: Ints, people: int) -> Ints:
    return np.minimum(a, b) * people + np.maximum(a, b)


def _contacts(data: DataSet, today: float) -> dict[str, Sparse]:
    """Strength of observed contacts by kind: count, less for what is long past."""
    out: dict[str, Sparse] = {}
    age = np.maximum(today - np.where(np.isnan(data.ties.last), data.ties.first, data.ties.last), 0.0)
    fresh = np.where(np.isnan(age), 1.0, OLD_SHARE + (1 - OLD_SHARE) * 0.5 ** (age / HALF_LIFE))
    for code, kind in enumerate(data.tie_kinds):
        rows = data.ties.kind == code
        if kind != KNOWS and rows.any():
            value = (data.ties.count * fresh)[rows]
            out[kind] = symmetric(data.ties.a[rows], data.ties.b[rows], value, data.size)
    return out


def _traits(data: DataSet) -> dict[str, Floats]:
    out = {}
    for code, kind in enumerate(data.trait_kinds):
        rows = data.traits.kind == code
        values = np.full(data.size, np.nan)
        values[data.traits.person[rows]] = data.traits.value[rows]
        if len(np.unique(data.traits.value[rows])) > 1:
            out[kind] = values
    return out


def _vote_limit(stances: Stances) -> int:
    """Largest group whose people vote, so that the votes of all stay within bounds whatever the data."""
    held = np.bincount(stances.group, minlength=len(stances.members))
    cost = np.bincount(stances.members, weights=held * stances.members.astype(float))
    within = np.flatnonzero(np.cumsum(cost) <= VOTE_PLACES)
    return int(min(within[-1], VOTERS)) if len(within) else 0
