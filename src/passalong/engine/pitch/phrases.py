"""Finding phrases: a list of them per group in words.toml, looked up token by token, the longest first.

A phrase is words divided by spaces; `#` stands for a number, `*` for any one word, `(a|b)` for either, `(|a)` for a
word that may be left out. Hyphens divide words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from passalong.engine.pitch.prose import Prose, Token, words_of

FILE = Path(__file__).parent / "words.toml"
NOT = words_of("not")
REACH = 4  # words between a "no" and what it denies


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of one kind. weight: points a hit adds to the score; denied: whether a "no" before them lifts them."""

    name: str
    code: str
    weight: float
    denied: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in its text."""

    group: Group
    start: int
    end: int


class Node:
    """One step into the phrases that begin alike. Slots keep a million words from weighing on memory and time."""

    __slots__ = ("group", "on")

    def __init__(self) -> None:
        self.on: dict[str, Node] = {}
        self.group: Group | None = None


@cache
def _root() -> Node:
    """All phrases as a tree of words."""
    root = Node()
    for name, told in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        group = Group(name, told["code"], told.get("weight", 0.0), told.get("denied", True))
        for phrase in told["phrases"]:
            for words in _expanded(phrase):
                node = root
                for word in words:
                    node = node.on.setdefault(word, Node())
                node.group = node.group or group  # the first list that has a phrase keeps it
    return root


def _expanded(phrase: str) -> list[tuple[str, ...]]:
    slots = [part[1:-1].split("|") if part.startswith("(") else [part] for part in phrase.lower().split()]
    return [tuple(word for word in words if word) for words in product(*slots)]


def hits(prose: Prose) -> list[Hit]:
    """Every phrase of any group, in order, none over another; those a "no" lifts are left out."""
    root, tokens, found, at = _root(), prose.tokens, [], 0
    while at < len(tokens):
        length, group = _longest(root, tokens, at)
        if group is None:
            at += 1
            continue
        if not (group.denied and _is_denied(prose, at)):
            found.append(Hit(group, tokens[at].start, tokens[at + length - 1].end))
        at += length
    return found


def _longest(node: Node, tokens: list[Token], at: int) -> tuple[int, Group | None]:
    """Length and group of the longest phrase that begins here; phrases are short, so the walk is bounded."""
    best: tuple[int, Group | None] = (0, node.group)
    if at == len(tokens) or not node.on:
        return best
    token = tokens[at]
    ways = [node.on.get(token.word), node.on.get("*"), node.on.get("#") if token.number is not None else None]
    for way in ways:
        if way is not None:
            length, group = _longest(way, tokens, at + 1)
            if group is not None and length + 1 > best[0]:
                best = (length + 1, group)
    return best


def _is_denied(prose: Prose, at: int) -> bool:
    """Whether a "no" stands shortly before, in the same sentence."""
    begin = prose.sentences[prose.sentence_at(prose.tokens[at].start)][0]
    before = prose.tokens[max(0, at - REACH) : at]
    return any(token.word in NOT and token.start >= begin for token in before)


def occurrences(prose: Prose, name: str) -> list[tuple[int, int]]:
    """Where a name of several words stands, regardless of case, as (start, end)."""
    wanted = tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)*", name.lower().replace("’", "'")))
    tokens = prose.tokens
    return [
        (tokens[at].start, tokens[at + len(wanted) - 1].end)
        for at in range(len(tokens) - len(wanted) + 1)
        if wanted and all(tokens[at + step].word == word for step, word in enumerate(wanted))
    ]
