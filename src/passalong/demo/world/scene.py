"""The world before anybody wrote it down, and which of its people the practice has in its book in which standing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from .bonds import ORIGINS, Bonds
from .cast import CAST
from .dice import Dice
from .families import Kinship
from .lives import Region, Resident, Spell
from .places import TITLES
from .shapes import Organization, Standing, Tie, TrueAffiliation

CONTACTS = 600
PROSPECTS = 54
FORMER = 7
_REACH = 6


@dataclass
class Scene:
    """People, places and ties as they are. chosen: resident numbers of the contacts, in the order of the book."""

    today: date
    region: Region
    people: list[Resident]
    kin: list[Kinship]
    bonds: Bonds
    chosen: list[int]
    standings: dict[int, Standing]

    @cached_property
    def keys(self) -> dict[int, str]:
        """Resident number -> contact key, for those in the book."""
        return {number: f"c{place:03d}" for place, number in enumerate(self.chosen, 1)}

    def having(self, *standings: Standing) -> list[int]:
        """Resident numbers of the contacts in one of the standings."""
        return [number for number in self.chosen if self.standings.get(number) in standings]

    @cached_property
    def friends(self) -> dict[int, list[int]]:
        """Whom every contact truly knows, contacts only, best known first."""
        inside = np.zeros(len(self.people), bool)
        inside[self.chosen] = True
        found: dict[int, list[int]] = {}
        for number in self.chosen:
            row = np.where(inside, self.bonds.strength[number], 0)
            order = np.argsort(-row, kind="stable")
            found[number] = [int(other) for other in order[: int((row > 0).sum())]]
        return found

    def organization_key(self, place: int) -> str:
        """The key of a place."""
        return f"o{place + 1:03d}"

    @cached_property
    def members(self) -> dict[tuple[int, str], set[int]]:
        """(place, kind) -> the contacts who are or were there in that way."""
        found: dict[tuple[int, str], set[int]] = {}
        for number in self.chosen:
            for spell in self.people[number].spells:
                found.setdefault((spell.place, spell.kind), set()).add(number)
        return found

    def household(self, number: int) -> set[int]:
        """The others who live with somebody."""
        home = self.people[number].now("household")
        if home is None:
            return set()
        return self.members[home.place, "household"] - {number}

    def day(self, dice: Dice, first: date, last: date) -> date:
        """A day from first to last; last if there is none between."""
        return last if first >= last else first + timedelta(days=dice.between(0, (last - first).days))

    def back(self, days: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days)


def slug(words: str) -> str:
    """Words as they stand in an address: plain letters and hyphens."""
    plain = unicodedata.normalize("NFKD", words.replace("ø", "o")).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.replace("'", "")).lower().split())


def leads(person: Resident) -> Spell | None:
    """The present job at the top of a firm, if the person has one."""
    job = person.now("employer")
    return job if job and any(job.role in titles[3] for titles in TITLES.values()) else None


def choose_contacts(dice: Dice, people: list[Resident], bonds: Bonds) -> list[int]:
    """Those with many ties come into a book more easily; the cast is in it. Ordered as an address book."""
    known = np.sqrt(bonds.tied.sum(axis=1)) + 0.5 * bonds.tied[:, : len(CAST)].sum(axis=1)
    score = known + dice.rng.normal(0, 1.2, len(people))
    score[: len(CAST)] = np.inf
    best = [int(number) for number in np.argsort(-score, kind="stable")[:CONTACTS]]
    return sorted(best, key=lambda number: (slug(people[number].family), slug(people[number].given), number))


def give_standings(dice: Dice, scene: Scene) -> None:
    """Clients and partners from the cast; prospects by appeal; former clients from the rest."""
    for number, part in enumerate(CAST):
        scene.standings[number] = part.standing
    for number in _prospects(dice, scene):
        scene.standings[number] = "prospect"
    rest = [n for n in scene.chosen if n not in scene.standings and scene.today.year - scene.people[n].born > 45]
    for number in dice.some(rest, FORMER):
        scene.standings[number] = "former_client"


def _prospects(dice: Dice, scene: Scene) -> list[int]:
    """The appealing first; while a client knows too few of them, people whom that client knows are preferred."""
    clients = scene.having("client")
    homes = {other for client in clients for other in scene.household(client)}
    free = np.array([n for n in scene.chosen if n not in scene.standings and n not in homes])
    appeal = np.array([_appeal(scene, scene.people[n]) for n in free]) + dice.rng.normal(0, 0.8, len(free))
    known = scene.bonds.tied[free][:, clients]
    short = np.full(len(clients), _REACH)
    taken: list[int] = []
    for left in range(PROSPECTS, 0, -1):
        urge = 1.6 if left > PROSPECTS // 2 else 5.0
        best = int(np.argmax(appeal + urge * (known & (short > 0)).sum(axis=1)))
        taken.append(int(free[best]))
        short -= known[best]
        appeal[best] = -np.inf
    return taken


def _appeal(scene: Scene, person: Resident) -> float:
    """What makes the practice notice somebody: at the top of a firm, the right age, on a board."""
    boards = sum(spell.kind == "board" and spell.end is None for spell in person.spells)
    age = scene.today.year - person.born
    return 2.5 * (leads(person) is not None) + 1.0 * (48 <= age <= 68) + 0.5 * min(boards, 2) - 2.0 * (age > 74)


def organizations(scene: Scene) -> tuple[Organization, ...]:
    """The places as the practice has them; a household only if somebody of it is in the book."""
    places = scene.region.places
    homes = {s.place for n in scene.chosen for s in scene.people[n].spells if s.kind == "household"}
    return tuple(
        Organization(
            scene.organization_key(number),
            place.name,
            place.kind,
            place.size,
            None if place.kind == "town" else places[place.town].name,
            place.sector,
        )
        for number, place in enumerate(places)
        if place.kind != "household" or number in homes
    )


def true_ties(scene: Scene) -> tuple[Tie, ...]:
    """Every pair of contacts who know each other."""
    ties = []
    for number in scene.chosen:
        for other in scene.friends[number]:
            a, b = scene.keys[number], scene.keys[other]
            if a < b:
                origin = ORIGINS[int(scene.bonds.origin[number, other])]
                ties.append(Tie(a, b, round(float(scene.bonds.strength[number, other]), 3), origin))
    return tuple(sorted(ties, key=lambda tie: (tie.a, tie.b)))


def true_affiliations(scene: Scene) -> tuple[TrueAffiliation, ...]:
    """Every membership of every contact as it was."""
    return tuple(
        TrueAffiliation(scene.keys[n], s.kind, scene.organization_key(s.place), s.role, s.start, s.end)
        for n in scene.chosen
        for s in scene.people[n].spells
    )
