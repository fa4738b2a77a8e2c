"""What the first step asks of the reader, to be done alone: "Write down ...", "On Friday, count ...", a question."""

from __future__ import annotations

from passalong.engine.pitch.prose import Prose, Token, words_of

OPENING = 7  # words of a sentence among which its verb is looked for
LEADING = words_of("leading")
ACTS = words_of("acts")
ACTS_WITH = words_of("acts_with")  # an act only with a word that says of what: "get a folder", "do it again"
OBJECTS = words_of("objects")
OPENERS = words_of("openers")
TIMES = words_of("times")
MAY = frozenset(("can", "could", "may", "might"))
CUTS = frozenset(",:;—–(")


def asks_an_act(prose: Prose, start: int, end: int, begins_block: bool) -> bool:
    """Whether the sentence between these places asks the reader for something, or puts a question to think about."""
    words = [token for token in prose.tokens_between(start, end) if token.word[0].isalpha()]
    if begins_block and prose.plain[start:end].rstrip('*_"”) ').endswith("?"):
        return True
    begin = [at for at, token in enumerate(words[:OPENING]) if token.word not in LEADING][:1]
    if not begin:
        return False
    first = begin[0]
    told = [token.word for token in words[first : first + OPENING]]
    if told[0] in ACTS or _with_object(words, first):
        return True
    if told[0] == "you" and len(told) > 1 and told[1] in MAY:
        return bool(ACTS & set(told[2:5]))
    return any(_begins_clause(prose, words, at) for at in range(first + 1, len(words)))


def _with_object(words: list[Token], at: int) -> bool:
    """An act, and behind it what it is done to: "read the", "look at", "ask three"."""
    if words[at].word not in ACTS and words[at].word not in ACTS_WITH:
        return False
    after = words[at + 1] if at + 1 < len(words) else None
    return after is not None and (after.word in OBJECTS or after.number is not None)


def _begins_clause(prose: Prose, words: list[Token], at: int) -> bool:
    """An act behind "Before you sign, ...", "For one week ...", "One rule: ..."."""
    if not (_with_object(words, at) or (at == len(words) - 1 and words[at].word in ACTS)):
        return False
    back = at - 1
    while back > 0 and words[back].word in LEADING:
        back -= 1
    gap = CUTS & set(prose.plain[words[back].end : words[at].start])
    opened = words[0].word in OPENERS or words[0].number is not None
    return ":" in gap or (opened and (bool(gap) or words[back].word in TIMES))
