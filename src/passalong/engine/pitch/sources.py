"""Where something is known from, by the shape of the words: "(NAME, YEAR)", "FEMA says", "Gallup's 2015 survey"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from passalong.engine.pitch.prose import Prose, Token, words_of

BEFORE = 5  # words before "says" or "survey" among which the name is looked for
YEAR_ONLY = 60  # characters before "(2015)" in which a name or a title may end
REPORTS = words_of("reports")
STUDIES = words_of("studies")
PASSING = words_of("passing")
_BRACKETS = re.compile(r"\([^()]{3,240}\)")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_NAME = re.compile(r"(?<!\w)[A-Z][^\W\d_]+")
_SITE = re.compile(r"(?<![\w@.-])[\w-]{2,60}\.(?:gov|org|edu|int|eu|uk|com|net|info)(?!\w)")
_TITLED = re.compile(r"\([A-Z][^,]{1,60},\s+(?:[\"“*]|[A-Z][\w'’]+\s+(?:(?:and|of|for|the)\s+)?[A-Z])")
_NUMBERED = re.compile(
    r"\b(?:Act|Article|Bulletin|Circular|Directive|Notice|Publication|Regulation|Report|Rev|Section|Standard|Topic)\b"
    r"[^()\d]{0,20}\d"
)
_NAMED_BEFORE = re.compile(r"(?:[\"”*]|(?<!\w)[A-Z][\w'’.-]*)\s*\Z")


def told_sources(prose: Prose) -> list[tuple[int, int]]:
    """Every place that names who says so or where it can be read, as (start, end), in order."""
    return sorted([*_in_brackets(prose), *_reporting(prose)])


def _in_brackets(prose: Prose) -> Iterator[tuple[int, int]]:
    for found in _BRACKETS.finditer(prose.plain):
        if _is_reference(found[0], prose.plain[max(0, found.start() - YEAR_ONLY) : found.start()]):
            yield found.start(), found.end()


def _is_reference(inside: str, before: str) -> bool:
    """A name with a year, a place to read, a name with its title or number; or a year behind a name or a title."""
    if _YEAR.search(inside):
        named = any(name.lower() not in PASSING for name in _NAME.findall(inside))
        return named or _NAMED_BEFORE.search(before) is not None
    return bool(_SITE.search(inside) or _TITLED.match(inside) or _NUMBERED.search(inside))


def _reporting(prose: Prose) -> Iterator[tuple[int, int]]:
    """ "The CDC has estimated", "Historic England recommends", "the council's figures"."""
    tokens = prose.tokens
    for at, token in enumerate(tokens):
        if token.word in REPORTS or token.word in STUDIES:
            begin = prose.sentences[prose.sentence_at(token.start)][0]
            before = [each for each in tokens[max(0, at - BEFORE) : at] if each.start >= begin]
            named = _names(prose, before, begin)
            if named and (token.word in REPORTS or any(each.word.endswith("'s") for each in before)):
                yield named[0].start, token.end


def _names(prose: Prose, before: list[Token], begin: int) -> list[Token]:
    """Tokens that are part of a proper name. The first word of a sentence has its capital from there; in capitals
    throughout, followed by a second name, or owning something, it is one all the same."""
    capital = [each for each in before if prose.text[each.start].isupper() and each.word not in PASSING]
    first = [each for each in capital if each.start - begin <= 1]
    inner = [each for each in capital if each.start - begin > 1]
    beside = bool(first and inner and inner[0].start - first[0].end <= 2)
    sure = [each for each in first if _is_name(prose.text[each.start : each.end]) or beside]
    return sure + inner


def _is_name(word: str) -> bool:
    return (len(word) > 1 and word.isupper()) or word.endswith(("'s", "’s"))
