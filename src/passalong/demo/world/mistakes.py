"""One fact in ten is wrong, as in any book: dates off by years, the wrong firm, two people of one name mixed up.

Counts of mail and of the calendar are counted, not remembered, and stay right; the others carry all the mistakes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from .dice import Dice
from .scene import Scene
from .shapes import Affiliation, Mistake, Observation

SHARE = 0.10


class Books(NamedTuple):
    """The rows after the mistakes, and what is wrong with which."""

    affiliations: tuple[Affiliation, ...]
    observations: tuple[Observation, ...]
    wrong: dict[str, Mistake]


def make_mistakes(dice: Dice, scene: Scene, affiliations: list[Affiliation], observations: list[Observation]) -> Books:
    """Spoil a tenth of all rows, each in one way that fits it."""
    clerk = _Clerk(dice, scene, affiliations)
    memberships = {row.key: row for row in affiliations}
    sightings = {row.key: row for row in observations}
    remembered = [row.key for row in observations if row.kind not in ("mail", "meeting")]
    left = round(SHARE * (len(affiliations) + len(observations)))
    for key in dice.some([*memberships, *remembered], len(memberships) + len(remembered)):
        if len(clerk.wrong) == left:
            break
        if key in memberships:
            memberships[key] = clerk.spoil_membership(memberships[key])
        else:
            sightings[key] = clerk.spoil_sighting(sightings[key])
    return Books(tuple(memberships.values()), tuple(sightings.values()), clerk.wrong)


class _Clerk:
    """Somebody who means well. A row that no mistake fits comes back as it was."""

    def __init__(self, dice: Dice, scene: Scene, rows: list[Affiliation]) -> None:
        self.dice, self.scene = dice, scene
        self.wrong: dict[str, Mistake] = {}
        self.number_of = {key: number for number, key in scene.keys.items()}
        self.written = {(row.contact, row.kind, row.organization) for row in rows}
        self.namesakes: dict[str, list[int]] = {}
        for number in scene.chosen:
            self.namesakes.setdefault(scene.people[number].family, []).append(number)

    def spoil_membership(self, row: Affiliation) -> Affiliation:
        """Wrong dates half of the time where there are dates, else the wrong firm or the wrong person."""
        ways: list[Callable[[Affiliation], Affiliation]] = [self._other_place, self._other_person]
        ways = self.dice.some(ways, 2)
        if (row.start or row.end) and self.dice.chance(0.5):
            ways.insert(0, self._other_dates)
        for way in ways:
            spoiled = way(row)
            if spoiled != row:
                return spoiled
        return row

    def spoil_sighting(self, row: Observation) -> Observation:
        """The words were about somebody else of that name."""
        teller = self.number_of[row.told_by] if row.told_by else None
        a, b = self.number_of[row.a], self.number_of[row.b]
        keep, lose = (b, a) if teller == b else (a, b)
        known = self.scene.friends[keep]
        other = self._namesake(lose, {keep, *known} | ({teller} if teller is not None else set()))
        if other is None:
            return row
        self.wrong[row.key] = "namesake"
        first, second = sorted((self.scene.keys[keep], self.scene.keys[other]))
        people = self.scene.people
        text = row.text.replace(
            f"{people[lose].given} {people[lose].family}", f"{people[other].given} {people[other].family}"
        )
        return replace(row, a=first, b=second, text=text)

    def _namesake(self, number: int, barred: set[int]) -> int | None:
        same = self.namesakes[self.scene.people[number].family]
        free = [other for other in same if other != number and other not in barred]
        return self.dice.pick(free) if free else None

    def _note(self, row: Affiliation, spoiled: Affiliation, mistake: Mistake) -> Affiliation:
        """Keep a mistake unless it repeats a row that stands already."""
        place = (spoiled.contact, spoiled.kind, spoiled.organization)
        if mistake != "dates" and place in self.written:
            return row
        self.written.add(place)
        self.wrong[row.key] = mistake
        return spoiled

    def _other_dates(self, row: Affiliation) -> Affiliation:
        years = [int(text[:4]) for text in (row.start, row.end) if text]
        shift = self.dice.between(4, 12) * (-1 if self.dice.chance(0.6) else 1)
        if max(years) + shift >= self.scene.today.year:
            shift = -abs(shift)
        return self._note(row, replace(row, start=_moved(row.start, shift), end=_moved(row.end, shift)), "dates")

    def _other_place(self, row: Affiliation) -> Affiliation:
        """Another place of the kind, of the same trade where there is one."""
        if row.kind in ("household", "town"):
            return row
        places = self.scene.region.places
        at = int(row.organization[1:]) - 1
        person = self.scene.people[self.number_of[row.contact]]
        own = {spell.place for spell in person.spells}
        near = [
            n
            for n, place in enumerate(places)
            if place.kind == places[at].kind and place.sector == places[at].sector and n not in own
        ]
        if not near:
            return row
        return self._note(
            row, replace(row, organization=self.scene.organization_key(self.dice.pick(near))), "organization"
        )

    def _other_person(self, row: Affiliation) -> Affiliation:
        """Filed under somebody of the same family name who was never there. What somebody said of themselves is not."""
        number, at = self.number_of[row.contact], int(row.organization[1:]) - 1
        there = set(self.scene.members[at, row.kind])
        if row.told_by:
            there.add(self.number_of[row.told_by])
        other = None if row.told_by == row.contact else self._namesake(number, there)
        if other is None:
            return row
        return self._note(row, replace(row, contact=self.scene.keys[other]), "namesake")


def _moved(text: str, years: int) -> str:
    return f"{int(text[:4]) + years}{text[4:]}" if text else ""
