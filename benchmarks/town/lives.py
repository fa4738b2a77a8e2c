"""Where people have been: homes, schools, jobs, clubs, with years and with the corner of the group they were in.

A corner is what nobody writes down: the team in a firm, the door in a street, how often one comes to the club.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import parameters as of
from benchmarks.town.people import Floats, Ints, People


@dataclass(frozen=True)
class Stays:
    """Memberships of one kind. `end` is inf while it lasts. `group` counts from 0 within the kind."""

    kind: str
    person: Ints
    group: Ints
    start: Floats
    end: Floats
    corner: Floats
    headcount: Floats  # of each group; nan where the word means nothing


@dataclass(frozen=True)
class Lives:
    """Everything true about who was where. `place` is where a person lives now."""

    homes: Stays
    villages: Stays
    schools: Stays
    jobs: Stays
    nationals: Stays
    studies: Stays
    clubs: Stays
    circles: Stays
    boards: Stays
    parents: Stays
    customers: Stays
    events: Stays
    gyms: frozenset[int]
    associations: frozenset[int]

    def all(self) -> list[Stays]:
        return [value for value in vars(self).values() if isinstance(value, Stays)]


Rows = list[tuple[int, int, float, float, float]]


def _stays(kind: str, rows: Rows, headcount: Floats) -> Stays:
    table = np.array(rows, float).reshape(-1, 5)
    person, group = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    return Stays(kind, person, group, table[:, 2], table[:, 3], table[:, 4], headcount)


def only(stays: Stays, kept: NDArray[np.bool_]) -> Stays:
    """Some of the rows."""
    who, spell = (stays.person[kept], stays.group[kept]), (stays.start[kept], stays.end[kept])
    return Stays(stays.kind, *who, *spell, stays.corner[kept], stays.headcount)


def live(people: People, rng: np.random.Generator) -> Lives:
    """Lives of all people of a town."""
    homes, villages = _homes(people, rng)
    jobs, nationals = _careers(people, rng)
    schools = _schools(people, rng)
    parents = _parents(people, int(schools.group.max(initial=0)) + 1, rng)
    lasting = {"homes": homes, "schools": schools, "jobs": jobs, "nationals": nationals, "parents": parents}
    lasting |= {"studies": _studies(people, rng), "customers": _customers(people, jobs, rng)}
    lasting |= {"events": _events(people, rng)}
    free = {name: wish(people, rng) for name, wish in _WISHES.items()}
    lasting, chosen = _three_to_six(people, lasting, free, rng)
    clubs, gyms, associations = _clubs(people, chosen["clubs"], rng)
    return Lives(
        **lasting,
        villages=villages,
        clubs=clubs,
        circles=_circles(people, chosen["circles"], rng),
        boards=_boards(people, chosen["boards"], rng),
        gyms=gyms,
        associations=associations,
    )


def _three_to_six(
    people: People, lasting: dict[str, Stays], free: dict[str, Ints], rng: np.random.Generator
) -> tuple[dict[str, Stays], dict[str, Ints]]:
    """The groups that count in each life: home and main job, then the rest with chances as WEIGHTS says."""
    names = [*lasting, *free]
    rows = [stays.person for stays in lasting.values()] + list(free.values())
    person, kind = np.concatenate(rows), np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    weight = np.concatenate([_weight(name, stays) for name, stays in lasting.items()])
    weight = np.r_[weight, np.concatenate([np.full(len(who), of.WEIGHTS[name]) for name, who in free.items()])]
    draw = np.where(weight == np.inf, -1.0, rng.exponential(size=len(weight)) / weight)
    order = np.lexsort((draw, person))
    place = np.arange(len(order)) - np.searchsorted(person[order], person[order])
    wanted = rng.integers(of.GROUPS_LOW, of.GROUPS_HIGH + 1, len(people))
    kept = np.zeros(len(order), bool)
    kept[order] = place < wanted[person[order]]
    part = {name: kept[kind == code] for code, name in enumerate(names)}
    return (
        {name: only(stays, part[name]) for name, stays in lasting.items()},
        {name: who[part[name]] for name, who in free.items()},
    )


def _weight(name: str, stays: Stays) -> Floats:
    """By years spent there; the present home and job always count."""
    years = np.clip(np.minimum(stays.end, of.TODAY) - stays.start, 0.2, 20.0)
    present = (stays.end == np.inf) & (name in ("homes", "jobs", "nationals"))
    return np.where(present, np.inf, of.WEIGHTS[name] * (years if name in ("homes", "jobs", "nationals") else 1.0))


def _homes(people: People, rng: np.random.Generator) -> tuple[Stays, Stays]:
    """Homes of each household back to when its head came of age or to town; a child shares only the present one."""
    size = len(people)
    streets = max(8, size // of.STREET_SIZE)
    weight = rng.gamma(of.STREET_SPREAD, size=streets)
    villages = max(4, round(size * of.VILLAGES_SHARE / of.VILLAGE_SIZE))
    place = np.where(rng.random(streets) < of.VILLAGES_SHARE, 1 + rng.integers(0, villages, streets), 0)
    homes: Rows = []
    lived: Rows = []
    first = np.flatnonzero(people.generation == 0)
    for begin, stop in zip(first, [*first[1:], size], strict=True):
        members, end = range(begin, stop), np.inf
        since = max(people.arrived[begin], people.born[begin] + 20)
        while end > since:
            start = max(since, min(end, of.TODAY) - rng.exponential(of.HOME_YEARS))
            street = int(rng.choice(streets, p=weight / weight.sum()))
            door = rng.random() * 14  # households of the book along the street
            own = [m for m in members if people.generation[m] < 2 or end == np.inf]
            homes += [(m, street, start, end, door) for m in own]
            lived += [(m, int(place[street]), start, end, 0.0) for m in own]
            end = start
    nothing = np.full(streets, np.nan)
    return _stays("street", homes, nothing), _stays("town", lived, np.full(villages + 1, np.nan))


def _schools(people: People, rng: np.random.Generator) -> Stays:
    """School of those who grew up here; corner: the parallel class within the year."""
    number = max(1, round(len(people) / of.SCHOOL_SIZE))
    pupils = np.flatnonzero(people.arrived - people.born < of.SCHOOL_TO - 2)
    school = rng.integers(0, number, len(pupils))
    start = np.floor(people.born[pupils] + of.SCHOOL_FROM + 0.35)
    begin = np.maximum(start, np.floor(people.arrived[pupils]))
    year = school * 10_000 + start.astype(np.int64)
    _, inverse, count = np.unique(year, return_inverse=True, return_counts=True)
    classes = np.ceil(count / of.CLASS_SIZE)[inverse]
    corner = np.floor(rng.random(len(pupils)) * classes)
    end = start + of.SCHOOL_TO - of.SCHOOL_FROM
    return Stays("school", pupils, school, begin, end, corner, np.full(number, np.nan))


def _firms(size: int, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Headcounts of firms, Zipf, until there are jobs enough; and their trades."""
    high = min(of.FIRM_HIGH, size / of.FIRM_SHARE)
    tail = (of.FIRM_LOW / high) ** of.FIRM_POWER
    heads = of.FIRM_LOW * (1 - rng.random(size) * (1 - tail)) ** (-1 / of.FIRM_POWER)
    heads = np.round(heads[: int(np.searchsorted(np.cumsum(heads), of.EMPLOYED * size)) + 1])
    return heads, rng.integers(0, of.INDUSTRIES, len(heads))


