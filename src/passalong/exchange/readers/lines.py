"""Content lines, the common ground of vCard and iCalendar: NAME;PARAM=value:value, folded over several lines.

Reads leniently and in one pass: any line ends, folds of vCard 2.1 and later, quoted-printable soft breaks, group
prefixes (item1.), bare parameters (TEL;HOME:). Lines without a colon (comments, stray base64) are passed over.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from passalong.exchange.readers import encoding

PHYSICAL = re.compile(r"([^\r\n]*)(\r{0,2}\n|\r|\Z)")
HEAD = re.compile(r"\s*(?:([\w-]+)\.)?([\w-]+)[ \t]*((?:;(?:[^\":;]|\"[^\"]*\")*+)*+)[ \t]*:")
LOOSE_HEAD = re.compile(r"\s*(?:([\w-]+)\.)?([\w-]+)[ \t]*((?:;[^:]*)?):")
PARAMETER = re.compile(r";((?:[^\";]|\"[^\"]*\"|\")*+)")
ESCAPED = re.compile(r"\\([\\;,:nN])")
PART = re.compile(r"(?:[^\\;]|\\.|\\\Z)*+", re.DOTALL)
COMMA_PART = re.compile(r"(?:[^\\,]|\\.|\\\Z)*+", re.DOTALL)
ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})


class Line(NamedTuple):
    """One content line: where it starts in the file, its group, its name in upper case, parameters, raw value."""

    row: int
    group: str
    name: str
    parameters: dict[str, list[str]]
    value: str


def unfold(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, content line) with folds and soft breaks undone."""
    start, parts, soft = 0, [], False  # type: int, list[str], bool
    for row, match in enumerate(PHYSICAL.finditer(text), 1):
        piece = match[1]
        if soft:
            parts[-1] = parts[-1][:-1]
            parts.append(piece)
        elif piece[:1] in (" ", "\t") and parts:
            parts.append(piece[1:])
        else:
            if parts:
                yield start, "".join(parts)
            start, parts = row, [piece] if piece else []
        soft = piece.endswith("=") and bool(parts) and "QUOTED-PRINTABLE" in parts[0][:300].upper()
    if parts:
        yield start, "".join(parts)


def parse(row: int, content: str) -> Line | None:
    """Return the line taken apart, None where it is no content line."""
    match = HEAD.match(content) or LOOSE_HEAD.match(content)
    if not match:
        return None
    parameters = _parameters(match[3]) if match[3] else {}
    return Line(row, (match[1] or "").lower(), match[2].upper(), parameters, content[match.end() :])


def _parameters(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for piece in PARAMETER.findall(text):
        key, equals, value = piece.partition("=")
        key = key.strip().upper()
        if not equals:
            key, value = ("ENCODING", key) if key in ENCODINGS else ("TYPE", key)
        found.setdefault(key, []).extend(part.strip().strip('"') for part in value.split(","))
    return found


def plain(line: Line) -> str:
    """Return the value of a line of a Latin-1 view of the file, decoded as the line says or as its bytes look."""
    data = line.value.encode("latin-1", "replace")
    if "QUOTED-PRINTABLE" in [value.upper() for value in line.parameters.get("ENCODING", [])]:
        data = quopri.decodestring(data)
    charset = line.parameters.get("CHARSET", [""])[0]
    if data.isascii() and not charset.upper().startswith("UTF-7"):
        return data.decode("ascii")
    return encoding.decode_as(data, charset) if charset else encoding.decode(data).text


def is_guessed(line: Line) -> bool:
    """Say whether the value could only be decoded by a guess."""
    if line.value.isascii() or "CHARSET" in line.parameters:
        return False
    return encoding.decode(line.value.encode("latin-1", "replace")).encoding != "utf-8"


def unescape(value: str) -> str:
    r"""Undo \n, \, \; \: and \\; any other backslash stays."""
    if "\\" not in value:
        return value
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def split(value: str, separator: str = ";") -> list[str]:
    """Split at separators that are not escaped, and undo the escapes."""
    if "\\" not in value:
        return value.split(separator)
    pattern, parts, at = (PART if separator == ";" else COMMA_PART), [], 0
    while at <= len(value):
        end = match.end() if (match := pattern.match(value, at)) else len(value)
        parts.append(unescape(value[at:end]))
        at = end + 1
    return parts
