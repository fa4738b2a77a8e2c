"""What the practice wrote down about memberships: a part of what is true, from sources that each see their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .dice import Dice
from .lives import Spell
from .places import Place
from .scene import Scene
from .shapes import Affiliation, AffiliationKind, Contact, Disclosure, Source

# How readily a source holds a membership of a kind. A client fact sheet asks for everything.
_SEEN: dict[Source, dict[AffiliationKind, float]] = {
    "fact sheet": {
        "employer": 0.9, "school": 0.8, "association": 0.8, "board": 0.9, "club": 0.85,
        "town": 0.4, "street": 0.7, "vendor": 0.7, "event": 0.4, "household": 1.0,
    },
    "linkedin": {"employer": 0.44, "school": 0.5, "board": 0.3, "association": 0.12},
    "member list": {"association": 0.6, "club": 0.55, "board": 0.75, "event": 0.42},
    "address book": {"employer": 0.26, "town": 0.42, "street": 0.26, "household": 0.4},
    "note": {
        "vendor": 0.17, "club": 0.09, "school": 0.04, "street": 0.03, "employer": 0.04, "household": 0.3,
        "board": 0.15,
    },
}  # fmt: skip

# Whether a date survives in a source, and whether with its month.
_DATED: dict[Source, tuple[float, float]] = {
    "fact sheet": (0.8, 0.0),
    "linkedin": (0.92, 0.6),
    "member list": (0.6, 0.0),
    "address book": (0.12, 0.3),
    "note": (0.35, 0.0),
}
_SHEETS_OF_OTHERS = 0.03


@dataclass(frozen=True)
class _Page:
    """What the sources can say about one contact."""

    number: int
    contact: Contact
    has_sheet: bool
    teller: str | None


def record_affiliations(dice: Dice, scene: Scene, contacts: tuple[Contact, ...]) -> list[Affiliation]:
    """The recorded memberships, all of them still right; keys count from a0001."""
    rows: list[Affiliation] = []
    for number, contact in zip(scene.chosen, contacts, strict=True):
        page = _open(dice, scene, number, contact)
        for spell in scene.people[number].spells:
            source = _source(dice, page, spell, scene.region.places[spell.place])
            if source is not None and _worth_writing(dice, spell):
                rows.append(_row(dice, scene, page, spell, source, f"a{len(rows) + 1:04d}"))
    return rows


def _open(dice: Dice, scene: Scene, number: int, contact: Contact) -> _Page:
    part = scene.people[number].part
    has_sheet = part.sheet if part else dice.chance(_SHEETS_OF_OTHERS)
    friends = [f for f in scene.friends[number] if scene.standings.get(f) in ("client", "partner")]
    return _Page(number, contact, has_sheet, scene.keys[dice.pick(friends)] if friends else None)


def _worth_writing(dice: Dice, spell: Spell) -> bool:
    """Few write down a town that somebody left long ago."""
    return spell.kind != "town" or spell.end is None or dice.chance(0.15)


def _source(dice: Dice, page: _Page, spell: Spell, place: Place) -> Source | None:
    """The first source that holds the membership; none if it stayed unknown."""
    for source, kinds in _SEEN.items():
        if not _speaks(page, spell, place, source):
            continue
        if dice.chance(kinds.get(spell.kind, 0.0)):
            return source
    return None


def _speaks(page: _Page, spell: Spell, place: Place, source: Source) -> bool:
    """Whether a source exists for this contact and place, and looks so far back."""
    if source == "fact sheet":
        return page.has_sheet
    if source == "linkedin":
        return page.contact.url is not None
    if source == "member list":
        return place.keeps_roster
    return source != "address book" or spell.end is None


def _row(dice: Dice, scene: Scene, page: _Page, spell: Spell, source: Source, key: str) -> Affiliation:
    disclosure, told_by = _disclosure(dice, page, source, scene.region.places[spell.place])
    start, end = _dates(dice, spell, *_DATED[source])
    return Affiliation(
        key=key,
        contact=page.contact.key,
        kind=spell.kind,
        organization=scene.organization_key(spell.place),
        role=spell.role,
        start=start,
        end=end,
        source=source,
        recorded_on=_recorded(dice, scene, spell),
        disclosure=disclosure,
        told_by=told_by,
    )


def _disclosure(dice: Dice, page: _Page, source: Source, place: Place) -> tuple[Disclosure, str | None]:
    """Published things are public, what somebody said is told by them, our own writing is private."""
    if source == "linkedin" or (source == "member list" and place.published):
        return "public", None
    if source == "fact sheet":
        return "told", page.contact.key
    if source == "note" and page.teller is not None and dice.chance(0.6):
        return "told", page.teller
    return "private", None


def _dates(dice: Dice, spell: Spell, dated: float, monthly: float) -> tuple[str, str]:
    """Start and end, known together or not at all; now and then one of two goes missing, never an event's."""
    if not dice.chance(dated):
        return "", ""
    start, end = _partial(dice, spell.start, monthly), _partial(dice, spell.end, monthly)
    if end and spell.kind != "event" and dice.chance(0.12):
        return ("", end) if dice.chance(0.6) else (start, "")
    return start, end


def _partial(dice: Dice, year: int | None, monthly: float) -> str:
    """A date as precise as its source: "", a year, or a year and month."""
    if year is None:
        return ""
    return f"{year}-{dice.between(1, 12):02d}" if dice.chance(monthly) else str(year)


def _recorded(dice: Dice, scene: Scene, spell: Spell) -> date:
    """A day of the last four years on which the membership and its end could be known."""
    after = date(max(spell.start, spell.end or 0) + 1, 1, 1)
    return scene.day(dice, max(after, scene.back(4 * 365)), scene.back(3))
