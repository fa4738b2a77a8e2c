"""Question sets that ship (questions.toml), in the words of a profession."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "questions.toml"


@dataclass(frozen=True, slots=True)
class ShippedSet:
    """One set as it is copied: its name, and each question with its hint."""

    name: str
    questions: tuple[tuple[str, str], ...]


def shipped(kind: str, *, about_us: bool, profession: str) -> ShippedSet:
    """The set for this kind of guest. Raises LookupError for a kind that has none."""
    told = _told()
    own = [one for one in told["set"] if one["kind"] == kind and one.get("about_us", False) is about_us]
    fitting = [one for one in own if profession in one.get("professions", ())]
    fitting += [one for one in own if "professions" not in one]
    if not fitting:
        raise LookupError(kind)
    words = told["words"]["other"] | told["words"].get(profession, {})
    found = fitting[0]
    asked = tuple((_said(one["text"], words), _hint(one, profession, words)) for one in found["questions"])
    return ShippedSet(_said(found["name"], words), asked)


def _hint(one: dict[str, Any], profession: str, words: dict[str, str]) -> str:
    return _said(one.get("hint_for", {}).get(profession, one.get("hint", "")), words)


def words_of(profession: str) -> dict[str, str]:
    """What a profession calls those it serves, itself, and what it does: client, clients, trade, work."""
    told = _told()["words"]
    return dict(told["other"] | told.get(profession, {}))


def _said(text: str, words: dict[str, str]) -> str:
    return text.format_map(words)


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
