"""The records as the folder of CSV that `passalong knows` reads, and the truth beside it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.town import parameters as of
from benchmarks.town.records import Fact
from benchmarks.town.world import Town

AFFILIATIONS = ("person_id", "kind", "group_id", "start", "end")
ANSWERS = ("client_id", "prospect_id", "answer", "answered_on", "shown_p")
SYLLABLES = ("ber", "cor", "dal", "fen", "gar", "hol", "lin", "mar", "nor", "per", "ros", "sel", "tor", "ver", "wick")


def write(town: Town, folder: Path) -> None:
    """people, affiliations, groups, traits and ties; no known ties, no answers."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [person_id(person) for person in range(town.size)]
    save(folder / "people.csv", ("person_id", "name"), zip(ids, names(town), strict=True))
    rows = ((person_id(person), *rest) for person, *rest in affiliations(town))
    save(folder / "affiliations.csv", AFFILIATIONS, rows)
    save(folder / "groups.csv", ("group_id", "kind", "name", "size"), _groups(town))
    ages = ((ids[p], "age", int(age)) for p, age in enumerate(town.known_age) if not np.isnan(age))
    save(folder / "traits.csv", ("person_id", "kind", "value"), ages)
    seen = ((ids[s.a], ids[s.b], s.kind, s.count, as_date(s.first), as_date(s.last)) for s in town.seen)
    save(folder / "ties.csv", ("person_a", "person_b", "kind", "count", "first_on", "last_on"), seen)


def write_answers(folder: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Rows as ANSWERS names them; shown_p is the probability told when the name was shown."""
    save(folder / "answers.csv", ANSWERS, rows)


def save(file: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


def person_id(person: int) -> str:
    return f"p{person}"


def names(town: Town) -> list[str]:
    """Given name and surname; namesakes share both."""
    people = town.people
    return [f"{_word(given)} {_word(family + 300)}" for given, family in zip(people.given, people.surname, strict=True)]


def _word(number: int) -> str:
    """A different pronounceable word for each number."""
    parts = []
    number += len(SYLLABLES)
    while number:
        number, left = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[left])
    return "".join(parts).capitalize()


def affiliations(town: Town) -> Iterable[tuple[int, str, str, str, str]]:
    """The facts; and what an address book says of everybody: surname, town, and of some the household."""
    for fact in town.facts:
        yield fact.person, fact.kind, fact.group, *_dates(fact)
    villages = town.lives.villages
    for row in np.flatnonzero(villages.end == np.inf):
        yield int(villages.person[row]), "town", f"town-{villages.group[row]}", "", ""
    for person in range(town.size):
        yield person, "surname", f"surname-{town.people.surname[person]}", "", ""
        if town.known_household[person] >= 0:
            yield person, "household", f"household-{town.known_household[person]}", "", ""


def _dates(fact: Fact) -> tuple[str, str]:
    """Two in three people remember the year alone."""
    write_as = as_date if (fact.person + len(fact.group)) % 3 == 0 else as_year
    return write_as(fact.start), write_as(fact.end)


def as_year(year: float) -> str:
    return "" if math.isnan(year) else str(int(min(year, of.TODAY)))


def as_date(year: float) -> str:
    if math.isnan(year):
        return ""
    month = min(int(year % 1 * 12), 11)
    return f"{int(year)}-{month + 1:02d}-{1 + int(year % (1 / 12) * 336):02d}"


def _groups(town: Town) -> Iterable[Sequence[str | int]]:
    """Headcounts of half of the employers are known; national ones have them from the whole country."""
    rng = np.random.default_rng(town.seed)
    for prefix, stays in (("firm", town.lives.jobs), ("national", town.lives.nationals)):
        for group, heads in enumerate(stays.headcount):
            known = rng.random() < of.HEADCOUNT_HELD
            yield f"{prefix}-{group}", "employer", f"{prefix.capitalize()} {group}", int(heads) if known else ""
