"""Rules read from files: those that ship, and the host's own, of which a wrong one is passed over and told about."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from passalong.accounts.models import Profession
from passalong.compliance.rulebook.rules import BEFORE, Cap, Rule
from passalong.compliance.rulebook.words import ACTIONS, ELEMENTS, FACTS, FORBIDS, NEEDS, TELLS, Effect

SHIPPED = Path(__file__).parents[1] / "rules"
EVERYONE = "everyone"
LONGEST_FILE = 1_000_000  # bytes of a host's file


@dataclass(frozen=True, slots=True)
class Implied:
    """An act that is judged as another one too, with facts that then hold; always, or where all of `when` do."""

    action: str
    facts: tuple[str, ...]
    when: tuple[str, ...] = ()


@dataclass(slots=True)
class Book:
    """All rules by profile, and what is done where they are silent. names: profession or other word -> profile.
    places: a group of countries -> its members. problems: a sentence for each of the host's files that is not read."""

    profiles: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    fallback: dict[str, Effect] = field(default_factory=dict)
    implied: dict[str, Implied] = field(default_factory=dict)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_book() -> Book:
    """All rules, shipped and the host's own; read once until a file changes."""
    return _read(_stamps(SHIPPED), _stamps(Path(settings.DATA) / "rules"))


def problems() -> list[str]:
    """A sentence for each rule file of the host's that is not read; the shipped rules hold all the same."""
    return list(read_book().problems)


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Path, time and size of each rule file; nothing where the folder cannot be read."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            stat = path.stat()
        except OSError:
            found.append((str(path), 0, -1))
        else:
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=4)
def _read(shipped: tuple[tuple[str, int, int], ...], own: tuple[tuple[str, int, int], ...]) -> Book:
    files = {Path(name).stem: tomllib.loads(Path(name).read_text(encoding="utf-8")) for name, _at, _size in shipped}
    book = Book()
    everyone = files[EVERYONE]
    book.places = {name: tuple(members) for name, members in everyone["places"].items()}
    book.fallback = {action: Effect[effect.upper()] for action, effect in everyone["fallback"].items()}
    book.implied = {
        act: Implied(one["action"], tuple(one["facts"]), tuple(one.get("when", ())))
        for act, one in everyone.get("implied", {}).items()
    }
    for profile, data in files.items():
        words = [*(Profession(one).value for one in data.get("professions", ())), *data.get("also_called", ())]
        book.names |= dict.fromkeys([profile, *words], profile) if profile != EVERYONE else {}
        book.profiles[profile] = tuple(rule for one in data["rule"] for rule in read_rule(one, book.places))
    _add_own(book, own)
    return book


def _add_own(book: Book, files: tuple[tuple[str, int, int], ...]) -> None:
    taken = {rule.id for rules in book.profiles.values() for rule in rules}
    said = []
    for name, _at, size in files:
        path = Path(name)
        try:
            rules = _own_rules(path, size, book, taken)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            said.append(f"The rule file {path.name} is not read: {_sentence(error)} The shipped rules hold.")
        else:
            book.profiles[path.stem] += rules
            taken |= {rule.id for rule in rules}
    book.problems = tuple(said)


def _own_rules(path: Path, size: int, book: Book, taken: set[str]) -> tuple[Rule, ...]:
    if size > LONGEST_FILE:
        raise ValueError("it is too long.")
    if path.stem not in book.profiles:
        raise ValueError(f"there is no profile of this name. Possible: {', '.join(sorted(book.profiles))}.")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := sorted(set(data) - {"rule", "retention"}):
        raise ValueError(f"“{unknown[0]}” means nothing here; only [[rule]] does.")
    if not isinstance(data.get("rule", [] if "retention" in data else None), list):
        raise ValueError("it holds no [[rule]].")
    rules = tuple(rule for one in data.get("rule", ()) for rule in read_rule(one, book.places))
    if double := next((rule.id for rule in rules if rule.id in taken), ""):
        raise ValueError(f"a rule named {double} is there already; give yours a name of its own.")
    return rules


