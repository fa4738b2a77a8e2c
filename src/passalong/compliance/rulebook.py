"""The rules of profession and place: may this be published, on what conditions, and why.

Rules are data (`rules/*.toml`, and files of the same form in the data folder under `rules/`): shipped defaults, not
legal advice. Where a profession has rules for an act but none of them speaks about the practice's place, the strictest
is taken, and it is said that there is no source. All rules that speak are taken together; the strictest decides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice, Profession

Action = Literal["publish_kit", "publish_testimonial"]
ACTIONS: tuple[Action, ...] = ("publish_kit", "publish_testimonial")
SHIPPED = Path(__file__).parent / "rules"
EVERYONE = "everyone"
FACTS = ("paid", "tax_client")

# What a consent must hold where a profile asks for more than a plain yes; the question beside each field.
ELEMENTS: dict[str, Promise] = {
    "agreement": _("More than $1,000 within twelve months? The date of the agreement, and that they are not barred"),
    "informed_consent": _("How the client was informed of what naming them means"),
    "nda": _("Does a contract with them forbid to speak about the work? What it says"),
    "tax_use": _("Consent to use what is known from tax work, signed on"),
    "tax_disclosure": _("Consent to disclose it to readers, signed on"),
    "tax_duration": _("How long these two consents last"),
    "information": _("What is disclosed: which words, name, picture"),
    "discloser": _("Who may disclose it"),
    "recipients": _("To whom: who will be able to read it"),
    "purpose": _("For what purpose"),
    "expiry": _("When it ends: a date or an event"),
    "right_to_revoke": _("How they were told that they may revoke it"),
    "no_conditioning": _("How they were told that treatment does not depend on it"),
    "redisclosure": _("How they were told that readers may pass it on"),
    "signature": _("Signed by whom, on which day"),
}
NEEDS = ("consent", "compensation", "conflict", "source")
TELLS = ("label", "status", "insider", "compensation", "paid", "conflict")


class Effect(IntEnum):
    """What a rule asks, mildest first."""

    ALLOW = 0
    DISCLOSE = 1
    APPROVE = 2
    BLOCK = 3

    @property
    def words(self) -> Promise:
        return {
            Effect.ALLOW: _("Allowed"),
            Effect.DISCLOSE: _("Allowed, with what must be told"),
            Effect.APPROVE: _("Only with the approval of a second person"),
            Effect.BLOCK: _("Not allowed"),
        }[self]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. needs: what must be on file of a proof; elements: what its consent must hold; tells: what is said
    beside it, from data; sentences: what is said beside it, as it stands. Without source: nobody has looked it up."""

    id: str
    action: str
    effect: Effect
    why: str
    source: str = ""
    on: date | None = None
    absolute: bool = False
    when: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    def speaks_of(self, country: str, region: str) -> bool:
        """Whether it holds at this place. A rule of regions says nothing where the region is not known."""
        return (not self.countries or country in self.countries) and (not self.regions or region in self.regions)

    def to_json(self) -> dict[str, Any]:
        """What an edition keeps of it."""
        kept = {"id": self.id, "action": self.action, "effect": self.effect.name.lower(), "why": self.why}
        return kept | {"source": self.source, "on": self.on.isoformat() if self.on else "", "absolute": self.absolute}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say together, strictest first."""

    effect: Effect
    rules: tuple[Rule, ...]

    @property
    def absolute(self) -> bool:
        """Whether no second person can lift the block."""
        return any(rule.absolute for rule in self.rules if rule.effect is self.effect)

    @property
    def has_source(self) -> bool:
        return all(rule.source for rule in self.rules)

    @property
    def needs(self) -> tuple[str, ...]:
        return _joined(rule.needs for rule in self.rules)

    @property
    def elements(self) -> tuple[str, ...]:
        return _joined(rule.elements for rule in self.rules)

    @property
    def tells(self) -> tuple[str, ...]:
        found = _joined(rule.tells for rule in self.rules)
        return tuple(one for one in TELLS if one in found)

    @property
    def sentences(self) -> tuple[str, ...]:
        return _joined(rule.sentences for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Book:
    """All rules by profile, and what is done where they are silent."""

    profiles: dict[str, tuple[Rule, ...]]
    professions: dict[str, str]
    fallback: dict[str, Effect]


def verdict(practice: Practice, action: Action, *, facts: Collection[str] = ()) -> Verdict:
    """What the rules for this practice's profession and place say of an act.

    `facts` of a proof bring in the rules that hold only then: "paid", "tax_client".
    """
    return judge(practice.profession, practice.country, practice.region, action, facts=facts)


def judge(profession: str, country: str, region: str, action: Action, *, facts: Collection[str] = ()) -> Verdict:
    """The same for any profession and place: country and region by their letters."""
    book = read_book()
    profile = profile_of(profession)
    pool = [rule for rule in book.profiles[EVERYONE] + book.profiles[profile] if rule.action == action]
    own = [rule for rule in book.profiles[profile] if rule.action == action] or pool
    country, region = country.strip().upper(), region.strip().upper()
    found = [rule for rule in pool if rule.speaks_of(country, region) and (not rule.when or rule.when in facts)]
    if not any(rule.speaks_of(country, region) and not rule.when for rule in own):
        found.append(_silent(profile, action, book.fallback[action], own, facts))
    found.sort(key=lambda rule: -rule.effect)
    return Verdict(found[0].effect, tuple(found))


def profile_of(profession: str) -> str:
    """The profile a profession follows."""
    return read_book().professions[profession]


def _silent(profile: str, action: str, effect: Effect, own: list[Rule], facts: Collection[str]) -> Rule:
    """The strictest, where no rule speaks about the place: all that the profile asks anywhere."""
    heard = [rule for rule in own if not rule.when or rule.when in facts]
    return Rule(
        id=f"{profile}.no-source",
        action=action,
        effect=effect,
        why=(
            "For this profession at this place no rule was looked up, so the strictest is taken. A second person who "
            "knows the rule can decide otherwise and write down why."
        ),
        needs=_joined(rule.needs for rule in heard) or ("consent",),
        elements=_joined(rule.elements for rule in heard),
        tells=_joined(rule.tells for rule in heard),
        sentences=_joined(rule.sentences for rule in heard),
    )


def read_book() -> Book:
    """All rules, shipped and the host's own; read once until a file changes."""
    files = [*sorted(SHIPPED.glob("*.toml")), *sorted((Path(settings.DATA) / "rules").glob("*.toml"))]
    return _read(tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[str, int], ...]) -> Book:
    profiles: dict[str, list[Rule]] = {}
    professions: dict[str, str] = {}
    fallback: dict[str, Effect] = {}
    for name, _changed in files:
        path = Path(name)
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for profession in data.get("professions", ()):
            professions.setdefault(Profession(profession).value, path.stem)
        for action, effect in data.get("fallback", {}).items():
            fallback.setdefault(action, Effect[effect.upper()])
        profiles.setdefault(path.stem, []).extend(_rule(one) for one in data["rule"])
    return Book({name: tuple(rules) for name, rules in profiles.items()}, professions, fallback)


def _rule(data: dict[str, Any]) -> Rule:
    """A rule as written; raises ValueError for a word that means nothing here, so that none is passed over."""
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    rule = Rule(**{**data, **lists, "effect": Effect[data["effect"].upper()]})
    known = {"needs": NEEDS, "elements": tuple(ELEMENTS), "tells": TELLS}
    unknown = [one for key, words in known.items() for one in getattr(rule, key) if one not in words]
    if unknown or rule.action not in ACTIONS or rule.when not in ("", *FACTS):
        raise ValueError(f"{rule.id}: {', '.join(unknown) or 'action or when'} is not known")
    return rule


def _joined(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))
