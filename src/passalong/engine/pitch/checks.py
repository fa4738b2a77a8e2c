"""The checks of a kit, part by part: what is found, where, in whose words. What to say about it is the kits room's."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from passalong.engine.pitch.acts import asks_an_act
from passalong.engine.pitch.phrases import Group, Hit, hits, occurrences
from passalong.engine.pitch.prose import Prose, Token, lix, words_of
from passalong.engine.pitch.sources import told_sources

PART_ORDER = ("problems", "consequences", "first_step", "next_step")
HEADS = ("title", "subtitle", "for_whom")
BOUNDS = {  # words, least and most
    "title": (1, 16),
    "subtitle": (0, 40),
    "for_whom": (0, 60),
    "problems": (50, 400),
    "consequences": (40, 400),
    "first_step": (40, 400),
    "next_step": (20, 300),
    "about": (0, 300),
    "involves": (0, 150),
}
HARD = 50.0  # LIX: newspapers lie at 40 to 50, laws and theses above 55
JUDGED_FROM = 40  # words below which a reading level says nothing
WE_FROM = 4  # mentions below which a share of "we" says nothing
WE_BEFORE, WE_AFTER = 0.03, 0.06  # share of words, in the parts about the reader and in those about the way on
OWN = words_of("own")
CONSEQUENCE_FROM = 8  # words of a block that can be a consequence
MOST = 40  # findings of one code in one part; more help nobody
SHOUT = 5  # letters of a word in capitals that is no abbreviation
MULTIPLES = words_of("multiples")
ASIDE = frozenset(("us", "our", "ours", "my", "me"))
SALES = ("offer", "deadline", "promise", "guarantee")
TITLES = frozenset(("fear",))  # words that in quotation marks are a title's or another's
SOURCE = Group("source", "", 0.0, denied=False)
SHARE = frozenset(("%", "percent", "percentage"))
YEAR = 1900
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")
CODES = (
    "missing",
    "too_short",
    "too_long",
    "solution_first",
    "about_us",
    "self_praise",
    "pitch_word",
    "offer",
    "promise",
    "guarantee",
    "deadline",
    "fear",
    "figure",
    "no_source",
    "no_calm_step",
    "no_next_step",
    "hard_to_read",
    "shouting",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. quote is text[start:end] of the part, exactly as written; empty where words are missing."""

    part: str
    code: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """One part, read once, with its phrases."""

    part: str
    prose: Prose
    hits: list[Hit]
    by_group: dict[str, list[Hit]]
    names: list[tuple[int, int]]

    def finding(self, code: str, start: int, end: int) -> Finding:
        return Finding(self.part, code, self.prose.text[start:end], start, end)

    def spots(self, group: str) -> list[Hit]:
        """Its phrases of one group, in order."""
        return self.by_group.get(group, [])

    def has(self, group: str, start: int, end: int) -> bool:
        """Whether a phrase of the group begins between these places."""
        found = self.spots(group)
        at = bisect_left(found, start, key=lambda hit: hit.start)
        return at < len(found) and found[at].start < end


def read(part: str, text: str, names: Sequence[str] = ()) -> Read:
    """A part with all that the checks look at. names: of the practice and its people."""
    prose = Prose(text)
    found = [hit for hit in hits(prose) if not (hit.group.name in TITLES and prose.in_quotes(hit.start))]
    by_group: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        by_group[hit.group.name].append(hit)
    own = sorted(place for name in names for place in occurrences(prose, name))
    told = [Hit(SOURCE, start, end) for start, end in told_sources(prose) if not _begins_within(own, start, end)]
    by_group["source"] = sorted(by_group["source"] + told, key=lambda hit: hit.start)
    return Read(part, prose, found, dict(by_group), own)


