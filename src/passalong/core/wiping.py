"""What names a person in other people's words: found by whole words of the full name, by mail address, by phone number,
and replaced by an ellipsis.

Names are compared folded: case, accents and punctuation do not count, “Okafor, Ann” is “Ann Okafor”, and a middle name
may be left out. A name of one word is not looked for: it would take that word from everybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from passalong.core.person import Person

GAP = "…"
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")  # as pages write ' and the like
_WORD_OR_ENTITY = re.compile(f"{_ENTITY.pattern}|{_WORD.pattern}")
_NUMBER = re.compile(r"[+(]{0,2}\d(?:[\s().\-/\u00a0\u2011]{0,3}\d){6,19}")
_BETWEEN = 3  # characters that may stand between two words of one name: ", " or ". "
_LEAST_DIGITS = 7
_CHUNK = 2000

Words = tuple[str, ...]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(ch for ch in plain if not unicodedata.combining(ch))


class Trace:
    """What to look for. Made from a person; the same for every text."""

    def __init__(self, person: Person) -> None:
        self.ids = frozenset(person.ids)
        self._names = _spellings(person.names)
        self._emails = _addresses(person.emails)
        self._digits = [digits for one in person.phones if len(digits := re.sub(r"\D", "", one)) >= _LEAST_DIGITS]
        self._hints = {max(name, key=len) for names in self._names.values() for name in names}
        self._hints |= {_folded(one) for one in person.emails}

    def is_in(self, text: str) -> bool:
        """Whether the text names the person."""
        return self.wiped(text) != text

    def wiped(self, text: str) -> str:
        """The text with an ellipsis wherever it names the person."""
        if not text or not self._may_be_in(text):
            return text
        if self._emails:
            text = self._emails.sub(GAP, text)
        if self._digits:
            text = _NUMBER.sub(lambda found: GAP if self._is_number(found[0]) else found[0], text)
        return self._without_names(text) if self._names else text

    def wiped_json(self, value: Any) -> Any:
        """The same through a JSON value. What stands in a list and carries an id of the person goes as a whole."""
        if isinstance(value, str):
            return self.wiped(value)
        if isinstance(value, list):
            return [self.wiped_json(one) for one in value if not self._is_theirs(one)]
        if isinstance(value, dict):
            return {self.wiped(str(key)): self.wiped_json(one) for key, one in value.items()}
        return value

    def _is_theirs(self, value: Any) -> bool:
        """Whether a thing in a list is about the person: an id of theirs stands in it, or in what it holds by name."""
        if isinstance(value, dict):
            return any(self._is_theirs(one) or (isinstance(one, str) and one in self.ids) for one in value.values())
        return False

    def _may_be_in(self, text: str) -> bool:
        """A cheap look: most texts name nobody."""
        lowered = text.lower() if text.isascii() else _folded(text)
        if any(hint in lowered for hint in self._hints):
            return True
        return bool(self._digits) and _NUMBER.search(text) is not None

    def _is_number(self, written: str) -> bool:
        digits = re.sub(r"\D", "", written).lstrip("0")
        return len(digits) >= _LEAST_DIGITS and any(
            one.endswith(digits) or digits.endswith(one.lstrip("0")) for one in self._digits
        )

    def _without_names(self, text: str) -> str:
        found_in = _WORD_OR_ENTITY.finditer(text)
        words = [(found.start(), found.end(), _folded(found[0])) for found in found_in if found[0][0] != "&"]
        out, at, index = [], 0, 0
        while index < len(words):
            count = self._name_at(text, words, index)
            if not count:
                index += 1
                continue
            out += [text[at : words[index][0]], GAP]
            at = words[index + count - 1][1]
            index += count
        return "".join([*out, text[at:]])

    def _name_at(self, text: str, words: Sequence[tuple[int, int, str]], index: int) -> int:
        """How many words from here on are the name; 0 when they are not."""
        for name in self._names.get(words[index][2], ()):
            run = words[index : index + len(name)]
            between = [_ENTITY.sub("'", text[former[1] : later[0]]) for former, later in pairwise(run)]
            if tuple(one[2] for one in run) == name and all(len(gap) <= _BETWEEN and "@" not in gap for gap in between):
                return len(name)
        return 0


def _spellings(names: Iterable[str]) -> dict[str, list[Words]]:
    """Ways to write each name, by their first word, the longest first."""
    found: set[Words] = set()
    for name in names:
        words = tuple(_folded(word) for word in _WORD.findall(name))
        if len(words) < 2:
            continue
        found |= {words[at:] + words[:at] for at in range(len(words))}  # "de la Cruz, Ana": wherever the family begins
        found |= {(words[0], words[-1]), (words[-1], words[0])}
    ordered: dict[str, list[Words]] = {}
    for one in sorted(found, key=lambda words: (-len(words), words)):
        ordered.setdefault(one[0], []).append(one)
    return ordered


def _addresses(emails: Iterable[str]) -> re.Pattern[str] | None:
    known = "|".join(re.escape(one) for one in sorted(emails, key=len, reverse=True) if one)
    return re.compile(rf"(?<![\w.+\-])(?:{known})(?![\w\-]|\.\w)", re.IGNORECASE) if known else None


def wipe_rows(trace: Trace, rows: QuerySet[Any], *fields: str) -> list[int]:
    """Take the person out of these text and JSON fields of the rows; returns the primary keys of those changed."""
    changed: list[tuple[int, dict[str, Any]]] = []
    for pk, *values in rows.order_by("pk").values_list("pk", *fields).iterator(chunk_size=_CHUNK):
        new = {name: trace.wiped_json(value) for name, value in zip(fields, values, strict=True)}
        altered = {name: new[name] for name, value in zip(fields, values, strict=True) if new[name] != value}
        if altered:
            changed.append((pk, altered))
    for pk, altered in changed:
        rows.model._default_manager.filter(pk=pk).update(**altered)
    return [pk for pk, _altered in changed]
