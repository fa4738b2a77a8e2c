"""Addresses in headers, read by a grammar of our own in one pass: what is not plainly an address is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from passalong.mail.reading import limits
from passalong.mail.reading.mime import decode_words

_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),;:\\\[\]\x00-\x1f\x7f]{3,189}")
_ID = re.compile(r"<([^<>\s]{3,250})>")
MOST = 100


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, lower case, with the name that stood before it."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.rpartition("@")[2]


def mailboxes(value: str) -> list[Mailbox]:
    """The addresses of a header's raw value. Quoted words, comments and encoded words never become an address."""
    found = []
    for piece in _split(value[: limits.HEADER_VALUE]):
        one = _mailbox(piece)
        if one is not None:
            found.append(one)
        if len(found) >= MOST:
            break
    return found


def _split(value: str) -> list[list[tuple[str, str]]]:
    """The value cut at commas and semicolons outside of quotes, comments and brackets: lists of (kind, text), where
    kind is word, quoted or bracket."""
    pieces: list[list[tuple[str, str]]] = [[]]
    kept: list[str] = []
    kind, depth, at = "word", 0, 0

    def close() -> None:
        if kept and (kind != "word" or "".join(kept).strip()):
            pieces[-1].append((kind, "".join(kept)))
        kept.clear()

    while at < len(value):
        ch = value[at]
        if ch == "\\" and (kind == "quoted" or depth):
            if not depth:
                kept.append(value[at + 1 : at + 2])
            at += 2
            continue
        if depth:
            depth += (ch == "(") - (ch == ")")
        elif kind == "quoted":
            if ch == '"':
                close()
                kind = "word"
            else:
                kept.append(ch)
        elif kind == "bracket":
            if ch == ">":
                close()
                kind = "word"
            else:
                kept.append(ch)
        elif ch == "(":
            depth = 1
        elif ch in '"<':
            close()
            kind = "quoted" if ch == '"' else "bracket"
        elif ch in ",;":
            close()
            pieces.append([])
        elif ch == ":" and "@" not in "".join(kept[-MOST:]):
            kept.clear()  # the name of a group
            pieces[-1].clear()
        else:
            kept.append(ch)
        at += 1
    if kind == "word":
        close()
    return [piece for piece in pieces if piece]


def _mailbox(piece: list[tuple[str, str]]) -> Mailbox | None:
    brackets = [text.strip() for kind, text in piece if kind == "bracket"]
    words = " ".join(text.strip() for kind, text in piece if kind != "bracket")
    if len(brackets) > 1:
        return None
    if brackets:
        written, name = brackets[0], words
    elif len(piece) == 1 and piece[0][0] == "word":
        written, name = words.strip(), ""
    else:
        return None
    if len(written) > limits.ADDRESS or not _ADDRESS.fullmatch(written) or ".." in written:
        return None
    return Mailbox(written.lower(), decode_words(name)[: limits.NAME])


def ids(value: str) -> list[str]:
    """The ids between angle brackets of Message-ID, In-Reply-To or References, the last ones first."""
    return [one.strip() for one in _ID.findall(value[-limits.HEADER_VALUE :])][::-1][: limits.REFERENCES]


def same_domain(one: str, other: str) -> bool:
    """Whether two domains are spelled the same, dots at the end and case aside."""
    return one.strip().rstrip(".").casefold() == other.strip().rstrip(".").casefold() != ""