def _sentence(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text."
    if isinstance(error, OSError):
        return f"{error.strerror}."
    if isinstance(error, RecursionError):
        return "it is nested too deep."
    words = " ".join(str(error).split())
    return words if words.endswith(".") else f"{words}."


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"“{key}” is a text")
    return value


def _words(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"“{key}” is a list of words")
    return tuple(value)


def _flag(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"“{key}” is true or false")
    return value


def _day(value: Any, key: str) -> date:
    if type(value) is not date:
        raise ValueError(f"“{key}” is a date such as 2026-05-04")
    return value


def _days(value: Any, key: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"“{key}” is a number of days")
    return value


def _cap(value: Any, key: str) -> Cap:
    if not isinstance(value, dict) or not {"amount", "within"} <= set(value) <= {"amount", "within", "currency"}:
        raise ValueError(f"“{key}” holds amount, within and perhaps currency")
    if value["within"] not in BEFORE:
        raise ValueError(f"“{key}” counts within {', '.join(BEFORE)}, not within “{value['within']}”")
    try:
        amount = Decimal(str(value["amount"]))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"“{key}” needs an amount that is not below 0")
    return Cap(amount, value["within"], str(value.get("currency", "USD")))


def _effect(value: Any, key: str) -> Effect:
    if not isinstance(value, str) or value.upper() not in Effect.__members__:
        raise ValueError(f"“{key}” is one of {', '.join(name.lower() for name in Effect.__members__)}")
    return Effect[value.upper()]


_LISTS = (
    "any_of",
    "unless",
    "countries",
    "regions",
    "except_regions",
    "needs",
    "elements",
    "tells",
    "sentences",
    "forbids",
)
_READERS: dict[str, Callable[[Any, str], Any]] = {
    "id": _text,
    "effect": _effect,
    "why": _text,
    "source": _text,
    "on": _day,
    "absolute": _flag,
    "when": lambda value, key: _words([value] if isinstance(value, str) else value, key),
    "above": _cap,
    "days_after": _days,
    **dict.fromkeys(_LISTS, _words),
}
_KNOWN = {
    "when": tuple(FACTS),
    "any_of": tuple(FACTS),
    "unless": tuple(FACTS),
    "needs": (*NEEDS, *FACTS),
    "elements": tuple(ELEMENTS),
    "tells": TELLS,
    "forbids": FORBIDS,
}


def read_rule(data: Any, places: dict[str, tuple[str, ...]]) -> list[Rule]:
    """A rule as written, once for each act it names. Raises ValueError, in a sentence, for anything that means nothing
    here, so that no rule is passed over in silence."""
    if not isinstance(data, dict):
        raise ValueError("[[rule]] stands in double brackets.")
    name = data.get("id", "a rule without id")
    given = dict(data)
    acts = given.pop("actions", None) or [given.pop("action", "")]
    if not isinstance(acts, list) or (wrong := [one for one in acts if one not in ACTIONS]):
        raise ValueError(f"{name}: action “{wrong[0] if isinstance(acts, list) else acts}” is not known.")
    if unknown := sorted(set(given) - set(_READERS)):
        raise ValueError(f"{name}: “{unknown[0]}” is not known.")
    if lacking := [key for key in ("id", "effect", "why") if key not in given]:
        raise ValueError(f"{name}: “{lacking[0]}” is missing.")
    try:
        read = {key: _READERS[key](value, key) for key, value in given.items()}
    except ValueError as error:
        raise ValueError(f"{name}: {error}.") from None
    for key, words in _KNOWN.items():
        if wrong := [one for one in read.get(key, ()) if one not in words]:
            raise ValueError(f"{name}: “{wrong[0]}” is not known in {key}.")
    countries = read.get("countries", ())
    read["countries"] = tuple(dict.fromkeys(one for place in countries for one in (place, *places.get(place, ()))))
    return [Rule(action=act, **read) for act in acts]
