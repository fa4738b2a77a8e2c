"""Who truly knows whom, by living through the years three at a time.

Nothing here looks at records, and nothing is an addition of evidence: people meet in hidden corners of what they
belong to (a shift, a class, a tee time), by taste; friends introduce friends; shared years make a tie stronger,
moves and new jobs let it fade; some quarrel and are done with each other for good; family stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dice import Dice
from .families import Kinship
from .lives import Region, Resident
from .places import REGION
from .shapes import TieOrigin

ORIGINS: tuple[TieOrigin, ...] = ("group", "introduced", "family", "town")
_STEP = 3
_YEARS = 42

# kind -> (heads in a hidden corner of it, how surely two in the same corner meet within a step)
_CORNERS: dict[str, tuple[int, float]] = {
    "household": (9, 3.0),
    "employer": (16, 0.9),
    "school": (16, 0.5),
    "board": (20, 0.85),
    "club": (14, 0.45),
    "association": (12, 0.35),
    "street": (9, 0.35),
    "event": (8, 0.3),
    "vendor": (9, 0.03),
}
_ELSEWHERE = 0.035
_MEET = 1.1
_INTRODUCE = 0.35
_QUARREL = 0.006
_FADED = 0.16


@dataclass(frozen=True)
class _Focus:
    """One group over all years: who, from when to when, in which hidden corner, and how surely they meet."""

    people: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    corners: np.ndarray
    rate: float
    across: float


@dataclass
class Bonds:
    """The state of all ties: strength, origin (index into ORIGINS, -1 none) and who will never speak again."""

    strength: np.ndarray
    origin: np.ndarray
    banned: np.ndarray

    @property
    def tied(self) -> np.ndarray:
        """Which pairs know each other."""
        return self.strength > 0

    def add(self, ones: np.ndarray, others: np.ndarray, strength: np.ndarray, origin: TieOrigin) -> None:
        """Tie pairs that are neither tied nor banned, both ways round."""
        free = ~(self.banned[ones, others] | self.tied[ones, others]) & (ones != others)
        for a, b in ((ones[free], others[free]), (others[free], ones[free])):
            self.strength[a, b] = strength[free]
            self.origin[a, b] = ORIGINS.index(origin)
        # A pair drawn twice in both directions could be left with two values.
        low = np.minimum(self.strength[ones, others], self.strength[others, ones])
        self.strength[ones, others] = self.strength[others, ones] = low


def live_together(dice: Dice, region: Region, people: list[Resident], kin: list[Kinship], year: int) -> Bonds:
    """The ties of the year, grown over half a lifetime."""
    count = len(people)
    bonds = Bonds(
        np.zeros((count, count), np.float32), np.full((count, count), -1, np.int8), np.zeros((count, count), bool)
    )
    foci = _foci(dice, region, people, year)
    draw = _liking(people)
    fame = _fame(people)
    _be_family(dice, bonds, kin)
    for now in range(year - _YEARS, year + 1, _STEP):
        exposure = _exposure(foci, count, now)
        towns = np.array([person.town_in(now) for person in people])
        _weather(dice, bonds, exposure, towns)
        _meet(dice, bonds, exposure, draw)
        _meet_in_town(dice, bonds, towns, fame)
        _introduce(dice, bonds, draw)
        _quarrel(dice, bonds)
    return bonds


def _foci(dice: Dice, region: Region, people: list[Resident], year: int) -> list[_Focus]:
    rows: dict[tuple[int, str], list[tuple[int, int, int]]] = {}
    for person in people:
        for spell in person.spells:
            if spell.kind in _CORNERS:
                end = year + 1 if spell.end is None else spell.end
                rows.setdefault((spell.place, spell.kind), []).append((person.number, spell.start, end))
    return [
        _focus(dice, region.places[place].size, kind, held) for (place, kind), held in rows.items() if len(held) > 1
    ]


def _focus(dice: Dice, size: int, kind: str, held: list[tuple[int, int, int]]) -> _Focus:
    heads, rate = _CORNERS[kind]
    columns = np.array(held)
    corners = dice.rng.integers(0, max(1, round(size / heads)), len(held))
    across = rate * _ELSEWHERE * min(1.0, 60 / size)
    return _Focus(columns[:, 0], columns[:, 1], columns[:, 2], corners, rate, across)


def _liking(people: list[Resident]) -> np.ndarray:
    """How readily two people take to each other: both sociabilities and nearness of taste."""
    sociable = np.array([person.sociable for person in people], np.float32)
    taste = np.array([person.taste for person in people], np.float32)
    gap = np.sqrt(((taste[:, None, :] - taste[None, :, :]) ** 2).sum(axis=2))
    return np.asarray(np.outer(sociable, sociable) * (0.25 + 1.5 * np.exp(-gap)), np.float32)


def _fame(people: list[Resident]) -> np.ndarray:
    """The principal and the innkeeper are known in town without sharing anything with anybody."""
    boards = [sum(spell.kind == "board" for spell in person.spells) for person in people]
    return np.array([person.sociable * (0.3 + count) for person, count in zip(people, boards, strict=True)])


def _be_family(dice: Dice, bonds: Bonds, kin: list[Kinship]) -> None:
    ones, others = np.array([k.a for k in kin]), np.array([k.b for k in kin])
    bonds.add(ones, others, dice.rng.uniform(0.6, 1.0, len(kin)).astype(np.float32), "family")


def _exposure(foci: list[_Focus], count: int, now: int) -> np.ndarray:
    """How much two people see of each other in a step through everything they both belong to then."""
    exposure = np.zeros((count, count), np.float32)
    for focus in foci:
        here = (focus.starts <= now) & (focus.ends > now - _STEP)
        who, corner = focus.people[here], focus.corners[here]
        if len(who) > 1:
            block = np.where(corner[:, None] == corner[None, :], focus.rate, focus.across)
            exposure[who[:, None], who[None, :]] += block.astype(np.float32)
    return exposure


def _pairs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every true cell, row by row; flat, because that is several times as fast."""
    rows, columns = np.divmod(np.flatnonzero(mask), len(mask))
    return rows, columns


