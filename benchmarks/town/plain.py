"""The plain town: what was asked for and nothing more. People know each other through three to six groups each.

The chance rises with years together, falls with the size of the group and goes with how sociable both are; besides
there are households, relatives and a little pure chance. No corners, no circles, no friends of friends, no forgetting;
all groups are in the records. numpy and the standard library only, nothing of the engine.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import parameters as of
from benchmarks.town.bonds import Waits, bind, kin, together, years_together
from benchmarks.town.lives import Lives, Stays
from benchmarks.town.people import Floats, Ints, People, settle
from benchmarks.town.records import write_down
from benchmarks.town.world import Town

Mask = NDArray[np.bool_]

# Written down before the engine was run here. Sizes and paces go together so that 150 acquaintances come from 4.5
# groups, about 33 from each, at a `pace` of about 1, and so that most of a group know each other: boosted trees told
# the truth reach a P@10 of .83 on the mean of five towns of 3,000. "Judged" marks common sense alone.

# --- groups: people in the book who ever belonged to one: median, spread of the logarithm, least, most; judged ---
SIZES: Final = {
    "job": (55.0, 0.4, 10.0, 150.0),  # a firm or team of a few dozen, with those who have left
    "club": (60.0, 0.35, 30.0, 120.0),  # twenty to sixty at a time: a choir, a tennis club
    "association": (80.0, 0.35, 40.0, 160.0),  # trade, civic
    "board": (12.0, 0.2, 6.0, 20.0),  # six or so at a time
    "street": (38.0, 0.3, 15.0, 80.0),  # twenty houses, as in the other town; all live there now
}
# Most firms and clubs have their time; OLD is the share of members of those that have been there for all decades, whose
# members of different decades never met. OF_A_TIME: years by which beginnings in one of the others are spread; judged.
OLD, OF_A_TIME = 0.2, 6.0
CLASS: Final = 24  # pupils of one class, as in the other town
# Very large groups: at least two of each sort, or one for so many people; members of one over the whole country.
LARGE, PEOPLE_EACH = 2, 1_500
LARGE_SIZES: Final = {"national": 5_000.0, "gym": 2_000.0, "alumni": 5_000.0}
AT_NATIONAL: Final = 0.06  # of all jobs

# --- how a life fills its three to six groups: home and last job always, the rest by these weights; judged ---
WEIGHTS: Final = {
    "second job": 1.2, "third job": 0.6, "school": 3.0, "club": 1.5, "second club": 0.7, "association": 0.7,
    "board": 0.15, "gym": 0.15, "alumni": 0.15,
}  # fmt: skip
JOB_YEARS: Final = (10.0, 0.6)  # median of jobs that count in a life (BLS 2022: tenure 9.8 at 55 to 64)
YEARS: Final = {"club": 12.0, "association": 15.0, "board": 6.0, "gym": 3.0, "alumni": 30.0}  # mean; judged

# --- 1 - exp(-rate x years x size^-FALL), rate times both sociabilities (Hsieh et al., WWW 2013) ---
# RATE: as in the other town: in a firm of 20 one knows everybody within a year, of 100 half after one.
RATE, FALL = 40.0, 0.85
# Of a working day together: two evenings a week in a club, greetings over the fence, some evenings a year; judged.
OFTEN: Final = {
    "job": 1.0, "national": 1.0, "school": 1.0, "board": 0.6, "club": 0.6, "street": 0.4, "association": 0.4,
    "gym": 0.2, "alumni": 0.1,
}  # fmt: skip
CHANCE: Final = 0.03  # of all ties


def make_plain(size: int = 3_000, seed: int = 1) -> Town:
    """A plain town; the same seed gives the same town. Households are known, ages and contacts are not."""
    rng = np.random.default_rng(seed)
    people = settle(size, rng)
    lives, sorts = _lives(people, rng)
    bonds = bind(people, lives, rng, (kin, lambda waits, _: _groups(waits, sorts)), closure=0.0, chance=CHANCE)
    several = np.bincount(people.household)[people.household] > 1
    return Town(
        people=people,
        lives=lives,
        bonds=bonds,
        facts=write_down(people, lives, rng, everything=True),
        seen=[],
        known_household=np.where(several, people.household, -1),
        known_age=np.full(size, np.nan),
        seed=seed,
    )


def _groups(waits: Waits, sorts: dict[str, Stays]) -> None:
    """Everybody who was in one group at one time."""
    for sort, stays in sorts.items():
        i, j = together(stays)
        years, _ = years_together(stays, i, j)
        expected = RATE * OFTEN[sort] * years * stays.headcount[stays.group[i]] ** -FALL
        cause = {"job": "work", "alumni": "association"}.get(sort, sort)
        waits.add(cause, stays.person[i], stays.person[j], expected, np.zeros(len(i)))


def _lives(people: People, rng: np.random.Generator) -> tuple[Lives, dict[str, Stays]]:
    """Who was where when; also by sort, as clubs, associations and gyms are one list in `Lives`."""
    first, starts, ends = _careers(people, rng)
    pupil = people.arrived - people.born < of.SCHOOL_TO - 2
    chosen = _three_to_six(pupil, starts > first[:, None], rng)
    here = np.column_stack([np.ones(len(people), bool), chosen["second job"], chosen["third job"]])
    who, which = np.nonzero(here)
    spell = starts[who, which], ends[who, which]
    far, many = rng.random(len(who)) < AT_NATIONAL, max(LARGE, len(people) // PEOPLE_EACH)
    sorts = {
        "street": _streets(people, rng),
        "school": _classes(people, np.flatnonzero(chosen["school"]), rng),
        "job": _join("employer", who[~far], (spell[0][~far], spell[1][~far]), _sizes("job", (~far).sum(), rng), rng),
        "national": _large("national", "employer", who[far], (spell[0][far], spell[1][far]), many, rng),
    }
    members = {name: np.flatnonzero(chosen[name]) for name in ("club", "association", "board", "gym", "alumni")}
    members["club"] = np.r_[members["club"], np.flatnonzero(chosen["second club"])]
    for name, them in members.items():
        kind, since = name if name in ("board", "association") else "club", _since(people, them, YEARS[name], rng)
        if name in LARGE_SIZES:
            sorts[name] = _large(name, kind, them, since, many, rng)
        else:
            sorts[name] = _join(kind, them, since, _sizes(name, len(them), rng), rng)
    clubs, begins = _one_after_the_other([sorts[name] for name in ("club", "gym", "association", "alumni")])
    none, empty = np.zeros(0), np.zeros(0, np.int64)
    nothing = {
        name: Stays(name, empty, empty, none, none, none, none)
        for name in ("villages", "studies", "circles", "parents", "customers", "events")
    }
    lives = Lives(
        homes=sorts["street"],
        schools=sorts["school"],
        jobs=sorts["job"],
        nationals=sorts["national"],
        clubs=clubs,
        boards=sorts["board"],
        gyms=frozenset(range(begins[1], begins[2])),
        associations=frozenset(range(begins[2], begins[4])),
        **nothing,
    )
    return lives, sorts


def _three_to_six(pupil: Mask, worked: Mask, rng: np.random.Generator) -> dict[str, Mask]:
    """Which groups count in each life, beside home and last job: one to four more."""
    could = {name: np.ones(len(pupil), bool) for name in WEIGHTS}
    could |= {"school": pupil, "second job": worked[:, 1], "third job": worked[:, 2]}
    draw = np.column_stack([np.where(could[n], rng.exponential(1 / w, len(pupil)), np.inf) for n, w in WEIGHTS.items()])
    if_second = list(WEIGHTS).index("second job")
    draw[:, if_second + 1] = np.maximum(draw[:, if_second] * 1.001, draw[:, if_second + 1])  # no third without a second
    wanted = rng.integers(of.GROUPS_LOW - 2, of.GROUPS_HIGH - 1, len(pupil))
    place = np.argsort(np.argsort(draw, axis=1, kind="stable"), axis=1, kind="stable")
    return {name: place[:, column] < wanted for column, name in enumerate(WEIGHTS)}


def _careers(people: People, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Years of the last three jobs, one after the other back from today or retirement, the last one first."""
    first = people.born + rng.uniform(18, 21.5, len(people))
    stop = np.minimum(of.TODAY, people.born + of.RETIRED)
    length = rng.lognormal(np.log(JOB_YEARS[0]), JOB_YEARS[1], (len(people), 3))
    ends = stop[:, None] - np.cumsum(length, axis=1) + length
    starts = np.maximum(ends - length, first[:, None])
    # What starts where work did does not count: so a job of which less than half a year is left.
    kept = np.maximum(starts[:, 1:], first[:, None] + 0.01)
    starts[:, 1:] = np.where(ends[:, 1:] - starts[:, 1:] < 0.5, first[:, None], kept)
    ends[:, 0] = np.where(stop == of.TODAY, np.inf, stop)
    return first, starts, ends


