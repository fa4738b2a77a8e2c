"""Sentences that may not stand in a client's message: word lists are data, the rules say which of them hold.

The lists (rulebook/forbidden.toml) look for whole words in folded text, sentence by sentence. They know English; what
they miss is still for the person who reads the message before it goes.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.rulebook import Rule, verdict

LISTS = Path(__file__).parent / "rulebook" / "forbidden.toml"
_ENDS = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_UNSEEN = ("Mn", "Cf")  # accents that stand apart, and marks of no width
LONGEST = 10_000  # characters looked at
SHOWN = 160  # characters of a sentence that is named


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that may not stand. word: what gave it away; says: what kind it is; rule: which forbids it."""

    sentence: str
    word: str
    says: str
    rule: Rule

    @property
    def words(self) -> str:
        """For the person who wrote it."""
        shown = self.sentence if len(self.sentence) <= SHOWN else f"{self.sentence[:SHOWN]}…"
        named = {"sentence": shown, "says": _(self.says), "rule": self.rule.id, "word": self.word}
        return _("“%(sentence)s” speaks of %(says)s (“%(word)s”). Please leave that out (rule %(rule)s).") % named


def forbidden(practice: Practice, text: str) -> list[Found]:
    """What of a text may not stand, by the rules of the practice's professions and place; each sentence once."""
    kinds = verdict(practice, "client_words").forbids
    hits = (_first(sentence, kinds) for sentence in sentences(text[:LONGEST]))
    return [hit for hit in hits if hit]


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without the space around them."""
    yield from (one.strip() for one in _ENDS.split(text) if one.strip())


def _first(sentence: str, kinds: dict[str, Rule]) -> Found | None:
    folded = _fold(sentence)
    for kind, rule in kinds.items():
        says, pattern = _lists()[kind]
        if hit := pattern.search(folded):
            return Found(sentence, hit[0].strip(), says, rule)
    return None


def _fold(text: str) -> str:
    """Small letters without accents and signs nobody sees, one kind of apostrophe, single spaces; signs of money and
    percent stay."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'")
    return " ".join("".join(ch for ch in plain if unicodedata.category(ch) not in _UNSEEN).split())


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[str, re.Pattern[str]]]:
    """Kind -> what it says, and one pattern for all of its words."""
    data = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    return {
        kind: (one["says"], re.compile(rf"(?<!\w)(?:{'|'.join(one['patterns'])})(?!\w)")) for kind, one in data.items()
    }
