"""Pairs of one sort: hard ones that look acquainted and are not, and acquaintance by what made it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import parameters as of
from benchmarks.town.bonds import CAUSES
from benchmarks.town.lives import Stays
from benchmarks.town.people import Floats, Ints
from benchmarks.town.records import Fact
from benchmarks.town.world import Town

LARGE, SMALL = 100, 20
FIRST: Final = 100  # places of a list within which a tie counts as found
Mask = NDArray[np.bool_]


class Cases:
    """Sorts of pairs of one client with everybody, by truth and by records."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._facts: dict[int, list[Fact]] = defaultdict(list)
        self._holders: dict[str, list[Fact]] = defaultdict(list)
        for fact in town.facts:
            self._facts[fact.person].append(fact)
            self._holders[fact.group].append(fact)
        bonds = town.bonds
        self._cause = dict(zip((bonds.a * town.size + bonds.b).tolist(), bonds.cause.tolist(), strict=True))

    def of(self, client: int) -> dict[str, Mask]:
        """Name of the sort -> everybody who makes such a pair with the client."""
        people = self.town.people
        name = people.surname == people.surname[client]
        kin, home = people.clan == people.clan[client], people.household == people.household[client]
        return {
            **self._work(client),
            **self._schools(client),
            "namesakes, not related": name & ~kin & ~home,
            "same full name, not related": name & ~kin & ~home & (people.given == people.given[client]),
            "relatives of another household, same surname": kin & ~home & name,
            "relatives of another household, other surname": kin & ~home & ~name,
            "same street": self._shared(client, "street-"),
            "same club or association": self._shared(client, "club-"),
            "customers of one firm": self._shared(client, "firm-", ("vendor",)),
            "same national employer": self._shared(client, "national-"),
            "a shared group by a wrong fact alone": self._shared(client, "", wrong=True) & ~self._shared(client, ""),
            "mail": self._seen(client, "mail"),
            "nothing in the records": ~self._shared(client, "") & ~self._shared(client, "", wrong=True) & ~name,
        }

    def _work(self, client: int) -> dict[str, Mask]:
        """By the records one employer; by the truth together, or one after the other."""
        jobs = self.town.lives.jobs
        shared = self._shared(client, "firm-", ("employer",))
        dated = self._shared(client, "firm-", ("employer",), dated=True)
        together, large, small = (self._overlap(client, jobs, at) for at in ((0, 1e9), (LARGE, 1e9), (0, SMALL)))
        return {
            "same employer, together": shared & together,
            f"same employer of {LARGE} or more, together": shared & large,
            f"same employer of up to {SMALL}, together": shared & small,
            "same employer, never together, dates known": dated & ~together,
            "same employer, never together, dates unknown": shared & ~dated & ~together,
        }

    def _schools(self, client: int) -> dict[str, Mask]:
        shared = self._shared(client, "school-")
        apart = np.abs(self.town.people.born - self.town.people.born[client])
        return {"same school, about one year": shared & (apart < 1), "same school, years apart": shared & (apart > 4)}

    def _shared(
        self, client: int, prefix: str, kinds: tuple[str, ...] = (), dated: bool = False, wrong: bool = False
    ) -> Mask:
        """People who share such a group by the records; `wrong`: with a wrong fact on either side, else with none."""
        out = np.zeros(self.town.size, bool)
        for mine in self._facts[client]:
            for other in self._holders[mine.group] if self._fits(mine, prefix, kinds) else ():
                spoilt = bool(_misplaced(mine) or _misplaced(other))
                undated = bool(np.isnan(mine.start) or np.isnan(other.start))
                if self._fits(other, prefix, kinds) and spoilt == wrong and not (dated and undated):
                    out[other.person] = True
        out[client] = False
        return out

    @staticmethod
    def _fits(fact: Fact, prefix: str, kinds: tuple[str, ...]) -> bool:
        return fact.group.startswith(prefix) and (not kinds or fact.kind in kinds)

    def _overlap(self, client: int, stays: Stays, heads: tuple[float, float]) -> Mask:
        """People who were in a group of such a headcount at the same time, in truth."""
        out = np.zeros(self.town.size, bool)
        for row in np.flatnonzero(stays.person == client):
            if heads[0] <= stays.headcount[stays.group[row]] <= heads[1]:
                there = stays.group == stays.group[row]
                met = there & (stays.start < stays.end[row]) & (stays.end > stays.start[row])
                out[stays.person[met]] = True
        return out

    def _seen(self, client: int, kind: str) -> Mask:
        out = np.zeros(self.town.size, bool)
        out[self._contacts[kind].get(client, [])] = True
        return out

    @cached_property
    def _contacts(self) -> dict[str, dict[int, list[int]]]:
        out: dict[str, dict[int, list[int]]] = {kind: defaultdict(list) for kind in of.SEEN}
        for seen in self.town.seen:
            out[seen.kind][seen.a].append(seen.b)
            out[seen.kind][seen.b].append(seen.a)
        return out

    def causes(self, client: int, others: Ints) -> list[str]:
        """What made the acquaintance of the client with each of these, who all know them."""
        keys = np.minimum(client, others) * self.town.size + np.maximum(client, others)
        return [CAUSES[self._cause[key]] for key in keys.tolist()]


def _misplaced(fact: Fact) -> bool:
    return fact.wrong in ("group", "namesake")


class Tally:
    """Sums over clients: of each sort of pair the mean probability and the share who really know each other."""

    def __init__(self) -> None:
        self._sorts: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self._causes: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])

    def add(self, cases: Cases, client: int, candidates: Ints, p: Floats, truth: Floats) -> None:
        for name, mask in cases.of(client).items():
            here = mask[candidates]
            _sum(self._sorts[name], here.sum(), p[here].sum(), truth[here].sum())
        place = np.empty(len(p))
        place[np.argsort(-p, kind="stable")] = np.arange(len(p))
        known = truth > 0
        for cause, chance, at in zip(cases.causes(client, candidates[known]), p[known], place[known], strict=True):
            _sum(self._causes[cause], 1, chance, float(at < FIRST))

    def sorts(self) -> dict[str, dict[str, float]]:
        """Sort -> pairs, mean probability, share who know each other."""
        return {name: _means(sums, "mean_p", "rate") for name, sums in self._sorts.items() if sums[0]}

    def causes(self) -> dict[str, dict[str, float]]:
        """Cause -> ties, mean probability given to them, share among the first of the client's list."""
        return {name: _means(sums, "mean_p", f"in_first_{FIRST}") for name, sums in sorted(self._causes.items())}


def _sum(sums: list[float], *values: float) -> None:
    sums[:] = [old + float(new) for old, new in zip(sums, values, strict=True)]


def _means(sums: list[float], one: str, other: str) -> dict[str, float]:
    return {"pairs": sums[0], one: sums[1] / sums[0], other: sums[2] / sums[0]}
