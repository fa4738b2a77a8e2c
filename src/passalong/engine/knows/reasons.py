"""Points of one pair told in words. Base plus all points is the score, to the last digit that matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passalong.engine.knows.arrays import Floats, Ints, flat_ranges, lookup
from passalong.engine.knows.features import Counter, Evidence, family
from passalong.engine.knows.phrases import among, contact_words, equal_words, group_words, voters_words
from passalong.engine.knows.shared import Companions, companions, odds_of
from passalong.engine.knows.world import TRAIT, World

CLIENT, DESK = "client", "desk"
SMALL = 0.01
MOST_GROUPS = 12


@dataclass(frozen=True)
class Reason:
    """One piece of evidence: points in natural log-odds, who may see it, the group and the people it rests on."""

    kind: str
    text: str
    points: float
    audience: str
    group_id: str | None = None
    others: tuple[str, ...] = ()

    def as_row(self) -> dict[str, object]:
        """What is written to files."""
        return {"kind": self.kind, "text": self.text, "points": self.points, "audience": self.audience}


@dataclass
class Points:
    """Points of one pair by feature, and what of it is still untold."""

    by_feature: dict[str, float] = field(default_factory=dict)

    def take(self, *families: str) -> float:
        """Sum of some families of features, each given out once."""
        names = [name for name in self.by_feature if family(name) in families]
        return sum(self.by_feature.pop(name) for name in names)


class Teller:
    """Turns the points of pairs of one client into reasons."""

    def __init__(self, counter: Counter, evidence: Evidence, row: int, prospects: Ints) -> None:
        """evidence: columns that hold the client in `row`; prospects: positions of the people to be told about."""
        self.world: World = evidence.world
        self.client = int(evidence.asked[row])
        found = _where(evidence.found, np.flatnonzero(evidence.found.row == row))
        self.found = _where(found, np.argsort(found.other, kind="stable"))
        self.odds = odds_of(self.world, self.found.kind, self.found.group, self.found.together)
        self.rare = _rare(self.world, self.found)
        self.counter = counter
        self.prospects = prospects
        sharing = companions(self.world, prospects)
        self.sharing = _where(sharing, _among(_known(self.world, self.client), sharing.other))

    def reasons(self, place: int, points: Points) -> tuple[Reason, ...]:
        """Reasons for the prospect at `place`, strongest first; their points sum to all points given."""
        prospect = int(self.prospects[place])
        told = self._groups(prospect, points)
        told += self._votes(place, prospect, points)
        told += self._circles(prospect, points)
        told += self._contacts(prospect, points)
        told += self._near(points)
        return tuple(sorted(_fold(told), key=lambda reason: (-abs(reason.points), reason.kind, reason.text)))

    def _groups(self, prospect: int, points: Points) -> list[Reason]:
        """One reason a shared group; each family's points are shared out by what the group brought in."""
        here = slice(*np.searchsorted(self.found.other, (prospect, prospect + 1)))
        found, odds, rare = _where(self.found, here), self.odds[here], self.rare[here]
        if not len(found.group):
            return []
        slots = self.world.slot_of_kind[found.kind]
        worth = _shares(odds) * points.take("groups") + _shares(rare) * points.take("breadth")
        for slot in sorted(set(slots.tolist())):
            same = slots == slot
            worth[same] += _shares(rare[same]) * points.by_feature.pop(f"shared:{self.world.slots[slot]}", 0.0)
        return [self._group(found, i, prospect, float(worth[i])) for i in range(len(worth))]

    def _group(self, found: Companions, i: int, prospect: int, worth: float) -> Reason:
        kind, group = self.world.kinds[found.kind[i]], int(found.group[i])
        if kind.startswith(TRAIT):
            return Reason(kind.removeprefix(TRAIT), equal_words(self.world, kind, group), worth, DESK)
        text = group_words(self.world, kind, int(found.kind[i]), group, self.client, prospect)
        return Reason(kind, text, worth, CLIENT, self.world.data.groups[group])

    def _votes(self, place: int, prospect: int, points: Points) -> list[Reason]:
        worth = points.take("vote", "share", "walk")
        if not worth:
            return []
        friends = _known(self.world, prospect)
        begin, end = np.searchsorted(self.found.other, (friends, friends + 1))
        there = _heaviest(self.world, _where(self.found, flat_ranges(begin, end - begin)[0]), prospect)
        here = slice(*np.searchsorted(self.sharing.row, (place, place + 1)))
        back = _heaviest(self.world, _where(self.sharing, here), self.client)
        text = voters_words(self.world, self.client, prospect, there, back)
        return [Reason("vote", text, worth, DESK, None, _ids(self.world, [*there, *back]))]

    def _circles(self, prospect: int, points: Points) -> list[Reason]:
        worth = points.take("circle")
        if not worth:
            return []
        common = np.intersect1d(_known(self.world, self.client), _known(self.world, prospect))
        if len(common):
            text = f"Acquaintances in common: {among(self.world, common)}"
        else:
            text = "Acquaintances of the one know acquaintances of the other"
        return [Reason("circle", text, worth, DESK, None, _ids(self.world, common))]

    def _contacts(self, prospect: int, points: Points) -> list[Reason]:
        told = []
        for name in [name for name in points.by_feature if family(name) in ("seen", "via")]:
            worth = points.by_feature.pop(name)
            if worth:
                how, _, kind = name.partition(":")
                text = contact_words(self.world, how, kind, self.client, prospect)
                told.append(Reason(kind if how == "seen" else "via", text, worth, DESK))
        return told

    def _near(self, points: Points) -> list[Reason]:
        """One reason a trait."""
        total: dict[str, float] = {}
        for name in [name for name in points.by_feature if family(name) == "near"]:
            trait = name.split(":", 2)[2]
            total[trait] = total.get(trait, 0.0) + points.by_feature.pop(name)
        return [
            Reason("near", f"{'Close' if worth > 0 else 'Far apart'} in {trait.replace('_', ' ')}", worth, DESK)
            for trait, worth in total.items()
            if worth
        ]


