"""True lives: who was born when, lived where, worked, learned and joined what, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass, field

from .cast import CAST, Part
from .dice import Dice, running_total
from .names import POOLS
from .places import COLLEGES, GRADUATE_SCHOOLS, HIGH_SCHOOLS, REGION, ROLES, TITLES, TOWNS, Place
from .shapes import AffiliationKind

RESIDENTS = 790
_SECTORS = tuple(TITLES)
_SECTOR_WEIGHTS = running_total([6, 13, 6, 5, 10, 4, 13, 8, 7, 6, 4, 4, 6, 8, 3, 4, 5, 8])
_POOL_WEIGHTS = running_total(pool.weight for pool in POOLS)
_TOWN_WEIGHTS = running_total([45, 20, 11, 14, 9, 8, 5])


@dataclass
class Spell:
    """Somebody's true time in one organization; end None = still there."""

    place: int
    kind: AffiliationKind
    role: str
    start: int
    end: int | None

    def holds(self, year: int) -> bool:
        """Whether the spell covers the year."""
        return self.start <= year and (self.end is None or self.end >= year)


@dataclass
class Resident:
    """One person of the region as they really are, sociability and taste included, which nobody records."""

    number: int
    given: str
    family: str
    prefix: str
    suffix: str
    born: int
    trade: str
    sociable: float
    taste: tuple[float, float]
    part: Part | None = None
    spells: list[Spell] = field(default_factory=list)
    homes: list[tuple[int, int]] = field(default_factory=list)  # (year, town), oldest first

    def town_in(self, year: int) -> int:
        """Where the person lived in a year."""
        return next((town for since, town in reversed(self.homes) if since <= year), self.homes[0][1])

    def now(self, kind: AffiliationKind) -> Spell | None:
        """The present spell of a kind that began last."""
        present = [spell for spell in self.spells if spell.kind == kind and spell.end is None]
        return max(present, key=lambda spell: spell.start, default=None)

    def belongs(self, place: int, kind: AffiliationKind) -> bool:
        """Whether the person ever was there in that way."""
        return any(spell.place == place and spell.kind == kind for spell in self.spells)


