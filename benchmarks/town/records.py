"""What the practice holds of all that: some facts, a third undated, a tenth wrong, and a few contacts seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.town import parameters as of
from benchmarks.town.bonds import Bonds
from benchmarks.town.lives import Lives, Stays
from benchmarks.town.people import Floats, People


@dataclass(frozen=True)
class Fact:
    """One membership in the records. Years; nan when not written down. `wrong`: in which way, or empty."""

    person: int
    kind: str
    group: str
    start: float
    end: float
    wrong: str = ""


@dataclass(frozen=True)
class Seen:
    """A contact of two people that the practice saw."""

    a: int
    b: int
    kind: str
    count: int
    first: float
    last: float


@dataclass(frozen=True)
class _True:
    """A true membership that might be written down, and how likely that is for whom (key of HELD)."""

    fact: Fact
    held: str


def write_down(people: People, lives: Lives, rng: np.random.Generator, everything: bool = False) -> list[Fact]:
    """What is known of the three to six groups of each person, or all of them, then mistakes."""
    mine: dict[int, list[_True]] = defaultdict(list)
    for item in _memberships(lives):
        mine[item.fact.person].append(item)
    facts: list[Fact] = []
    for person in range(len(people)):
        held = mine[person] if everything else _held(mine[person], bool(people.has_profile[person]), rng)
        facts += [_dated(item.fact, rng) for item in held]
    return _mistaken(facts, people, rng)


def _memberships(lives: Lives) -> Iterable[_True]:
    yield from _rows(lives.homes, "street", "home")
    yield from _rows(lives.jobs, "firm", "job")
    yield from _rows(lives.nationals, "national", "job")
    yield from _rows(lives.schools, "school", "school")
    yield from _rows(lives.studies, "university", "study")
    yield from _rows(lives.clubs, "club", "club", lives.associations)
    yield from _rows(lives.boards, "board", "board")
    yield from _rows(lives.parents, "parents", "parents")
    yield from _rows(lives.customers, "firm", "vendor")
    yield from _rows(lives.events, "event", "event")


def _rows(stays: Stays, prefix: str, held: str, associations: frozenset[int] = frozenset()) -> Iterable[_True]:
    columns = (stays.person.tolist(), stays.group.tolist(), stays.start.tolist(), stays.end.tolist())
    for person, group, start, end in zip(*columns, strict=True):
        before = " before" if held in ("home", "job") and end < of.TODAY else ""
        kind = "association" if group in associations else stays.kind
        key = "association" if group in associations else held + before
        yield _True(Fact(person, kind, f"{prefix}-{group}", start, end), key)


def _held(items: list[_True], has_profile: bool, rng: np.random.Generator) -> list[_True]:
    """Which memberships of one person are written down."""
    return [item for item in items if rng.random() < of.HELD[item.held][0 if has_profile else 1]]


def _dated(fact: Fact, rng: np.random.Generator) -> Fact:
    """Two rows in three keep their dates; what goes on has no end."""
    if rng.random() < of.UNDATED:
        return replace(fact, start=np.nan, end=np.nan)
    return replace(fact, end=fact.end if fact.end < of.TODAY else np.nan)


def _mistaken(facts: list[Fact], people: People, rng: np.random.Generator) -> list[Fact]:
    """A tenth of the facts wrong, in one of four ways."""
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    by_name: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_kind[fact.kind].append(fact)
        by_name[int(people.surname[fact.person])].append(fact)
    ways, shares = list(of.WRONG_WAYS), list(of.WRONG_WAYS.values())
    out = list(facts)
    for place in np.flatnonzero(rng.random(len(facts)) < of.WRONG):
        fact, way = facts[place], str(rng.choice(ways, p=shares))
        if way == "namesake":
            out[place] = _namesakes(fact, by_name[int(people.surname[fact.person])], people, rng)
        elif way == "dates":
            out[place] = _wrongly_dated(fact, rng)
        elif way == "no dates":
            out[place] = replace(fact, start=np.nan, end=np.nan, wrong="no dates")
        if way == "group" or out[place] is fact:
            other = by_kind[fact.kind][int(rng.integers(0, len(by_kind[fact.kind])))]
            out[place] = replace(fact, group=other.group, wrong="group")
    return out


def _namesakes(fact: Fact, others: list[Fact], people: People, rng: np.random.Generator) -> Fact:
    """A fact of somebody of the same surname, of the same full name if there is one; unchanged without namesakes."""
    home = people.household[fact.person]
    others = [other for other in others if people.household[other.person] != home]
    same = [other for other in others if people.given[other.person] == people.given[fact.person]]
    pool = same or others
    if not pool:
        return fact
    return replace(pool[int(rng.integers(0, len(pool)))], person=fact.person, wrong="namesake")


def _wrongly_dated(fact: Fact, rng: np.random.Generator) -> Fact:
    """Years off, or what has ended told as going on."""
    if not np.isnan(fact.end) and rng.random() < 0.4:
        return replace(fact, end=np.nan, wrong="dates")
    start = fact.start if not np.isnan(fact.start) else of.TODAY - 40 * rng.random()
    off = float(rng.uniform(3, 12) * rng.choice([-1, 1]))
    return replace(fact, start=min(start + off, of.TODAY), end=min(fact.end + off, of.TODAY), wrong="dates")


def observe(people: People, lives: Lives, bonds: Bonds, rng: np.random.Generator) -> list[Seen]:
    """Mail, meetings and LinkedIn of a few pairs, some of which do not know each other."""
    known = set(bonds.keys(len(people)).tolist())
    out: list[Seen] = []
    for kind, (each, noise) in of.SEEN.items():
        many = round(each * len(people))
        tied = rng.choice(len(bonds.a), round(many * (1 - noise)), replace=False, p=_talk(bonds))
        pairs = [(int(bonds.a[t]), int(bonds.b[t]), int(rng.geometric(0.25))) for t in tied]
        strangers = _strangers(people, lives, known, many - len(pairs), rng)
        pairs += [(a, b, int(rng.geometric(0.6))) for a, b in strangers]
        out += [_seen(a, b, kind, 1 if kind == "linkedin" else count, rng) for a, b, count in pairs]
    return out


def _talk(bonds: Bonds) -> Floats:
    """Who knows each other better is seen together more."""
    weight = np.exp(-bonds.distance)
    return np.asarray(weight / weight.sum())


def _strangers(
    people: People, lives: Lives, known: set[int], many: int, rng: np.random.Generator
) -> Iterable[tuple[int, int]]:
    """Pairs who do not know each other: six in ten on the same list (a club's, a firm's), the rest anybody."""
    for _ in range(many):
        while True:
            a, b = (int(p) for p in rng.integers(0, len(people), 2))
            if rng.random() < 0.6:
                stays = lives.clubs if rng.random() < 0.5 else lives.jobs
                row = int(rng.integers(0, len(stays.person)))
                there = stays.person[stays.group == stays.group[row]]
                a, b = int(stays.person[row]), int(rng.choice(there))
            if a != b and min(a, b) * len(people) + max(a, b) not in known:
                yield min(a, b), max(a, b)
                break


def _seen(a: int, b: int, kind: str, count: int, rng: np.random.Generator) -> Seen:
    first, last = sorted(of.TODAY - 8 * rng.random(2))
    return Seen(a, b, kind, count, float(first if count > 1 else last), float(last))
