"""Who knows whom: acquaintance out of time spent in the same corner, kin, friends of friends, and chance.

Each cause gives a pair a pace of getting to know each other; the pair does so after an exponential wait. One factor on
all paces sets the mean number of acquaintances; it is told as `pace` and should not be far from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.town import parameters as of
from benchmarks.town.lives import Lives, Stays, only
from benchmarks.town.people import Floats, Ints, People

CAUSES: Final = (
    "kin", "work", "national", "street", "village", "school", "study", "club", "gym", "circle", "board", "parents",
    "vendor", "event", "closure", "chance", "association",
)  # fmt: skip
LONGEST: Final = 10.0  # waits longer than this many times the expected life are of no account


@dataclass(frozen=True)
class Bonds:
    """Pairs a < b who know each other, why above all, and how well (0 very well, 1 just so)."""

    a: Ints
    b: Ints
    cause: Ints
    distance: Floats
    pace: float

    def keys(self, size: int) -> Ints:
        """One number a pair, sorted."""
        return np.sort(self.a * size + self.b)


@dataclass
class Waits:
    """What each cause brings: pairs and their waits, in lives at pace 1."""

    people: People
    rng: np.random.Generator
    key: list[Ints]
    wait: list[Floats]
    cause: list[Ints]

    def add(self, cause: str, a: Ints, b: Ints, expected: Floats, gone: Floats, fade: float = np.inf) -> None:
        """Pairs with an expected number of occasions; `gone`: years since they last shared the group."""
        both = self.people.sociable[a] * self.people.sociable[b]
        wait = self.rng.exponential(size=len(a)) / np.maximum(expected * both, 1e-12)
        kept = (wait < LONGEST) & (a != b) & (self.rng.random(len(a)) < np.exp(-gone / fade))
        low, high = np.minimum(a, b)[kept], np.maximum(a, b)[kept]
        self.key.append(low * len(self.people) + high)
        self.wait.append(wait[kept])
        self.cause.append(np.full(len(low), CAUSES.index(cause)))

    def like(self, a: Ints, b: Ints) -> Floats:
        """How much likeness of age helps."""
        return np.exp(-np.abs(self.people.born[a] - self.people.born[b]) / of.AGE_APART)


Bring = Callable[[Waits, Lives], None]


def bind(
    people: People,
    lives: Lives,
    rng: np.random.Generator,
    bringing: Sequence[Bring] | None = None,
    closure: float = of.CLOSURE,
    chance: float = of.CHANCE,
) -> Bonds:
    """Acquaintance in the whole town, `MEAN_ACQUAINTANCES` a person on the mean; by default of every cause there is."""
    waits = Waits(people, rng, [], [], [])
    for bring in bringing or _EVERYTHING:
        bring(waits, lives)
    wanted = round(len(people) * of.MEAN_ACQUAINTANCES / 2)
    first = round(wanted * (1 - closure - chance))
    key, wait, cause = _soonest(waits)
    pace = float(np.partition(wait, min(first, len(wait) - 1))[min(first, len(wait) - 1)])
    met = wait < pace
    key, distance, cause = key[met], wait[met] / pace, cause[met]
    for name, many, make in (("closure", closure, _introduced), ("chance", chance, _by_chance)):
        new = _more(key, round(wanted * many), make, people, rng)
        key, distance = np.r_[key, new], np.r_[distance, rng.random(len(new))]
        cause = np.r_[cause, np.full(len(new), CAUSES.index(name))]
    return Bonds(key // len(people), key % len(people), cause, distance, pace)


def _soonest(waits: Waits) -> tuple[Ints, Floats, Ints]:
    """Of several causes of one pair the quickest counts."""
    key, wait, cause = np.concatenate(waits.key), np.concatenate(waits.wait), np.concatenate(waits.cause)
    order = np.lexsort((wait, key))
    key, wait, cause = key[order], wait[order], cause[order]
    once = np.r_[True, key[1:] != key[:-1]]
    return key[once], wait[once], cause[once]


Made = Callable[[Ints, int, People, np.random.Generator], tuple[Ints, Ints]]


def _more(key: Ints, wanted: int, make: Made, people: People, rng: np.random.Generator) -> Ints:
    """So many pairs that are not in `key` yet."""
    new = np.zeros(0, np.int64)
    while len(new) < wanted:
        a, b = make(key, wanted, people, rng)
        found = (np.minimum(a, b) * len(people) + np.maximum(a, b))[a != b]
        new = np.setdiff1d(np.r_[new, found], key)
    return np.sort(rng.permutation(new)[:wanted])


def _introduced(key: Ints, wanted: int, people: People, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Two acquaintances of one person, more readily when both are sociable."""
    size = len(people)
    one, other = np.r_[key // size, key % size], np.r_[key % size, key // size]
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    begin = np.searchsorted(one, np.arange(size + 1))
    first = rng.integers(0, len(one), 4 * wanted)
    middle = one[first]
    second = begin[middle] + (rng.random(len(first)) * (begin[middle + 1] - begin[middle])).astype(np.int64)
    a, b = other[first], other[second]
    ready = rng.random(len(a)) < people.sociable[a] * people.sociable[b] / 4
    return a[ready], b[ready]


def _by_chance(key: Ints, wanted: int, people: People, rng: np.random.Generator) -> tuple[Ints, Ints]:
    share = np.cumsum(people.sociable) / people.sociable.sum()
    a, b = (np.searchsorted(share, rng.random(wanted)) for _ in range(2))
    return a, b


def together(stays: Stays) -> tuple[Ints, Ints]:
    """Rows (i, j) of all pairs in one group at the same time, each pair of rows once."""
    order = np.lexsort((stays.start, stays.group))
    group, start, end = stays.group[order], stays.start[order], stays.end[order]
    span = 10_000.0  # no year is later: groups side by side on one line
    line = group * span + start
    last = np.searchsorted(line, group * span + np.minimum(end, span - 1), side="right")
    count = np.maximum(last - np.arange(len(order)) - 1, 0)
    first = np.repeat(np.arange(len(order)), count)
    step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return order[first], order[first + 1 + step]


def years_together(stays: Stays, i: Ints, j: Ints) -> tuple[Floats, Floats]:
    """Years together and years since."""
    end = np.minimum(np.minimum(stays.end[i], stays.end[j]), of.TODAY)
    return end - np.maximum(stays.start[i], stays.start[j]), of.TODAY - end


def kin(waits: Waits, lives: Lives) -> None:
    """Households always; most relatives in other households."""
    people, none = waits.people, np.zeros(len(waits.people))
    as_stays = Stays("kin", np.arange(len(people)), people.clan, none, none + np.inf, none, none)
    i, j = together(as_stays)
    home = people.household[i] == people.household[j]
    knows = home | (waits.rng.random(len(i)) < of.KIN_KNOWS)
    waits.add("kin", i[knows], j[knows], np.full(int(knows.sum()), 1e9), np.zeros(int(knows.sum())))


def _work(waits: Waits, lives: Lives) -> None:
    jobs = lives.jobs
    i, j = together(jobs)
    years, gone = years_together(jobs, i, j)
    a, b = jobs.person[i], jobs.person[j]
    apart = of.FIRM_A_YEAR * jobs.headcount[jobs.group[i]] ** -of.FIRM_FALL * waits.like(a, b)
    rate = np.where(jobs.corner[i] == jobs.corner[j], of.TEAM_A_YEAR, np.minimum(apart, of.TEAM_A_YEAR))
    waits.add("work", a, b, rate * years, gone, of.FADES["work"])
    i, j = together(lives.nationals)
    years, gone = years_together(lives.nationals, i, j)
    pair = lives.nationals.person[i], lives.nationals.person[j]
    waits.add("national", *pair, of.NATIONAL_A_YEAR * years, gone, of.FADES["work"])


def _street(waits: Waits, lives: Lives) -> None:
    homes = lives.homes
    i, j = together(homes)
    years, gone = years_together(homes, i, j)
    a, b = homes.person[i], homes.person[j]
    near = of.DOOR_A_YEAR * np.exp(-np.abs(homes.corner[i] - homes.corner[j]) / of.DOORS) + of.STREET_A_YEAR
    waits.add("street", a, b, near * years * waits.like(a, b), gone, of.FADES["street"])


def _village(waits: Waits, lives: Lives) -> None:
    """The main town, place 0, is too large for living there to mean anything."""
    small = only(lives.villages, lives.villages.group > 0)
    i, j = together(small)
    years, gone = years_together(small, i, j)
    a, b = small.person[i], small.person[j]
    waits.add("village", a, b, of.VILLAGE_A_YEAR * years * waits.like(a, b), gone, of.FADES["street"])


def _school(waits: Waits, lives: Lives) -> None:
    """All of the school time at once: class, year, one to three years apart."""
    schools = lives.schools
    i, j = together(schools)
    apart = np.abs(schools.end[i] - schools.end[j]).astype(np.int64)
    near = np.array([of.SCHOOL_YEAR, *of.SCHOOL_APART, *[0.0] * 10])[np.minimum(apart, 9)]
    once = np.where((apart == 0) & (schools.corner[i] == schools.corner[j]), of.SCHOOL_CLASS, near)
    _, gone = years_together(schools, i, j)
    waits.add("school", schools.person[i], schools.person[j], once, np.maximum(gone, 0), of.FADES["school"])


def _study(waits: Waits, lives: Lives) -> None:
    i, j = together(lives.studies)
    years, gone = years_together(lives.studies, i, j)
    pair = lives.studies.person[i], lives.studies.person[j]
    waits.add("study", *pair, of.STUDY_A_YEAR * years, gone, of.FADES["study"])


def _leisure(waits: Waits, lives: Lives) -> None:
    """Clubs, circles, boards: both have to be there, and a full room spreads talk thinner."""
    for stays, cause in ((lives.clubs, "club"), (lives.circles, "circle")):
        i, j = together(stays)
        years, gone = years_together(stays, i, j)
        a, b = stays.person[i], stays.person[j]
        present = np.bincount(stays.group, stays.corner * (stays.end == np.inf), minlength=len(stays.headcount))
        room = np.minimum(1.0, of.CLUB_ROOM / np.maximum(present, 1.0))[stays.group[i]]
        rate = of.CLUB_A_YEAR * stays.corner[i] * stays.corner[j] * room * waits.like(a, b)
        mass = np.isin(stays.group[i], list(lives.gyms)) & (cause == "club")
        rate *= np.where(mass, of.GYM_TALK, 1.0)
        for name, part in (("gym", mass), (cause, ~mass)):
            waits.add(name, a[part], b[part], (rate * years)[part], gone[part], of.FADES["club"])
    i, j = together(lives.boards)
    years, gone = years_together(lives.boards, i, j)
    pair = lives.boards.person[i], lives.boards.person[j]
    waits.add("board", *pair, of.BOARD_A_YEAR * years, gone, of.FADES["work"])


def _parents(waits: Waits, lives: Lives) -> None:
    i, j = together(lives.parents)
    years, gone = years_together(lives.parents, i, j)
    pair = lives.parents.person[i], lives.parents.person[j]
    waits.add("parents", *pair, of.PARENT_A_YEAR * years, gone, of.FADES["parents"])


def _customers(waits: Waits, lives: Lives) -> None:
    """Customers come to know the staff, not each other."""
    jobs, customers = lives.jobs, lives.customers
    both = Stays(
        "vendor",
        np.r_[customers.person, jobs.person],
        np.r_[customers.group, jobs.group],
        np.r_[customers.start, jobs.start],
        np.r_[customers.end, jobs.end],
        np.r_[np.ones(len(customers.person)), np.zeros(len(jobs.person))],
        jobs.headcount,
    )
    served = np.isin(both.group, np.unique(customers.group))
    both = only(both, served)
    i, j = together(both)
    across = both.corner[i] != both.corner[j]
    i, j = i[across], j[across]
    years, gone = years_together(both, i, j)
    waits.add("vendor", both.person[i], both.person[j], of.CUSTOMER_A_YEAR * years, gone, of.FADES["work"])


def _event(waits: Waits, lives: Lives) -> None:
    i, j = together(lives.events)
    gone = of.TODAY - lives.events.start[i]
    once = np.full(len(i), of.EVENT_ONCE)
    waits.add("event", lives.events.person[i], lives.events.person[j], once, gone, of.FADES["club"])


_EVERYTHING: Final = (kin, _work, _street, _village, _school, _study, _leisure, _parents, _customers, _event)
