"""Who lives in the town: households, families, names, ages, sociability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import parameters as of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """One entry a person. Years are fractions; `generation` is the place within the household (0, 1 the couple)."""

    born: Floats
    arrived: Floats
    household: Ints
    generation: Ints
    clan: Ints
    surname: Ints
    given: Ints
    sociable: Floats
    has_profile: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.born)


def settle(size: int, rng: np.random.Generator) -> People:
    """People of a town, household by household, families of several households under mostly one name."""
    household, generation = _households(size, rng)
    clan_of = _clans(int(household[-1]) + 1, rng)
    born = _births(household, generation, clan_of, rng)
    native = (rng.random(int(household[-1]) + 1) < of.NATIVE)[household]
    came = born + np.minimum(rng.gamma(*of.ARRIVAL_AGE, size), (of.TODAY - born) * rng.random(size) ** 0.3)
    return People(
        born=born,
        arrived=np.where(native, born, came),
        household=household,
        generation=generation,
        clan=clan_of[household],
        surname=_surnames(household, generation, clan_of, rng),
        given=_zipf(size, of.GIVEN_NAMES, of.GIVEN_SHIFT, of.GIVEN_POWER, rng),
        sociable=np.exp(rng.normal(-0.5 * of.SOCIABLE_SD**2, of.SOCIABLE_SD, size)),
        has_profile=rng.random(size) < of.HAS_PROFILE,
    )


def _households(size: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    adults = rng.choice(len(of.ADULTS), size, p=of.ADULTS) + 1
    household = np.repeat(np.arange(size), adults)[:size]
    begin = np.searchsorted(household, household)
    return household, np.arange(size) - begin


def _clans(households: int, rng: np.random.Generator) -> Ints:
    """The family of each household; scattered, so that relatives do not live next door to each other."""
    first = rng.random(households) < of.CLAN_STOP
    return rng.permutation(np.cumsum(first))


def _births(household: Ints, generation: Ints, clan_of: Ints, rng: np.random.Generator) -> Floats:
    """Couples are of like age, further adults a generation younger or older, families hold siblings and parents."""
    centre = rng.normal(of.AGE_MEAN, of.AGE_SD, int(clan_of.max()) + 1)
    step = rng.choice([-28.0, 0.0, 0.0, 28.0], len(clan_of))
    alone = np.bincount(clan_of)[clan_of] == 1
    head = centre[clan_of] + np.where(alone, 0.0, step) + rng.normal(0.0, 5.0, len(clan_of))
    head = np.where((head < of.AGE_LOW) | (head > of.AGE_HIGH), centre[clan_of], head)
    age = head[household] + np.where(generation == 1, rng.normal(0.0, 3.0, len(household)), 0.0)
    other = np.where(age > 50, -28.0, 28.0) + rng.normal(0.0, 4.0, len(household))
    age = np.clip(age + np.where(generation > 1, other, 0.0), of.AGE_LOW, of.AGE_HIGH)
    return of.TODAY - age - rng.random(len(household))


def _surnames(household: Ints, generation: Ints, clan_of: Ints, rng: np.random.Generator) -> Ints:
    def draw(count: int) -> Ints:
        return _zipf(count, of.SURNAMES, of.SURNAME_SHIFT, of.SURNAME_POWER, rng)

    of_clan, of_home, own = draw(int(clan_of.max()) + 1), draw(len(clan_of)), draw(len(household))
    home = np.where(rng.random(len(clan_of)) < of.CLAN_SURNAME, of_clan[clan_of], of_home)
    kept = (generation == 1) & (rng.random(len(household)) > of.SHARED_SURNAME)
    return np.where(kept, own, home[household])


def _zipf(count: int, values: int, shift: float, power: float, rng: np.random.Generator) -> Ints:
    weight = (np.arange(values) + 1 + shift) ** -power
    return rng.choice(values, count, p=weight / weight.sum())
