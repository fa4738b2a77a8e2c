"""Families: who lives with whom, who is whose brother or daughter, and two people who only share a name."""

from __future__ import annotations

from dataclasses import dataclass

from .cast import CAST
from .dice import Dice
from .lives import Region, Resident, Spell
from .places import Place

_COUPLES = 105
_KIN = 95
_NAMESAKES = 12


@dataclass(frozen=True)
class Kinship:
    """Two residents of one family; word is what b is to a."""

    a: int
    b: int
    word: str


def found_families(dice: Dice, region: Region, people: list[Resident], year: int) -> list[Kinship]:
    """Marry, relate and name; households become organizations of the region."""
    couples = _couples(dice, people)
    kinships = [_marry(dice, region, people[a], people[b], year) for a, b in couples]
    kinships += _relatives(dice, people, {frozenset((k.a, k.b)) for k in kinships})
    _share_names(dice, people)
    return kinships


def _couples(dice: Dice, people: list[Resident]) -> list[tuple[int, int]]:
    """Pairs near in age, the cast's own couple first; every other client but the widow may find somebody too."""
    scripted = [(part.couple, number) for number, part in enumerate(CAST) if part.couple is not None]
    couples = [(a, b) for a, b in scripted if a is not None]
    single = {person.number for person in people} - {number for pair in couples for number in pair}
    widow = next(number for number, part in enumerate(CAST) if part.given == "Peggy")
    single.discard(widow)
    order = [number for number in range(len(CAST)) if number in single]
    order += dice.some(range(len(CAST), len(people)), len(people))
    for number in order:
        if len(couples) >= _COUPLES:
            break
        match = _match(people, number, single)
        if match is not None:
            couples.append((number, match))
            single -= {number, match}
    return couples


def _match(people: list[Resident], number: int, single: set[int]) -> int | None:
    """The first single outsider of nearly the same age; the cast marries nobody else of the cast."""
    if number not in single:
        return None
    return next(
        (
            other
            for other in range(len(people) - 1, len(CAST) - 1, -1)
            if other in single and other != number and abs(people[other].born - people[number].born) <= 5
        ),
        None,
    )


def _marry(dice: Dice, region: Region, one: Resident, other: Resident, year: int) -> Kinship:
    """One home from the wedding on; some take the other's name."""
    since = min(max(one.born, other.born) + dice.between(24, 38), year - 2)
    if other.part is None and dice.chance(0.6):
        other.family = one.family
    _move_in(one, other, since)
    names = one.family if one.family == other.family else f"{one.family} and {other.family}"
    region.places.append(
        Place(f"Household {names}", "household", dice.between(2, 5), one.town_in(year), None, False, False)
    )
    for person in (one, other):
        person.spells.append(Spell(len(region.places) - 1, "household", "", since, None))
    return Kinship(one.number, other.number, "partner")


def _move_in(one: Resident, other: Resident, since: int) -> None:
    """The other's later homes are replaced by the one's."""
    kinds = ("town", "street")
    other.homes = [home for home in other.homes if home[0] < since] or other.homes[:1]
    other.homes += [(since, one.town_in(since)), *[home for home in one.homes if home[0] > since]]
    kept = [spell for spell in other.spells if spell.kind not in kinds or spell.start < since]
    for spell in kept:
        if spell.kind in kinds and (spell.end is None or spell.end > since):
            spell.end = since
    shared = [spell for spell in one.spells if spell.kind in kinds and (spell.end is None or spell.end > since)]
    other.spells = [old for old in kept if not any(old.place == s.place and old.kind == s.kind for s in shared)]
    other.spells += [Spell(s.place, s.kind, s.role, max(s.start, since), s.end) for s in shared]


def _relatives(dice: Dice, people: list[Resident], known: set[frozenset[int]]) -> list[Kinship]:
    """Brothers, parents, cousins and in-laws; some with the same name, some not."""
    found: list[Kinship] = []
    while len(found) < _KIN:
        a, b = dice.some(range(len(people)), 2)
        pair = frozenset((a, b))
        word = _kin_word(dice, people[a].born - people[b].born)
        if word is None or pair in known:
            continue
        known.add(pair)
        if people[b].part is None and people[b].now("household") is None and dice.chance(0.6):
            people[b].family = people[a].family
        found.append(Kinship(a, b, word))
    return found


def _kin_word(dice: Dice, older_by: int) -> str | None:
    """What somebody born so many years earlier (positive: the other is older) can be."""
    if abs(older_by) <= 12:
        return dice.pick(("brother or sister", "brother or sister", "cousin", "brother- or sister-in-law"))
    if 22 <= older_by <= 38:
        return dice.pick(("parent", "parent", "parent-in-law", "uncle or aunt"))
    if -38 <= older_by <= -22:
        return dice.pick(("grown child", "grown child", "child-in-law", "nephew or niece"))
    return None


def _share_names(dice: Dice, people: list[Resident]) -> None:
    """Namesakes without any other bond, and the suffixes of those who are told apart that way."""
    free = [p for p in people if p.part is None and p.now("household") is None]
    chosen = dice.some(free, 2 * _NAMESAKES)
    for number in range(0, len(chosen), 2):
        one, other = chosen[number], chosen[number + 1]
        other.given, other.family = one.given, one.family
        if one.born + 18 < other.born:
            one.suffix, other.suffix = "Sr.", "Jr."
    for person in people:
        if person.trade in {"dental", "health"} and any(
            s.kind == "employer" and s.role in {"Associate dentist", "Physician", "Medical director"}
            for s in person.spells
        ):
            person.prefix = "Dr."
