"""Words for reasons. They say what the data say, with names, years and sizes where these are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passalong.engine.knows.arrays import Ints
from passalong.engine.knows.dates import year_of
from passalong.engine.knows.spells import common_days
from passalong.engine.knows.world import TRAIT, World

GROUP = {
    "household": "Both live in the household {}",
    "employer": "Both worked at {}",
    "department": "Both in the department {}",
    "school": "Both went to {}",
    "class": "Both in the class {}",
    "association": "Both belong to {}",
    "board": "Both on the board of {}",
    "club": "Both in {}",
    "event": "Both at {}",
    "town": "Both in {}",
    "street": "Both on {}",
    "residence": "Both live in {}",
    "hometown": "Both come from {}",
    "surname": "Both are called {}",
    "vendor": "Both buy from {}",
    "customer": "Both sell to {}",
    "crossed": "Both have to do with {}",
}
CONTACT = {
    "mail": "Mail between them",
    "meeting": "Met in person",
    "call": "Called each other",
    "linkedin": "Connected on LinkedIn",
    "works_with": "Work together",
    "mentioned": "One mentioned the other",
    "relative": "Relatives",
    "estranged": "They are estranged",
}
COMMON = {
    "mail": "Both exchange mail with {}",
    "meeting": "Both have met {}",
    "call": "Both have phoned with {}",
    "linkedin": "Both are connected on LinkedIn with {}",
    "works_with": "Both work with {}",
    "mentioned": "Both are mentioned together with {}",
    "relative": "Both are related to {}",
    "estranged": "Both are estranged from {}",
}
COUNTED = ("mail", "meeting", "call")
NAMED = 3


def group_words(world: World, kind: str, code: int, group: int, a: int, b: int) -> str:
    """ "Both worked at Harbor Dental, 2009 to 2013 (about 12 people)"."""
    name = world.data.group_names[group].removeprefix(f"{kind}:")
    pattern = GROUP.get(kind, f"Same {kind.replace('_', ' ')}: {{}}")
    headcount = world.data.group_sizes[group]
    size = int(np.fmax(headcount, world.stances.members[group]))
    people = f"about {size:,} people" if size > headcount or size > 2 else "the two of them"
    return f"{pattern.format(name)}{_years(world, code, kind, group, a, b)} ({people})"


def equal_words(world: World, kind: str, group: int) -> str:
    """ "Same class year: 2006"."""
    value = world.equals[group - len(world.data.groups)]
    return f"Same {kind.removeprefix(TRAIT).replace('_', ' ')}: {value:g}"


def _years(world: World, code: int, kind: str, group: int, a: int, b: int) -> str:
    """Common years, when both sides have dates."""
    ours, theirs = _stays(world, code, kind, group, a), _stays(world, code, kind, group, b)
    if not ours or not theirs:
        return ""
    spans = [span for mine in ours for other in theirs if (span := common_days(*mine, *other))]
    if not spans:
        return ", at different times"
    first, last = max(spans, key=lambda span: (not np.isnan(span[0]), np.nan_to_num(span[1] - span[0], nan=1e9)))
    if np.isnan(first):
        return "" if np.isnan(last) else f", until {year_of(last)}"
    begin = year_of(first)
    if np.isnan(last):
        return f", since {begin}"
    return f", {begin}" if year_of(last) == begin else f", {begin} to {year_of(last)}"


def _stays(world: World, code: int, kind: str, group: int, person: int) -> list[tuple[float, float]]:
    """Stays of a person in a group with at least one date."""
    rows = world.rows_of_person(person)
    table = world.data.affiliations
    rows = rows[table.group[rows] == group]
    if kind != "crossed":
        rows = rows[table.kind[rows] == code]
    stays = [(float(table.start[row]), float(table.end[row])) for row in rows]
    return [stay for stay in stays if not (np.isnan(stay[0]) and np.isnan(stay[1]))]


def person(world: World, place: int) -> str:
    """Name, or id where there is no name."""
    return world.data.names[place] or world.data.ids[place]


def among(world: World, people: Sequence[int] | Ints) -> str:
    """ "Ann, Bob, Carl and 4 more"."""
    names = [person(world, int(p)) for p in people[:NAMED]]
    more = len(people) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def voters_words(world: World, client: int, prospect: int, there: Sequence[int], back: Sequence[int]) -> str:
    """Who votes for a pair, both ways."""
    c, p = person(world, client), person(world, prospect)
    parts = []
    if there:
        parts.append(_voters(world, c, p, there))
    if back:
        parts.append(_voters(world, p, c, back))
    return "; ".join(parts) or f"People who share things with {c} are close to people who know {p}"


def _voters(world: World, sharing: str, known: str, people: Sequence[int]) -> str:
    who = "1 person who shares things with" if len(people) == 1 else f"{len(people)} people who share things with"
    return f"{who} {sharing} {'knows' if len(people) == 1 else 'know'} {known}: {among(world, people)}"


def contact_words(world: World, how: str, kind: str, a: int, b: int) -> str:
    """ "Mail between them (12)" or whom both are in contact with."""
    plain = kind.replace("_", " ")
    if how == "via":
        matrix = world.contacts[kind]
        common = np.intersect1d(matrix[[a]].indices, matrix[[b]].indices)
        return COMMON.get(kind, f"Both have {plain} with {{}}").format(among(world, common))
    text = CONTACT.get(kind, f"Contact: {plain}")
    count = _count(world, kind, a, b)
    return f"{text} ({count})" if kind in COUNTED and count > 1 else text


def _count(world: World, kind: str, a: int, b: int) -> int:
    ties = world.data.ties
    rows = world.contact_rows(a, b)
    return round(float(ties.count[rows[ties.kind[rows] == world.data.tie_kinds.index(kind)]].sum()))