def _careers(people: People, rng: np.random.Generator) -> tuple[Stays, Stays]:
    """Jobs one after the other from the first to retirement; corner: the team."""
    heads, trade = _firms(len(people), rng)
    chance = [np.cumsum(heads * np.where(trade == t, of.OWN_INDUSTRY, 1.0)) for t in range(of.INDUSTRIES)]
    here: Rows = []
    elsewhere: Rows = []
    for person in range(len(people)):
        mine = int(rng.integers(0, of.INDUSTRIES))
        start = people.born[person] + rng.uniform(18, 25)
        stop = min(of.TODAY, people.born[person] + of.RETIRED)
        while start < stop:
            end = start + rng.lognormal(np.log(of.JOB_YEARS[0]), of.JOB_YEARS[1])
            until = np.inf if end >= stop and stop == of.TODAY else min(end, stop)
            if start >= people.arrived[person] and rng.random() < of.WORKS_HERE:
                firm = int(np.searchsorted(chance[mine], rng.random() * chance[mine][-1]))
                here.append((person, firm, start, until, rng.integers(0, np.ceil(heads[firm] / of.TEAM))))
            else:
                elsewhere.append((person, int(rng.integers(0, of.NATIONALS) * rng.random()), start, until, 0.0))
            start = end + rng.exponential(0.3)
            mine = mine if rng.random() < of.SAME_INDUSTRY else int(rng.integers(0, of.INDUSTRIES))
    nationals = np.round(rng.lognormal(8.5, 1.0, of.NATIONALS)).astype(np.float64)
    return _stays("employer", here, heads), _stays("employer", elsewhere, nationals)


