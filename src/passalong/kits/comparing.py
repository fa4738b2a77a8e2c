"""What changed between two versions of a draft: paragraph by paragraph, and word by word where one was rewritten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from passalong.kits.bounds import LONGEST
from passalong.kits.content import Content, Step, StepKind

SAME, ADDED, REMOVED = "same", "added", "removed"
MOST_PAIRS = 400_000  # of equal pieces in a comparison; above, the old text stands whole before the new
ALIKE = 0.35  # share of common words below which a paragraph counts as written anew
_WORDS = re.compile(r"\s+|[^\s]+")
_PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: the same in both, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. name: of the field in Content."""

    name: str
    pieces: tuple[Piece, ...]


def changes(before: Content, after: Content, *, proofs: dict[str, str] | None = None) -> list[Change]:
    """Every field that differs, in the order of the editor. proofs: public id -> what it is shown as."""
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in LONGEST]
    pairs.append(("steps", _said(before.steps), _said(after.steps)))
    names = proofs or {}
    said = ["\n".join(names.get(key, key) for key in content.proofs) for content in (before, after)]
    pairs.append(("proofs", said[0], said[1]))
    return [Change(name, tuple(difference(old, new))) for name, old, new in pairs if old != new]


def _said(steps: tuple[Step, ...]) -> str:
    """Next steps as lines."""
    lines = [[StepKind(step.kind).value.replace("_", " "), step.target, *step.times] for step in steps]
    return "\n".join(": ".join(part for part in line if part) for line in lines)


def difference(old: str, new: str) -> list[Piece]:
    """The pieces that lead from the old text to the new."""
    was, now = _PARAGRAPHS.findall(old), _PARAGRAPHS.findall(new)
    if pairs(was, now) > MOST_PAIRS:
        return list(_joined([Piece(REMOVED, old), Piece(ADDED, new)]))
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(was[a:b])))
        else:
            found += _rewritten("".join(was[a:b]), "".join(now[c:d]))
    return list(_joined(found))


def _rewritten(old: str, new: str) -> list[Piece]:
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    whole = [Piece(REMOVED, old), Piece(ADDED, new)]
    if not was or not now or pairs(was, now) > MOST_PAIRS:
        return whole
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    found = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(was[a:b])))
        else:
            found += [Piece(REMOVED, "".join(was[a:b])), Piece(ADDED, "".join(now[c:d]))]
    return found


def pairs(was: list[str], now: list[str]) -> int:
    """How many pairs of equal pieces a comparison looks at; its time grows with them, not with the length alone."""
    there = Counter(now)
    return sum(count * there[piece] for piece, count in Counter(was).items())


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Without empty pieces, and neighbors of one kind as one."""
    held: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if held and held[-1].kind == piece.kind:
            held[-1] = Piece(piece.kind, held[-1].text + piece.text)
        else:
            held.append(piece)
    yield from held
