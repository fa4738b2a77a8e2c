"""Markdown as prose: words, sentences and blocks with their places in the original text, in one pass each."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# None of these can run over its own opening sign, so the time stays linear however hostile the text is.
_PICTURE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()\n]{0,500}\)")
_TARGET = re.compile(r"\]\([^()\n]{0,2000}\)")
_BARE = re.compile(r"https?://[^\s<>()]{1,2000}")
_TAG = re.compile(r"<[^<>\n]{1,1000}>")
_OPEN = re.compile(r"(?<!\\)\[[^\[\]]{2,300}\](?!\()")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%!$£€]")
_BLOCK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)]|#{1,6})[ \t])")
_QUOTED = re.compile(r'["“](?:[^"“”\n]|\n(?![ \t]*\n)){1,300}["”]')
_END = re.compile(r"[.!?…]+[\"'”’)\]*_]{0,3}(?=\s)")
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "hundreds": 100, "thousand": 1000}
SIGNS = frozenset("%!$£€")
LONGEST_FIGURE = 20
ITEM = 12  # characters of a line within which a list item has its number
LONG_WORD = 7  # letters, by Björnsson


_LISTS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "lists.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign. word: lower case, straight apostrophes."""

    word: str
    start: int
    end: int

    @property
    def number(self) -> float | None:
        """What it counts, in figures or as a word. Figures of more than twenty digits count nothing anybody means."""
        if self.word[0].isdecimal():
            if len(self.word) > LONGEST_FIGURE:
                return 0.0
            try:
                return float(self.word.replace(",", ""))
            except ValueError:
                return 0.0  # 1.2.3: a date or a version; still a figure
        return NUMBERS.get(self.word)


def words_of(name: str) -> frozenset[str]:
    """One list of single words."""
    return frozenset(_LISTS[name])


class Prose:
    """One text, read once. Offsets are those of the text as it was given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks: list[int] = []  # where a link or an open placeholder stands: a place to check, or to fill in
        plain = _PICTURE.sub(_blank, text)
        plain = _TARGET.sub(self._noted, plain)
        plain = _BARE.sub(self._noted, plain)
        plain = _OPEN.sub(self._noted, plain)
        self.plain = _TAG.sub(_blank, plain)
        self.marks.sort()

    def _noted(self, found: re.Match[str]) -> str:
        self.marks.append(found.start())
        return _blank(found)

    @cached_property
    def tokens(self) -> list[Token]:
        """Words, numbers and signs in order."""
        return [Token(one[0].lower().replace("’", "'"), one.start(), one.end()) for one in _TOKEN.finditer(self.plain)]

    @cached_property
    def starts(self) -> list[int]:
        """Where each token begins, to look up by place."""
        return [token.start for token in self.tokens]

    @cached_property
    def quotes(self) -> list[tuple[int, int]]:
        """What stands in quotation marks: somebody's speech, or a title."""
        return [(one.start(), one.end()) for one in _QUOTED.finditer(self.plain)]

    @cached_property
    def words(self) -> int:
        """How many words and numbers there are."""
        return sum(token.word not in SIGNS for token in self.tokens)

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """Paragraphs, list items and headings, as (start, end)."""
        return list(_between(self.plain, [(one.start(), one.end()) for one in _BLOCK.finditer(self.plain)]))

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentences as (start, end), never across blocks. A small letter behind a full stop goes on: "approx. two"."""
        cuts = [(one.start(), one.end()) for one in _BLOCK.finditer(self.plain)]
        for one in _END.finditer(self.plain):
            after = self.plain[one.end() : one.end() + 40].lstrip()
            if not after[:1].islower() and not self._numbers_an_item(one.start()):
                cuts.append((one.end(), one.end()))
        return list(_between(self.plain, sorted(cuts)))

    def _numbers_an_item(self, stop: int) -> bool:
        """Whether the full stop at this place stands behind the number of a list item: no sentence ends there."""
        before = self.plain[max(0, stop - ITEM) : stop]
        line = before.rsplit("\n", 1)
        return (len(line) == 2 or stop < ITEM) and line[-1].strip().isdecimal()

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that holds this place."""
        return max(0, bisect_right(self._sentence_starts, place) - 1)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _end in self.sentences]

    def tokens_between(self, start: int, end: int) -> list[Token]:
        """The tokens within these places."""
        return self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def in_quotes(self, place: int) -> bool:
        """Whether this place lies within quotation marks."""
        at = bisect_right(self.quotes, (place, len(self.text))) - 1
        return at >= 0 and place < self.quotes[at][1]

    def has_mark(self, start: int, end: int) -> bool:
        """Whether a link or placeholder stands between these places."""
        return bisect_left(self.marks, start) < bisect_left(self.marks, end)


def lix(prose: Prose) -> float:
    """Words a sentence plus long words in percent (Björnsson 1968); 0 for no words. 25 is easy, 60 is hard."""
    words = [token for token in prose.tokens if token.word not in SIGNS]
    if not words:
        return 0.0
    told = {prose.sentence_at(token.start) for token in words}  # sentences that hold a word at all
    return len(words) / len(told) + 100 * sum(len(token.word) >= LONG_WORD for token in words) / len(words)


def _blank(found: re.Match[str]) -> str:
    return " " * (found.end() - found.start())


def _between(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches between cuts, without the white space around them and without empty ones."""
    found, begin = [], 0
    for start, end in [*cuts, (len(text), len(text))]:
        if start > begin:
            stretch = text[begin:start]
            left = begin + len(stretch) - len(stretch.lstrip())
            right = begin + len(stretch.rstrip())
            if right > left:
                found.append((left, right))
        begin = max(begin, end)
    return found