def _streets(people: People, rng: np.random.Generator) -> Stays:
    """The present home of each household, since when; children since they were born."""
    sizes = _sizes("street", len(people), rng)
    households = int(people.household[-1]) + 1
    street = rng.choice(len(sizes), households, p=sizes / sizes.sum())[people.household]
    head = np.searchsorted(people.household, people.household)
    could = np.maximum(people.arrived, people.born + 20)[head]
    since = np.maximum(could, (of.TODAY - rng.exponential(of.HOME_YEARS, households))[people.household])
    start = np.minimum(np.maximum(since, people.born), of.TODAY - 0.1)
    count = np.bincount(street, minlength=len(sizes)).astype(float)
    return Stays("street", np.arange(len(people)), street, start, np.full(len(people), np.inf), count * 0, count)


def _classes(people: People, who: Ints, rng: np.random.Generator) -> Stays:
    """One class each of about CLASS, of those who grew up here, by year of birth."""
    start = np.floor(people.born[who] + of.SCHOOL_FROM + 0.35)
    _, year, count = np.unique(start, return_inverse=True, return_counts=True)
    parallel = np.maximum(1, np.round(count / CLASS)).astype(np.int64)
    group = (np.cumsum(parallel) - parallel)[year] + (rng.random(len(who)) * parallel[year]).astype(np.int64)
    begin, end = np.maximum(start, np.floor(people.arrived[who])), start + of.SCHOOL_TO - of.SCHOOL_FROM
    return Stays("school", who, group, begin, end, np.zeros(len(who)), np.bincount(group).astype(float))