def _studies(people: People, rng: np.random.Generator) -> Stays:
    who = np.flatnonzero(rng.random(len(people)) < of.STUDIED)
    weight = 1 / (np.arange(of.UNIVERSITIES) + 3.0)
    where = rng.choice(of.UNIVERSITIES, len(who), p=weight / weight.sum())
    start = np.floor(people.born[who] + rng.choice([18, 19, 20, 22, 25], len(who), p=[0.4, 0.35, 0.1, 0.08, 0.07]))
    late = start + of.STUDY_YEARS > of.TODAY
    end = np.where(late, np.inf, start + of.STUDY_YEARS)
    return Stays("school", who, where, start, end, np.zeros(len(who)), np.full(of.UNIVERSITIES, np.nan))


def _attendance(count: int, rng: np.random.Generator) -> Floats:
    evenings = np.array([evenings for _, evenings in of.ATTENDS])
    return np.asarray(evenings[rng.choice(len(evenings), count, p=[share for share, _ in of.ATTENDS])])


def _since(people: People, who: Ints, years: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Years of a voluntary membership somewhere in the time a grown person has lived here."""
    from_then = np.maximum(people.arrived[who], people.born[who] + 18)
    start = from_then + (of.TODAY - from_then) * rng.random(len(who)) ** 0.6
    end = start + rng.exponential(years, len(who))
    return start, np.where(end >= of.TODAY, np.inf, end)


def _club_wishes(people: People, rng: np.random.Generator) -> Ints:
    """The sociable join more; two at least, so that nobody is left with fewer than three groups."""
    return np.repeat(np.arange(len(people)), 2 + rng.poisson(of.MEMBERSHIPS * np.sqrt(people.sociable)))


def _circle_wishes(people: People, rng: np.random.Generator) -> Ints:
    return np.flatnonzero(rng.random(len(people)) < of.IN_CIRCLE)


def _board_wishes(people: People, rng: np.random.Generator) -> Ints:
    chance = of.ON_BOARD * people.sociable * np.clip((of.TODAY - people.born) / 50, 0.3, 1.5)
    return np.flatnonzero(rng.random(len(people)) < chance)


_WISHES = {"clubs": _club_wishes, "circles": _circle_wishes, "boards": _board_wishes}


def _join(kind: str, who: Ints, spell: tuple[Floats, Floats], weight: Floats, rng: np.random.Generator) -> Stays:
    """Each into a group, large ones more often, nobody twice into the same one."""
    group = rng.choice(len(weight), len(who), p=weight / weight.sum())
    for _ in range(20):
        _, first = np.unique(who * len(weight) + group, return_index=True)
        again = np.setdiff1d(np.arange(len(who)), first)
        group[again] = rng.choice(len(weight), len(again), p=weight / weight.sum())
    return Stays(kind, who, group, *spell, _attendance(len(who), rng), np.full(len(weight), np.nan))


def _clubs(people: People, who: Ints, rng: np.random.Generator) -> tuple[Stays, frozenset[int], frozenset[int]]:
    """Clubs and associations. Sizes are those of today; former members come on top."""
    spell = _since(people, who, of.CLUB_YEARS, rng)
    sizes: list[float] = []
    gyms: list[int] = []
    while sum(sizes) < (spell[1] == np.inf).sum():
        mass = rng.random() < of.GYMS
        drawn = float(rng.lognormal(np.log(of.CLUB_SIZE), of.CLUB_SPREAD)) * (of.GYM_SIZE if mass else 1)
        gyms += [len(sizes)] if mass else []
        sizes.append(float(np.clip(drawn, of.CLUB_LOW, len(people) / 8)))
    associations = frozenset(np.flatnonzero(rng.random(len(sizes)) < of.ASSOCIATIONS).tolist()) - frozenset(gyms)
    return _join("club", who, spell, np.array(sizes), rng), frozenset(gyms), associations


def _circles(people: People, who: Ints, rng: np.random.Generator) -> Stays:
    spell = _since(people, who, 2 * of.CLUB_YEARS, rng)
    number = max(2, round((spell[1] == np.inf).sum() / of.CIRCLE_SIZE))
    return _join("circle", who, spell, rng.gamma(2.0, size=number), rng)


def _boards(people: People, who: Ints, rng: np.random.Generator) -> Stays:
    spell = _since(people, who, of.BOARD_YEARS, rng)
    return _join("board", who, spell, np.ones(max(2, int((spell[1] == np.inf).sum()) // of.BOARD_SIZE)), rng)


def _parents(people: People, schools: int, rng: np.random.Generator) -> Stays:
    """Parents of one school year, from a child's seventh birthday on; a couple goes together."""
    households = int(people.household[-1]) + 1
    old = (people.generation < 2) & (rng.random(households) < of.PARENTS)[people.household]
    first = np.searchsorted(people.household, people.household)  # the household's head
    child = np.floor(people.born[first] + rng.normal(*of.CHILD_AT, households)[people.household])
    school = rng.integers(0, schools, households)[people.household]
    here = (child + 7 > people.arrived) & (child + 8 < of.TODAY) & old
    who = np.flatnonzero(here)
    year = (child - 1930).astype(np.int64)[who] * schools + school[who]
    start = child[who] + 7
    end = np.where(start + of.PARENT_YEARS >= of.TODAY, np.inf, start + of.PARENT_YEARS)
    return Stays("association", who, year, start, end, np.zeros(len(who)), np.full(int(year.max()) + 1, np.nan))


def _customers(people: People, jobs: Stays, rng: np.random.Generator) -> Stays:
    """Customers of small firms of the town; group counts as in `jobs`."""
    small = np.flatnonzero(jobs.headcount <= of.SERVICE_FIRM)
    small = rng.choice(small, max(1, len(small) // 3), replace=False)
    who = np.repeat(np.arange(len(people)), rng.poisson(of.CUSTOMER_OF, len(people)))
    pairs = np.unique(np.column_stack([who, rng.choice(small, len(who))]), axis=0)
    start, end = _since(people, pairs[:, 0], of.CLUB_YEARS, rng)
    return Stays("vendor", pairs[:, 0], pairs[:, 1], start, end, np.zeros(len(pairs)), jobs.headcount)


def _events(people: People, rng: np.random.Generator) -> Stays:
    who = np.flatnonzero(rng.random(len(people)) < of.AT_EVENT)
    number = max(2, len(who) // of.EVENT_SIZE)
    group = rng.integers(0, number, len(who))
    day = of.TODAY - 8 * rng.random(number)
    return Stays("event", who, group, day[group], day[group], np.zeros(len(who)), np.full(number, np.nan))
