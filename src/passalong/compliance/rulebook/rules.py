"""One rule, and what several say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from passalong.compliance.rulebook.facts import Facts
from passalong.compliance.rulebook.words import TELLS, Effect

Within = Literal["each", "12 months", "calendar year"]
BEFORE: dict[str, str] = {"each": "", "12 months": "given_12_months", "calendar year": "given_calendar_year"}


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit for one person: of each thing, or of the sum within 12 months or a calendar year."""

    amount: Decimal
    within: Within
    currency: str = "USD"

    def is_passed(self, facts: Facts) -> bool:
        """Whether the thing at hand takes the sum above it. Without a value nothing is passed yet."""
        before = facts.amounts.get(BEFORE[self.within], Decimal(0))
        return facts.amounts.get("value", Decimal(0)) + before > self.amount


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It speaks where its place and its conditions fit.

    when: facts that must all hold; any_of: at least one; unless: none may hold; above: a cap that is passed;
    days_after: at most so many days after an introduction. needs: what must be on file; elements: what a consent must
    hold; tells: what is said beside it, from data; sentences: what is said beside it, as it stands; forbids: kinds of
    sentence that may not stand in it. Without source: nobody has looked it up.
    """

    id: str
    action: str
    effect: Effect
    why: str
    source: str = ""
    on: date | None = None
    absolute: bool = False
    when: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    above: Cap | None = None
    days_after: int | None = None
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()

    def speaks_of(self, country: str, region: str) -> bool:
        """Whether it holds at this place. A rule of regions says nothing where the region is not known; one that
        leaves some out holds there, being the stricter."""
        if self.countries and country not in self.countries:
            return False
        return (not self.regions or region in self.regions) and region not in self.except_regions

    @property
    def is_conditional(self) -> bool:
        """Whether it speaks of some cases only."""
        return bool(self.when or self.any_of or self.unless or self.above or self.days_after is not None)

    @property
    def is_of_the_case(self) -> bool:
        """Whether something that is true of the case brought it in."""
        return bool(self.when or self.any_of or self.above or self.days_after is not None)

    def fits(self, facts: Facts) -> bool:
        """Whether its conditions hold."""
        if any(one not in facts for one in self.when) or any(one in facts for one in self.unless):
            return False
        if self.any_of and not any(one in facts for one in self.any_of):
            return False
        if self.days_after is not None and not self._is_soon(facts):
            return False
        return self.above is None or self.above.is_passed(facts)

    def _is_soon(self, facts: Facts) -> bool:
        days = facts.amounts.get("days_after_referral")
        return days is not None and self.days_after is not None and days <= self.days_after

    def digest(self) -> str:
        """A short hash of what it asks, not of its wording: has a rule of the same name changed since?"""
        asked = {key: value for key, value in asdict(self).items() if key not in ("why", "source", "on")}
        if not self.forbids:
            del asked["forbids"]  # came later: rules without it are the rules they were
        text = json.dumps(asked, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """What is kept of it with the thing it was applied to."""
        kept = {"id": self.id, "action": self.action, "effect": self.effect.name.lower(), "why": self.why}
        kept |= {"source": self.source, "on": self.on.isoformat() if self.on else "", "digest": self.digest()}
        return kept | {"absolute": self.absolute}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say together, the one that decides first. limits: caps that hold here and are not passed yet."""

    effect: Effect
    rules: tuple[Rule, ...]
    limits: tuple[Rule, ...] = ()

    @property
    def absolute(self) -> bool:
        """Whether no second person can lift the block."""
        return any(rule.absolute for rule in self.rules if rule.effect is self.effect)

    @property
    def decides(self) -> Rule:
        """The rule that is named as the reason."""
        return self.rules[0]

    @property
    def has_source(self) -> bool:
        return all(rule.source for rule in self.rules)

    @property
    def needs(self) -> tuple[str, ...]:
        return joined(rule.needs for rule in self.rules)

    @property
    def elements(self) -> tuple[str, ...]:
        return joined(rule.elements for rule in self.rules)

    @property
    def tells(self) -> tuple[str, ...]:
        found = joined(rule.tells for rule in self.rules)
        return tuple(one for one in TELLS if one in found)

    @property
    def sentences(self) -> tuple[str, ...]:
        return joined(rule.sentences for rule in self.rules)

    @property
    def forbids(self) -> dict[str, Rule]:
        """Kinds of sentence that may not stand in it, each with the first rule that says so."""
        found: dict[str, Rule] = {}
        for rule in self.rules:
            for kind in rule.forbids:
                found.setdefault(kind, rule)
        return found


def ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The one that decides first: strictest, then what nobody can lift, then what speaks of this very case."""
    return tuple(sorted(rules, key=lambda rule: (-rule.effect, not rule.absolute, not rule.is_of_the_case)))


def together(*verdicts: Verdict) -> Verdict:
    """Several acts in one: all their rules, the strictest first."""
    rules: dict[tuple[str, str], Rule] = {}
    for one in verdicts:
        rules |= {(rule.id, rule.action): rule for rule in one.rules}
    found = ordered(rules.values())
    return Verdict(found[0].effect, found)


def joined(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All of them once, in order."""
    return tuple(dict.fromkeys(one for part in parts for one in part))