def _weather(dice: Dice, bonds: Bonds, exposure: np.ndarray, towns: np.ndarray) -> None:
    """Ties that are lived grow; the others fade, faster over a distance, slower when they were strong."""
    ones, others = _pairs(bonds.tied)
    strength = bonds.strength[ones, others]
    seen = exposure[ones, others]
    keep = np.where(towns[ones] == towns[others], 0.88, 0.76)
    keep = np.where(strength > 0.6, np.sqrt(keep), keep)
    keep = np.where(bonds.origin[ones, others] == ORIGINS.index("family"), 1.0, keep)
    grown = strength + 0.3 * (1 - strength) * np.minimum(seen, 1)
    strength = np.where(seen > 0.1, grown, strength * keep)
    bonds.strength[ones, others] = np.where(strength < _FADED, 0, strength)


def _meet(dice: Dice, bonds: Bonds, exposure: np.ndarray, draw: np.ndarray) -> None:
    """People who see each other get to know each other, or not."""
    ones, others = _pairs(exposure > 0)
    ones, others = ones[ones < others], others[ones < others]
    pull = exposure[ones, others] * draw[ones, others]
    met = dice.rng.random(len(ones)) < 1 - np.exp(-_MEET * pull)
    ones, others = ones[met], others[met]
    bonds.add(ones, others, dice.rng.uniform(0.2, 0.5, len(ones)).astype(np.float32), "group")


def _meet_in_town(dice: Dice, bonds: Bonds, towns: np.ndarray, fame: np.ndarray) -> None:
    """A few chance acquaintances among people of one town, mostly with those whom everybody knows."""
    count = len(towns)
    weights = np.cumsum(fame)
    ones = dice.rng.integers(0, count, count // 4)
    others = np.searchsorted(weights, dice.rng.random(len(ones)) * weights[-1], side="right").clip(0, count - 1)
    same = (towns[ones] == towns[others]) & (towns[ones] < REGION)
    ones, others = ones[same], others[same]
    bonds.add(ones, others, dice.rng.uniform(0.2, 0.4, len(ones)).astype(np.float32), "town")


def _introduce(dice: Dice, bonds: Bonds, draw: np.ndarray) -> None:
    """Friends of friends become friends: each tie may bring one more, chosen from the friend's friends."""
    ones, friends = _pairs(bonds.tied)
    if not len(ones):
        return
    begins = np.searchsorted(ones, np.arange(len(draw) + 1))
    degree = begins[friends + 1] - begins[friends]
    step = (dice.rng.random(len(ones)) * degree).astype(np.int64)
    thirds = friends[begins[friends] + step]
    warmth = bonds.strength[ones, friends] * bonds.strength[friends, thirds] * np.minimum(draw[ones, thirds], 4)
    brought = dice.rng.random(len(ones)) < _INTRODUCE * warmth
    ones, thirds = ones[brought], thirds[brought]
    bonds.add(ones, thirds, dice.rng.uniform(0.2, 0.45, len(ones)).astype(np.float32), "introduced")


def _quarrel(dice: Dice, bonds: Bonds) -> None:
    """Now and then a tie breaks for good, family not spared."""
    ones, others = _pairs(bonds.tied)
    ones, others = ones[ones < others], others[ones < others]
    broken = dice.rng.random(len(ones)) < _QUARREL
    for a, b in ((ones[broken], others[broken]), (others[broken], ones[broken])):
        bonds.strength[a, b] = 0
        bonds.banned[a, b] = True
