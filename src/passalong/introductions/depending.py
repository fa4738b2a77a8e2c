"""Whether a sentence makes something a client gets depend on introductions. Words only: it reads English.

A promise is read strictly: any condition on introductions, or anything of value beside them, is found. An agreement
speaks about introductions all the time, so there it takes a condition and something of value together. What says that
nothing depends on them is left out first, and so is how the practice treats the people introduced.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_INTRODUCING = re.compile(
    r"\b(?<!we )(?<!we will )(?<!we'll )introduc\w*"
    r"|\brefer(?:s|red|ral|rals|rer|rers|ring)?\b|\brecommend\w*|\bword of mouth\b"
    r"|\b(?:send|sends|sent|bring|brings|brought|name|names|give|gives|pass|passes)\b[^.;!?]{0,20}"
    r"\b(?:friends?|names?|people|somebody|someone|colleagues?|famil\w+|business|us along)\b"
    r"|\bfor (?:each|every|any) (?:names?|friends?)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|once|after|unless|until|provided|as soon as|as long as|in case|should you|on condition\w*"
    r"|subject to|depend\w*|in return|in exchange|each time|every time|because of|per|against|only (?:for|to)"
    r"|for (?:each|every|any|all|one|two|three|four|five|an?|your|\d+|introduc\w*|refer\w*|recommend\w*)"
    r"|(?:who|that|which|clients?|patients?) (?:refer|introduc|recommend|send|bring)\w*|thank\w* (?:you )?(?:for|with)"
    r"|reward\w*|earn\w*)\b"
)
_VALUE = re.compile(
    r"\b(?:discount\w*|rebate\w*|free|cheaper|lower|reduc\w*|waive\w*|fees?|rates?|price\w*|gifts?|vouchers?|bonus\w*"
    r"|reward\w*|credit\w*|cash|money|percent|dollars?|euros?|pounds?|priority|first in line|ahead of|faster|sooner"
    r"|upgrad\w*|premium|extra|commission\w*|prizes?|raffle|points|better service|more time|bottle|dinner|tickets?)\b"
    r"|[$€£]\s?\d|\d\s?(?:%|usd|eur|gbp)"
)
_DISCLAIMED = re.compile(
    r"\b(?:never|not|nothing|no\b[^.;]{0,40}|none)\b[^.;]{0,60}"
    r"\b(?:depend\w*|hang\w*|tied|linked|conditional|because of)\b"
    r"|\bwhether or not\b|\bregardless of\b|\bindependent(?:ly)? of\b"
)
_OF_FRIENDS = re.compile(
    r"\bwe(?: will|'ll)? (?:answer|call|write to|treat|tell|see|meet|contact|thank|ring|speak)\b(?! you\b)"
    r"|\b(?:them|they|your friends?|everybody|anybody|whoever|people|somebody)\b[^.;]{0,50}"
    r"\b(?:hears?|answer\w*|treated)\b"
)


def depends_on_introductions(words: str, *, strict: bool) -> bool:
    """Whether these words let something hang on introductions. strict: as a promise is read."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", words)).casefold().replace("’", "'")
    said = [one for one in _SENTENCE.split(text) if one.strip() and not _DISCLAIMED.search(one)]
    pairs = [f"{one} {after}" for one, after in pairwise(said)]
    return any(_is_found(one, strict) for one in (*said, *(pairs if strict else ())))


def _is_found(text: str, strict: bool) -> bool:
    if not _INTRODUCING.search(text):
        return False
    has_value, has_condition = bool(_VALUE.search(text)), bool(_CONDITION.search(text))
    if not strict:
        return has_value and has_condition
    return has_value or (has_condition and not _OF_FRIENDS.search(text))
