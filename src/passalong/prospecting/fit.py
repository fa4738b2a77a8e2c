"""How well a prospect fits the ideal client, 0 to 100, with the reason for every point (M1).

Traits of one kind are alternatives: the best that matches counts, with its importance, out of the greatest
importance of its kind. A kind of which we know something, but nothing that matches, counts nothing; one of which we
know nothing counts half: not knowing is neither for nor against. Fit is the share reached, in percent, rounded.
Without any trait fit is 50 for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from passalong.contacts.keys import fold
from passalong.prospecting.models import Trait, TraitKind

NO_TRAITS = 50
_RANGE = re.compile(r"^\s*(\d+)\s*(?:-|–|to|bis)\s*(\d+)\s*$")
_LEAST = re.compile(r"^\s*(\d+)\s*\+\s*$")


class Match(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a prospect that traits can be held against. Texts as written, sizes in heads."""

    sectors: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    life_events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FitReason:
    """One kind of trait's part in the fit: points reached of points possible, by which trait, seen where."""

    trait: Trait
    match: Match
    points: float
    possible: float
    seen: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Fit in percent and where it comes from; the points sum to the percentage before rounding."""

    percent: int
    reasons: tuple[FitReason, ...] = field(default=())


def points_of(traits: Sequence[Trait]) -> list[tuple[Trait, float]]:
    """What each trait is worth of 100 points when it is the best match of its kind."""
    total = sum(max(t.importance for t in alike) for alike in _by_kind(traits).values())
    return [(trait, 100 * trait.importance / total) for trait in traits]


def fit_of(traits: Sequence[Trait], facts: Facts) -> Fit:
    """Hold the facts against the traits."""
    if not traits:
        return Fit(NO_TRAITS)
    worth = {id(trait): points for trait, points in points_of(traits)}
    reasons = tuple(_reason(alike, facts, worth) for alike in _by_kind(traits).values())
    return Fit(round(sum(reason.points for reason in reasons)), reasons)


def _by_kind(traits: Sequence[Trait]) -> dict[str, list[Trait]]:
    """Traits by kind, each kind's weightiest first."""
    kinds: dict[str, list[Trait]] = {}
    for trait in sorted(traits, key=lambda t: -t.importance):
        kinds.setdefault(trait.kind, []).append(trait)
    return kinds


def _reason(alike: Sequence[Trait], facts: Facts, worth: dict[int, float]) -> FitReason:
    possible = worth[id(alike[0])]
    for trait in alike:
        match, seen = matches(trait, facts)
        if match is Match.YES:
            return FitReason(trait, match, worth[id(trait)], possible, seen)
    match, seen = matches(alike[0], facts)
    return FitReason(alike[0], match, possible / 2 if match is Match.UNKNOWN else 0.0, possible, seen)


def matches(trait: Trait, facts: Facts) -> tuple[Match, str]:
    """Whether the trait is met, and by what."""
    if trait.kind == TraitKind.SIZE:
        return _size_matches(trait.value, facts.sizes)
    known = {
        TraitKind.SECTOR: facts.sectors,
        TraitKind.ROLE: facts.roles,
        TraitKind.TOWN: facts.towns,
        TraitKind.LIFE_EVENT: facts.life_events,
    }[TraitKind(trait.kind)]
    known = tuple(filter(None, known))
    if not known:
        return Match.UNKNOWN, ""
    for seen in known:
        if _has_any(seen, trait.value.split(",")):
            return Match.YES, seen
    return Match.NO, known[0]


def _has_any(seen: str, wanted: Iterable[str]) -> bool:
    """Whether all words of one of the alternatives stand in the text, as whole words or their beginnings."""
    words = fold(seen).split()
    for alternative in wanted:
        parts = fold(alternative).split()
        if parts and all(any(word.startswith(part) for word in words) for part in parts):
            return True
    return False


def _size_matches(value: str, sizes: tuple[int, ...]) -> tuple[Match, str]:
    if not sizes:
        return Match.UNKNOWN, ""
    for part in value.split(","):
        bounds = size_bounds(part)
        for size in sizes:
            if bounds and bounds[0] <= size <= bounds[1]:
                return Match.YES, str(size)
    return Match.NO, str(sizes[0])


def size_bounds(text: str) -> tuple[float, float] | None:
    """(least, most) of “5-50”, “100+” or “20”; None when it is no size."""
    if found := _RANGE.match(text):
        low, high = float(found[1]), float(found[2])
        return (low, high) if low <= high else None
    if found := _LEAST.match(text):
        return float(found[1]), float("inf")
    return (float(text), float(text)) if text.strip().isdecimal() else None