class Region:
    """The places by kind and name, with the weights of being chosen and the seats already taken."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self.by_name = {place.name: number for number, place in enumerate(places)}
        self.taken: dict[int, int] = {}
        self.tops: dict[int, int] = {}
        self._pools: dict[tuple[str, str | int | None], tuple[list[int], tuple[float, ...]]] = {}

    def pool(
        self, kind: str, sector: str | None = None, town: int | None = None
    ) -> tuple[list[int], tuple[float, ...]]:
        """Numbers of the places of a kind (in a sector or town) and the running total of their weights."""
        key = (kind, sector if town is None else town)
        if key not in self._pools:
            chosen = [
                number
                for number, place in enumerate(self.places)
                if place.kind == kind and sector in (None, place.sector) and town in (None, place.town)
            ]
            self._pools[key] = (chosen, running_total(self.places[number].size ** 0.55 for number in chosen))
        return self._pools[key]

    def seat(self, place: int) -> bool:
        """Take a present seat if the place has one left: no more members than heads."""
        if self.taken.get(place, 0) >= self.places[place].size:
            return False
        self.taken[place] = self.taken.get(place, 0) + 1
        return True


def residents(dice: Dice, region: Region, year: int) -> list[Resident]:
    """Everybody of the region with a life up to the year; the cast first."""
    people = [_played(dice, number, part, year) for number, part in enumerate(CAST)]
    people += [_born(dice, number, year) for number in range(len(people), RESIDENTS)]
    for person in people:
        _settle(dice, region, person, year)
        if person.part:
            _follow_script(region, person, person.part, year)
        else:
            _learn(dice, region, person, year)
            _work(dice, region, person, year)
        _join(dice, region, person, year)
    return people


def _played(dice: Dice, number: int, part: Part, year: int) -> Resident:
    taste = _taste(dice)
    return Resident(number, part.given, part.family, part.prefix, "", year - part.age, "", part.sociable, taste, part)


def _born(dice: Dice, number: int, year: int) -> Resident:
    pool = dice.heavy(POOLS, _POOL_WEIGHTS)
    given = dice.pick((dice.heavy(POOLS, _POOL_WEIGHTS) if dice.chance(0.1) else pool).given)
    trade = dice.heavy(_SECTORS, _SECTOR_WEIGHTS)
    born = year - int(min(max(dice.rng.normal(51, 12), 24), 82))
    sociable = min(max(float(dice.rng.lognormal(0, 0.45)), 0.25), 3.0)
    return Resident(number, given, dice.pick(pool.family), "", "", born, trade, sociable, _taste(dice))


def _taste(dice: Dice) -> tuple[float, float]:
    return float(dice.rng.normal()), float(dice.rng.normal())


def _settle(dice: Dice, region: Region, person: Resident, year: int) -> None:
    """Home towns from birth on, with moves at any age, and a street for every home inside the region."""
    towns = range(len(TOWNS))
    person.homes = [(person.born, dice.heavy(towns, _TOWN_WEIGHTS))]
    moved = person.born + dice.between(18, 30)
    while moved < year:
        person.homes.append((moved, dice.heavy(towns, _TOWN_WEIGHTS)))
        moved += 2 + dice.wait(16)
    if person.part:
        arrived = year - dice.between(8, 15)
        person.homes = [home for home in person.homes if home[0] < arrived]
        person.homes.append((arrived, region.by_name[person.part.town]))
    elif person.homes[-1][1] >= REGION and dice.chance(0.7):
        person.homes.append((year - dice.between(2, 20), dice.between(0, REGION - 1)))
    person.homes.sort()
    _dwell(dice, region, person)


def _dwell(dice: Dice, region: Region, person: Resident) -> None:
    """Turn homes into spells in towns and, inside the region and as an adult, in streets."""
    ends: list[int | None] = [since for since, _ in person.homes[1:]]
    for (since, town), end in zip(person.homes, [*ends, None], strict=True):
        if not person.belongs(town, "town"):
            person.spells.append(Spell(town, "town", "", since, end))
        if town < REGION and since > person.born:
            street = dice.heavy(*region.pool("street", town=town))
            if person.part and end is None:
                street = region.by_name[person.part.street]
            if not person.belongs(street, "street"):
                person.spells.append(Spell(street, "street", "", since, end))


def _follow_script(region: Region, person: Resident, part: Part, year: int) -> None:
    """The memberships that the cast list gives."""
    for row in part.rows.split(";"):
        kind, name, role, began, ended = row.split("|")
        place = region.by_name[name]
        region.seat(place)
        end = year - int(ended) if ended else None
        person.spells.append(Spell(place, kind, role, year - int(began), end))  # type: ignore[arg-type]
    first = next(spell for spell in person.spells if spell.kind == "employer")
    person.trade = region.places[first.place].sector or ""


def _learn(dice: Dice, region: Region, person: Resident, year: int) -> None:
    """A high school of the home town, for most a college, for some trades one more school."""
    schools = [n for n in region.pool("school", town=person.homes[0][1])[0] if region.places[n].name in HIGH_SCHOOLS]
    if schools:
        _study(person, dice.pick(schools), "Pupil", person.born + 14, 4, year)
    if dice.chance(0.68):
        begin, name = person.born + dice.between(18, 21), dice.pick(COLLEGES)
        _study(person, region.by_name[name], "Student", begin, dice.between(2, 5), year)
    if person.trade in GRADUATE_SCHOOLS and dice.chance(0.75):
        name = GRADUATE_SCHOOLS[person.trade]
        _study(person, region.by_name[name], "Student", person.born + dice.between(23, 28), 3, year)


def _study(person: Resident, school: int, role: str, begin: int, length: int, year: int) -> None:
    """Some years in a school, as far as they lie before now."""
    if begin < year:
        end = begin + length
        person.spells.append(Spell(school, "school", role, begin, end if end < year else None))


def _work(dice: Dice, region: Region, person: Resident, year: int) -> None:
    """One job after another until retirement; most stay in their trade."""
    at = person.born + dice.between(19, 26)
    stop = person.born + dice.between(60, 69)
    while at < min(year, stop):
        end = at + dice.wait(8)
        last = end >= min(year, stop)
        leave = (stop if stop < year else None) if last else end
        _hire(dice, region, person, at, leave)
        at = end


def _hire(dice: Dice, region: Region, person: Resident, start: int, end: int | None) -> None:
    sector = person.trade if dice.chance(0.85) else dice.pick(_SECTORS)
    place = dice.heavy(*region.pool("school" if sector == "education" else "firm", sector))
    if person.belongs(place, "employer") or (end is None and not region.seat(place)):
        return
    level = _level(dice, region, place, start - person.born, end is None)
    person.spells.append(Spell(place, "employer", dice.pick(TITLES[sector][level]), start, end))


def _level(dice: Dice, region: Region, place: int, age: int, present: bool) -> int:
    """How high a job is: by age and luck; only so many people stand at the top of a firm at a time."""
    level = int(min(max((age - 20) / 9 + dice.rng.normal(0, 0.8), 0), 3))
    if level == 3 and present:
        free = region.tops.get(place, 0) < 2 + region.places[place].size // 60
        region.tops[place] = region.tops.get(place, 0) + int(free)
        return 3 if free else 2
    return level


# kind -> (joined on average, mean years of staying, how far back a joining may lie)
_JOINING: dict[AffiliationKind, tuple[float, float, int]] = {
    "association": (0.75, 11, 30),
    "club": (0.85, 12, 35),
    "board": (0.3, 6, 14),
    "event": (0.9, 0, 6),
    "vendor": (1.0, 8, 15),
}


def _join(dice: Dice, region: Region, person: Resident, year: int) -> None:
    """What people join of their own will: the sociable join more, leaders sit on boards."""
    for kind, (mean, stay, back) in _JOINING.items():
        wanted = mean * min(person.sociable, 2) * (0.4 if person.part else 1)
        if kind == "board" and not _leads(person):
            wanted *= 0.4
        for _ in range(int(dice.rng.poisson(wanted))):
            start = max(person.born + 25, year - dice.between(1, back))
            length = dice.wait(stay) if stay else 0
            if start < year:
                _enter(dice, region, person, kind, start, start + length, year)


def _enter(
    dice: Dice, region: Region, person: Resident, kind: AffiliationKind, start: int, end: int, year: int
) -> None:
    home = person.town_in(start)
    near = home if kind in {"club", "association"} and home < REGION and dice.chance(0.5) else None
    place = dice.heavy(*region.pool("firm" if kind == "vendor" else kind, town=near))
    sector = region.places[place].sector
    stranger = kind == "association" and sector not in (None, person.trade)
    present = end >= year
    if stranger or person.belongs(place, kind) or person.belongs(place, "employer"):
        return
    if present and kind != "vendor" and not region.seat(place):
        return
    person.spells.append(Spell(place, kind, dice.pick(ROLES[kind]), start, None if present else end))


def _leads(person: Resident) -> bool:
    job = person.now("employer")
    return job is not None and any(job.role in titles[3] for titles in TITLES.values())
