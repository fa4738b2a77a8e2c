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
    splitter = _Splitter()
    at = 0
    while at < len(value):
        if value[at] == "\\" and (splitter.kind == "quoted" or splitter.depth):
            splitter.escaped(value[at + 1 : at + 2])
            at += 2
        else:
            splitter.take(value[at])
            at += 1
    if splitter.kind == "word":
        splitter.close()
    return [piece for piece in splitter.pieces if piece]


class _Splitter:
    """One pass over an address header, a character at a time. depth: of comments, whose words are dropped."""

    def __init__(self) -> None:
        self.pieces: list[list[tuple[str, str]]] = [[]]
        self.kind, self.depth = "word", 0
        self._kept: list[str] = []

    def close(self) -> None:
        """End what is being collected."""
        if self._kept and (self.kind != "word" or "".join(self._kept).strip()):
            self.pieces[-1].append((self.kind, "".join(self._kept)))
        self._kept.clear()

    def escaped(self, ch: str) -> None:
        """A character after a backslash stands for itself."""
        if not self.depth:
            self._kept.append(ch)

    def take(self, ch: str) -> None:
        """The next character."""
        if self.depth:
            self.depth += (ch == "(") - (ch == ")")
        elif self.kind != "word":
            if ch == ('"' if self.kind == "quoted" else ">"):
                self.close()
                self.kind = "word"
            else:
                self._kept.append(ch)
        else:
            self._outside(ch)

    def _outside(self, ch: str) -> None:
        if ch == "(":
            self.depth = 1
        elif ch in '"<':
            self.close()
            self.kind = "quoted" if ch == '"' else "bracket"
        elif ch in ",;":
            self.close()
            self.pieces.append([])
        elif ch == ":" and "@" not in "".join(self._kept[-MOST:]):
            self._kept.clear()  # the name of a group
            self.pieces[-1].clear()
        else:
            self._kept.append(ch)


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
