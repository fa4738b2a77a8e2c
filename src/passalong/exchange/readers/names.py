"""Names of people: putting parts together, taking a whole name apart, letters after a name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from passalong.exchange.readers import values

CREDENTIALS = values.words(
    """mba cfa cpa cfp phd md jd llm llb esq dds dvm rn pe pmp cissp cisa cism cima acca aca fca ca cma cfe chfc clu
    ricp aif aams crpc cipp sphr shrm-cp shrm-scp phr csm cspo ccim gri crs sra mai aia leed-ap msw lcsw lmft mph mpa
    msc bsc ba bs ma ms meng beng edd dba psyd pharmd do dmd facs ea cebs arm cpcu frm caia cva abv"""
)
PREFIXES = values.words(
    """mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr father hon herr frau fru hr m mme mlle
    monsieur madame mademoiselle dott dottssa sig sigra ing dipl-ing sr sra srta don dona dhr mevr mw"""
)
PARTICLES = values.words(
    """de del della di da do dos das du des la le les van von der den ter ten te zu zur zum af av bin ibn ben al el
    st san santa mac mc y e i abu bint und and"""
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "2nd", "3rd", "jun", "sen"})
TELLING = PREFIXES | PARTICLES | SUFFIXES | CREDENTIALS
PLAIN_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]+|[^\W\d_]\.?")
INITIAL = re.compile(r"[A-ZÀ-Þ]\.")
SURNAME_FIRST = re.compile(r"([^,]{1,60}),\s*([^,]{1,60})")


class Parts(NamedTuple):
    """A name in parts; absent parts are empty."""

    given: str = ""
    middle: str = ""
    family: str = ""
    prefix: str = ""
    suffix: str = ""


def bare(word: str) -> str:
    """Return a word without dots, brackets and signs, in lower case, to look it up."""
    return re.sub(r"[^\w-]", "", word).casefold()


def is_prefix(value: str) -> bool:
    """Say whether the value is a form of address (Mr., Dr. med.)."""
    words = value.split()
    return bool(words) and all(bare(word) in PREFIXES or bare(word) in {"med", "phil", "jur"} for word in words)


def join(given: str, family: str) -> str:
    """Return the name as people say it: given and family name."""
    return f"{given} {family}".strip()


def split_credentials(family: str) -> tuple[str, str]:
    """Part a family name from the letters after it: "Smith, CFA, MBA" and "Smith PhD" give Smith."""
    head, comma, tail = family.partition(",")
    words = head.split()
    letters: list[str] = []
    while len(words) > 1 and (bare(words[-1]) in CREDENTIALS and (words[-1].isupper() or bare(words[-1]) == "phd")):
        letters.insert(0, words.pop())
    suffix = ", ".join(part for part in (" ".join(letters), tail.strip()) if part)
    return (" ".join(words), suffix) if comma or letters else (family, "")


def is_surname_first(name: str) -> bool:
    """Say whether a whole name reads "Smith, John" (and not "John Smith, MBA")."""
    match = SURNAME_FIRST.fullmatch(name)
    return bool(match) and bare(match[2].split()[0]) not in CREDENTIALS | SUFFIXES if match else False


@lru_cache(maxsize=4096)
def take_apart(name: str) -> Parts:
    """Take a whole name apart; a single word is left as it is. Plain names need no parser, which is slow."""
    words = name.split()
    if len(words) < 2 or len(name) > 200 or "@" in name:
        return Parts()
    told = words[:1] + words[2:] if len(words) == 3 and INITIAL.fullmatch(words[1]) else words
    if len(words) < 4 and all(PLAIN_WORD.fullmatch(word) and bare(word) not in TELLING for word in told):
        return Parts(words[0], " ".join(words[1:-1]), words[-1])
    from nameparser import HumanName

    human = HumanName(name)
    return Parts(human.first, human.middle, human.last, human.title, human.suffix)