def _begins_within(places: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of these sorted places begins in the stretch: a practice is no witness for itself."""
    at = bisect_left(places, (start, 0))
    return at < len(places) and places[at][0] < end


def check(texts: Mapping[str, str], *, names: Sequence[str] = ()) -> list[Finding]:
    """All findings over texts by part name ("title", "problems", ...), in reading order. A part that is not given is
    missing if it is one of the four. names: what the practice calls itself, which has no place before the problem."""
    order = [*HEADS, *PART_ORDER, "about", "involves"]
    found: list[Finding] = []
    for part in order:
        if part in texts or part in PART_ORDER:
            found += check_part(read(part, texts.get(part, ""), names))
    return found


def check_part(one: Read) -> list[Finding]:
    """The findings of one part, in the order of their places."""
    length = list(_length(one))
    if length and length[0].code == "missing":
        return length
    found = [*length, *_phrases(one), *_figures(one), *_shouting(one)]
    if one.part in (*HEADS, "problems", "consequences"):
        found += _solution_first(one)
    if one.part in PART_ORDER:
        found += [*_about_us(one), *_reading(one)]
    if one.part == "consequences":
        found += [*_sources(one), *_calm(one)]
    if one.part == "next_step" and not one.spots("way_on"):
        found.append(one.finding("no_next_step", *one.prose.sentences[0]))
    return sorted(_bounded(found), key=lambda each: (each.start, each.end, CODES.index(each.code)))


def _bounded(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each place once a code, and no code more often than helps."""
    seen, counts = set(), Counter[str]()
    for one in found:
        if (one.code, one.start) not in seen and counts[one.code] < MOST:
            seen.add((one.code, one.start))
            counts[one.code] += 1
            yield one


def _length(one: Read) -> Iterator[Finding]:
    least, most = BOUNDS.get(one.part, (0, 400))
    words = one.prose.words
    if words == 0 and least:
        yield one.finding("missing", 0, 0)
    elif words < least:
        yield one.finding("too_short", 0, len(one.prose.text))
    elif words > most:
        beyond = [token for token in one.prose.tokens if token.word[0].isalnum()][most]
        yield one.finding("too_long", *one.prose.sentences[one.prose.sentence_at(beyond.start)])


def _phrases(one: Read) -> Iterator[Finding]:
    for hit in one.hits:
        code = hit.group.code
        if code and code != "solution_first" and not (code == "self_praise" and one.part in ("about", "involves")):
            yield one.finding(code, hit.start, hit.end)


def _shouting(one: Read) -> Iterator[Finding]:
    for token in one.prose.tokens:
        word = one.prose.text[token.start : token.end]
        if token.word == "!" or (len(word) >= SHOUT and word.isupper()):
            yield one.finding("shouting", token.start, token.end)


def _solution_first(one: Read) -> Iterator[Finding]:
    """The solution, the practice's name, or "we" in the first sentence, where the reader's problem belongs."""
    for hit in one.spots("solution"):
        yield one.finding("solution_first", hit.start, hit.end)
    for start, end in one.names:
        yield one.finding("solution_first", start, end)
    if one.part == "problems" and one.prose.sentences:
        for token in own_words(one, *one.prose.sentences[0]):
            yield one.finding("solution_first", token.start, token.end)


def own_words(one: Read, start: int = 0, end: int = -1) -> list[Token]:
    """Every we, our, I, my that is not somebody else's speech, nor part of saying where something is known from."""
    end = len(one.prose.text) if end < 0 else end
    spared = [*one.spots("source"), *one.spots("heard")]
    telling = sorted([(hit.start, hit.end) for hit in spared] + one.prose.quotes)
    found, at = [], 0
    for token in one.prose.tokens_between(start, end):
        while at < len(telling) and telling[at][1] <= token.start:
            at += 1
        inside = at < len(telling) and telling[at][0] <= token.start
        if token.word in OWN and not inside:
            found.append(token)
    return found


def _about_us(one: Read) -> Iterator[Finding]:
    """Too much of "we": the sentence that has most of it."""
    own = own_words(one)
    most = WE_BEFORE if one.part in ("problems", "consequences") else WE_AFTER
    if len(own) >= WE_FROM and len(own) > most * one.prose.words:
        counts = Counter(one.prose.sentence_at(token.start) for token in own)
        fullest = max(counts, key=lambda number: (counts[number], -number))
        yield one.finding("about_us", *one.prose.sentences[fullest])


def _reading(one: Read) -> Iterator[Finding]:
    """Too hard to read: the longest sentence, where to begin."""
    if one.prose.words >= JUDGED_FROM and lix(one.prose) > HARD:
        counts = Counter(one.prose.sentence_at(token.start) for token in one.prose.tokens)
        longest = max(counts, key=lambda number: (counts[number], -number))
        yield one.finding("hard_to_read", *one.prose.sentences[longest])


def figures(one: Read) -> Iterator[tuple[int, int]]:
    """Claims in figures: shares, "3 out of 4", "one in five", "three times as", "doubles", as (start, end)."""
    tokens = one.prose.tokens
    for at, token in enumerate(tokens):
        after = [each.word for each in tokens[at + 1 : at + 5]] + [""] * 4
        end = 0
        if token.word in MULTIPLES or (token.word == "twice" and after[0] == "as"):
            end = token.end
        elif token.number is not None:
            end = _figure_end(tokens, at, after)
        if end:
            yield token.start, end


def _figure_end(tokens: list[Token], at: int, after: list[str]) -> int:
    """Where a claim ends that begins with this number; 0 where none does."""
    if after[0] in SHARE:
        return tokens[at + 1].end
    if after[:2] in (["per", "cent"], ["times", "as"], ["times", "more"], ["times", "higher"], ["times", "likelier"]):
        return tokens[at + 2].end
    steps = 3 if after[:2] == ["out", "of"] else 2 if after[0] in ("in", "of") else 0
    if not steps or at + steps >= len(tokens):
        return 0
    part, whole = tokens[at].number, tokens[at + steps].number
    is_share = part is not None and whole is not None and part < whole < YEAR
    return tokens[at + steps].end if is_share else 0


def own_acts(one: Read) -> list[tuple[int, int]]:
    """Sentences that ask the reader for a small act of one's own: "Write down ...", "On Friday, count ...". One that
    names us, or sells something, asks for something else."""
    ours = [token.start for token in own_words(one) if token.word in ASIDE]
    sold = [hit.start for name in SALES for hit in one.spots(name)]
    taken = sorted(ours + sold)
    begins = {start for start, _end in one.prose.blocks}
    found, at = [], 0
    for start, end in one.prose.sentences:
        while at < len(taken) and taken[at] < start:
            at += 1
        free = at == len(taken) or taken[at] >= end
        if free and asks_an_act(one.prose, start, end, start in begins):
            found.append((start, end))
    return found


def has_source(one: Read, start: int, end: int) -> bool:
    """Whether something between these places tells where it is known from: a link, "according to", "in our files"."""
    return one.prose.has_mark(start, end) or one.has("source", start, end)


def unsourced_figures(one: Read) -> Iterator[tuple[int, int]]:
    """Claims in figures that name no source in their sentence or the ones beside it."""
    sentences = one.prose.sentences
    known: dict[int, bool] = {}
    for start, end in figures(one):
        at = one.prose.sentence_at(start)
        if at not in known:
            near = sentences[max(0, at - 1)][0], sentences[min(len(sentences) - 1, at + 1)][1]
            known[at] = has_source(one, *near)
        if not known[at]:
            yield start, end


def _figures(one: Read) -> Iterator[Finding]:
    for start, end in unsourced_figures(one):
        yield one.finding("figure", start, end)


def _sources(one: Read) -> Iterator[Finding]:
    """Blocks that tell a consequence and not where it is known from. A list inherits from the line before it."""
    inherits = False
    for start, end in one.prose.blocks:
        words = [token for token in one.prose.tokens_between(start, end) if token.word[0].isalnum()]
        is_item = _ITEM.match(one.prose.plain, start) is not None
        known = has_source(one, start, end) or (inherits and is_item)
        if len(words) >= CONSEQUENCE_FROM and not known and not one.has("calm", start, end):
            yield one.finding("no_source", start, end)
        inherits = known and (is_item or one.prose.plain[start:end].rstrip("*_ ").endswith(":"))


def is_calm(one: Read) -> bool:
    """Whether something in it can be done alone, or takes the hurry out."""
    return bool(one.spots("calm") or one.spots("ease"))


def _calm(one: Read) -> Iterator[Finding]:
    """No calm first step anywhere beside the consequences."""
    if not is_calm(one) and one.prose.sentences:
        yield one.finding("no_calm_step", *one.prose.sentences[-1])
