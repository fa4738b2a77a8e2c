"""What is true of the case at hand: words, and amounts by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from passalong.compliance.rulebook.words import AMOUNTS, FACTS


@dataclass(frozen=True, slots=True)
class Facts:
    """words: keys of FACTS that hold. amounts: keys of AMOUNTS, in the practice's currency or in days."""

    words: frozenset[str] = frozenset()
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def also(self, words: Collection[str]) -> Facts:
        """The same with these words."""
        return Facts(self.words | frozenset(words), self.amounts)


def read_facts(given: Facts | Collection[str]) -> Facts:
    """Facts from words such as "cash" and "value=60". Raises ValueError with one sentence for a word not known."""
    if isinstance(given, Facts):
        return given
    words: set[str] = set()
    amounts: dict[str, Decimal] = {}
    for one in given:
        name, has_number, number = one.partition("=")
        if has_number and name in AMOUNTS:
            amounts[name] = _number(name, number)
        elif not has_number and name in FACTS:
            words.add(name)
        else:
            known = ", ".join([*FACTS, *(f"{name}=NUMBER" for name in AMOUNTS)])
            raise ValueError(f"“{one}” is no fact rules ask about. Possible: {known}.")
    return Facts(frozenset(words), amounts)


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise ValueError(f"“{name}” needs a number that is not below 0, such as {name}=60.")
    return number