def _since(people: People, who: Ints, years: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Years of a membership that began at any time since a grown person came to live here."""
    grown = np.maximum(people.arrived[who], people.born[who] + 18)
    start = grown + (of.TODAY - grown) * rng.random(len(who))
    end = start + rng.exponential(years, len(who))
    return start, np.where(end >= of.TODAY, np.inf, end)


def _sizes(sort: str, members: int, rng: np.random.Generator) -> Floats:
    """Groups enough for so many members."""
    median, spread, low, high = SIZES[sort]
    drawn = np.clip(rng.lognormal(np.log(median), spread, 10 + int(members / low)), low, high)
    return drawn[: max(2, int(np.searchsorted(np.cumsum(drawn), members)))]


def _join(kind: str, who: Ints, spell: tuple[Floats, Floats], sizes: Floats, rng: np.random.Generator) -> Stays:
    """Each into a group, old or of its time, nobody twice into the same one. Headcount: those who ever belonged."""
    group = np.zeros(len(who), np.int64)
    old = rng.random(len(who)) < OLD
    begins = np.cumsum(sizes) / sizes.sum()
    split = max(1, int(np.searchsorted(begins, OLD)))
    group[old] = rng.choice(split, int(old.sum()), p=sizes[:split] / sizes[:split].sum())
    young = np.flatnonzero(~old)
    in_time = young[np.argsort(spell[0][young] + rng.normal(0, OF_A_TIME, len(young)))]
    places = np.cumsum(sizes[split:]) / sizes[split:].sum()
    group[in_time] = split + np.searchsorted(places, (np.arange(len(young)) + 0.5) / len(young))
    for _ in range(20):
        _, once = np.unique(who * len(sizes) + group, return_index=True)
        again = np.setdiff1d(np.arange(len(who)), once)
        group[again] = rng.choice(split, len(again), p=sizes[:split] / sizes[:split].sum())
    count = np.bincount(group, minlength=len(sizes)).astype(float)
    return Stays(kind, who, group, *spell, np.zeros(len(who)), count)


def _large(sort: str, kind: str, who: Ints, spell: tuple[Floats, Floats], many: int, rng: np.random.Generator) -> Stays:
    """Into one of a few very large ones."""
    group, nothing = rng.integers(0, many, len(who)), np.zeros(len(who))
    return Stays(kind, who, group, *spell, nothing, np.full(many, LARGE_SIZES[sort]))


def _one_after_the_other(parts: list[Stays]) -> tuple[Stays, list[int]]:
    """Several sorts under one numbering, and where each begins."""
    begins = np.cumsum([0] + [len(part.headcount) for part in parts]).tolist()
    group = np.concatenate([part.group + begin for part, begin in zip(parts, begins, strict=False)])
    names = ("person", "start", "end", "corner", "headcount")
    person, start, end, corner, heads = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    return Stays("club", person, group, start, end, corner, heads), begins
