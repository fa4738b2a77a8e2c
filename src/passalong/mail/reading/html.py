"""HTML mail as text: nothing is loaded, nothing is run, one pass over the pieces between angle brackets."""

from __future__ import annotations

import html
import re

_BREAKS = frozenset({"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKS |= {"blockquote", "pre", "hr", "section", "article", "header", "footer"}
_DOUBLE = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"})
_UNSEEN |= {"select", "textarea"}
_TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:]{0,20})")
_SPACE = re.compile(r"[ \t\n\f\r\xa0]+")
DEEPEST = 6  # blockquotes shown as such


def to_text(source: str) -> str:
    """Readable text: paragraphs by blank lines, quotations by “> ”, links by their words alone."""
    writer = _Writer()
    comment, unseen = False, ""
    first, *pieces = source.split("<")
    writer.say(first)
    for piece in pieces:
        if comment:
            _before, end, rest = piece.partition("-->")
            comment = not end
            if end and not unseen:
                writer.say(rest)
            continue
        if piece.startswith("!--"):
            _before, end, rest = piece[3:].partition("-->")
            comment = not end
            if end and not unseen:
                writer.say(rest)
            continue
        tag, end, rest = piece.partition(">")
        named = _TAG.match(tag)
        if not named and not tag.startswith(("!", "?", "/")):
            if not unseen:
                writer.say("<" + piece)
            continue
        closes, name = (named[1] == "/", named[2].lower()) if named else (False, "")
        if unseen:
            unseen = "" if closes and name == unseen else unseen
            if unseen:
                continue
        elif name in _UNSEEN and not closes and not tag.endswith("/"):
            unseen = name
            continue
        else:
            writer.tag(name, closes=closes)
        writer.say(rest if end else "")
    return writer.text()


class _Writer:
    """Collects lines; runs of blanks and of empty lines shrink."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, list[str]]] = [(0, [])]
        self.depth = 0

    def say(self, words: str) -> None:
        if not words:
            return
        flat = _SPACE.sub(" ", words)
        if flat.strip() or self.lines[-1][1]:
            self.lines[-1][1].append(flat)

    def tag(self, name: str, *, closes: bool) -> None:
        if name == "blockquote":
            self.depth = max(0, self.depth + (-1 if closes else 1))
        if name in _BREAKS:
            self._end(double=name in _DOUBLE)
        if name == "li" and not closes:
            self.lines[-1][1].append("- ")

    def _end(self, *, double: bool) -> None:
        quoted = min(self.depth, DEEPEST)
        if double and self.lines[-1][1]:
            self.lines.append((min(quoted, self.lines[-1][0]), []))
        self.lines.append((quoted, []))

    def text(self) -> str:
        shown: list[str] = []
        for depth, words in self.lines:
            line = html.unescape("".join(words)).strip()
            line = f"{'>' * depth} {line}".rstrip() if depth else line
            if line or (shown and shown[-1]):
                shown.append(line)
        return "\n".join(shown).strip()