def _fold(told: list[Reason]) -> list[Reason]:
    """Many small things in common are told as one."""
    order = sorted(told, key=lambda reason: -abs(reason.points))
    groups = [reason for reason in order if reason.group_id is not None]
    few = [r for i, r in enumerate(groups) if i >= MOST_GROUPS or abs(r.points) < SMALL]
    if len(few) < 2:
        return [reason for reason in order if reason.points or reason.group_id is not None]
    worth = sum(reason.points for reason in few)
    rest = [reason for reason in order if reason not in few]
    return [*rest, Reason("other", f"{len(few)} smaller things in common", worth, DESK)]


def _shares(worth: Floats) -> Floats:
    total = worth.sum()
    return np.asarray(worth / total) if total > 0 else np.zeros(len(worth))


def _where(found: Companions, keep: Ints | slice) -> Companions:
    columns = (getattr(found, name)[keep] for name in ("place", "row", "other", "group", "kind", "together"))
    return Companions(found.asked, *columns)


def _known(world: World, person: int) -> Ints:
    begin, end = world.ties.indptr[person : person + 2]
    return np.asarray(world.ties.indices[begin:end], np.int64)


def _among(some: Ints, people: Ints) -> Ints:
    """Places of people who are among some, given in order."""
    if not len(some):
        return np.zeros(0, np.int64)
    return np.flatnonzero(some[np.minimum(np.searchsorted(some, people), len(some) - 1)] == people)


def _rare(world: World, found: Companions) -> Floats:
    return np.asarray(world.rarity[found.group] * found.together)


def _heaviest(world: World, found: Companions, target: int) -> list[int]:
    """People of `found`, all of whom know the target, those who share the rarest things first."""
    worth: dict[int, float] = {}
    for person, rare in zip(found.other.tolist(), _rare(world, found).tolist(), strict=True):
        worth[person] = worth.get(person, 0.0) + rare
    worth.pop(target, None)
    return sorted(worth, key=lambda person: (-worth[person], person))


def _ids(world: World, people: Sequence[int] | Ints) -> tuple[str, ...]:
    return tuple(world.data.ids[int(person)] for person in dict.fromkeys(people))


def feature_points(columns: Sequence[tuple[str, Floats]], weights: Sequence[Floats], pairs: int) -> list[Points]:
    """Points of each pair by feature; weights: of each column, for each pair."""
    out = [Points() for _ in range(pairs)]
    for (name, value), weight in zip(columns, weights, strict=True):
        for place in np.flatnonzero(value * weight):
            out[place].by_feature[name] = float(value[place] * weight[place])
    return out


def columns_of(counter: Counter, evidence: Evidence, row: int, people: Ints) -> list[tuple[str, Floats]]:
    """All features of one row of evidence and some people."""
    rows = np.full(len(people), row)
    sparse = [(name, lookup(column, rows, people)) for name, column in evidence.columns.items()]
    return sparse + list(counter.nearness(evidence.asked[rows], people).items())
