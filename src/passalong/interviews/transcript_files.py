"""Transcripts as people have them: plain text, SubRip, WebVTT, and the JSON that speech recognisers write.

Pure: bytes in, lines out. Bounded in size; every step is linear; marks of markup are taken off, so that nothing in it
can act. What cannot be read raises NotWords with one sentence for a person.
"""

from __future__ import annotations

import html
import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_CHARACTERS = 1_500_000  # a talk of four hours has about 250,000
MOST_LINES = 50_000  # as the file brings them
MOST_SEGMENTS = 800  # as they are kept: each stands in a field of a page
LONGEST = 1_000_000.0  # seconds; beyond it a number is no time
LONGEST_NAME = 60
NEAR = 0.1  # seconds that words may begin before the recording they are heard in
LONGEST_LINE = 2000  # characters of one paragraph
LONGEST_WORD = 500
FULL, LONG, PAUSE = 160, 20.0, 3.0  # characters and seconds after which a new segment begins at a sentence's end

_CUE = re.compile(
    r"((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]+-->[ \t]+((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})", re.ASCII
)
_NAMED = re.compile(r"<v(?:\.[^\s<>]{0,60})?[ \t]+([^<>\n]{1,60})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}\n]{0,60}\}")
_WHO = re.compile(r"([^\W\d_][^\n:<>]{0,59}):[ \t]+(?=\S)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ENDS = (".", "?", "!", "…", ".”", "?”", '."', '?"', "»")


class NotWords(ValueError):
    """It holds no transcript that can be read; says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """Some words. start, end: seconds, where the file tells; who: the name it puts before them."""

    text: str
    start: float | None = None
    end: float | None = None
    who: str = ""


def read(data: bytes, borders: Sequence[float] = ()) -> list[Line]:
    """The lines of a file, told apart by its content, not its name. borders: seconds over which no line may go."""
    if len(data) > MOST_BYTES:
        raise NotWords(_("A transcript may have up to 10 MB."))
    return read_text(_decoded(data), borders)


def read_text(text: str, borders: Sequence[float] = ()) -> list[Line]:
    """The lines of pasted words, or of a file that was decoded."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").strip()
    if len(tidy.encode()) > MOST_BYTES:
        raise NotWords(_("A transcript may have up to 10 MB."))
    if tidy[:1] in "{[" and (found := _json(tidy)) is not None:
        lines = found
    elif tidy.startswith("WEBVTT") or _CUE.search(tidy[:5000]):
        lines = list(_cues(tidy))
    else:
        lines = list(_paragraphs(tidy))
    return _bounded(lines, borders)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in data[:4096]:
            raise NotWords(_("This is no text. Bring a .txt, .srt, .vtt or .json file.")) from None
        return data.decode("cp1252", errors="replace")


def _bounded(lines: list[Line], borders: Sequence[float]) -> list[Line]:
    kept = [one for one in (replace(line, text=clean(line.text), who=clean(line.who)) for line in lines) if one.text]
    if not kept:
        raise NotWords(_("There are no words in it."))
    if any(len(word) > LONGEST_WORD for one in kept for word in one.text.split(" ")):
        raise NotWords(_("This is no text. Bring a .txt, .srt, .vtt or .json file."))
    kept = [part for one in kept for part in _parted(one)]
    if len(kept) > MOST_LINES or sum(len(one.text) for one in kept) > MOST_CHARACTERS:
        raise NotWords(_("This is more than a talk of several hours. Bring the words of this interview alone."))
    return joined(kept, borders)


def _parted(line: Line) -> Iterator[Line]:
    """A line that is longer than a paragraph should be, as several; their times are not known any more."""
    if len(line.text) <= LONGEST_LINE:
        yield line
        return
    words: list[str] = []
    length = 0
    for word in line.text.split(" "):
        if length + len(word) > LONGEST_LINE:
            yield Line(" ".join(words), who=line.who)
            words, length = [], 0
        words.append(word)
        length += len(word) + 1
    yield Line(" ".join(words), who=line.who)


def clean(text: str) -> str:
    """One line of words: no control characters, no marks that turn the direction, single spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _cues(text: str) -> Iterator[Line]:
    """SubRip and WebVTT alike: blocks parted by empty lines, each with its times in its first or second line."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.split("\n")
        at = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
        times = _CUE.match(lines[at].strip()) if at is not None else None
        if at is None or times is None:
            continue
        words = " ".join(lines[at + 1 :])
        named = _NAMED.search(words)
        text_of, who = _who(_unescaped(_TAG.sub("", words)))
        yield Line(text_of, _seconds(times[1]), _seconds(times[2]), named[1].strip() if named else who)


def _unescaped(text: str) -> str:
    """`&amp;` as the sign it stands for; words that only pretend to hold such signs stay as they are."""
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _seconds(text: str) -> float:
    parts = [float(part) for part in text.replace(",", ".").split(":")]
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def _paragraphs(text: str) -> Iterator[Line]:
    """Plain words: a paragraph a line, parted by empty lines where there are any, else by line ends."""
    blocks = re.split(r"\n[ \t]*\n", text) if "\n\n" in text else text.split("\n")
    for block in blocks:
        said, who = _who(block.strip())
        yield Line(said, who=who)


def _who(text: str) -> tuple[str, str]:
    """The words and the name before them: “Ann Lee: Well ...”."""
    found = _WHO.match(text)
    if found is None or len(found[1].split()) > 4:
        return text, ""
    return text[found.end() :], found[1].strip()


def _json(text: str) -> list[Line] | None:
    """What whisper and its kin write: {"segments": [{"start", "end", "text", "speaker"}]}; None: it is no JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        if text.startswith("{"):
            raise NotWords(_("This looks like JSON, but it is broken.")) from None
        return None
    rows = found.get("segments", found.get("transcription")) if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise NotWords(_("This JSON holds no segments with words."))
    return [line for row in rows[: MOST_LINES + 1] if (line := _row(row)) is not None]


def _row(row: Any) -> Line | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return None
    who = next((row[key] for key in ("speaker", "voice", "who") if isinstance(row.get(key), str)), "")
    return Line(row["text"], _number(row.get("start")), _number(row.get("end")), who[:LONGEST_NAME])


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds < LONGEST else None


def joined(lines: Iterable[Line], borders: Sequence[float] = ()) -> list[Line]:
    """Short lines of one voice put together up to a sentence's end, so that there is something to read and no more
    segments than a page can hold. borders: seconds at which another recording begins; no line goes over them."""
    rows = list(lines)
    full, long = FULL, LONG
    while True:
        made = list(_join(rows, full, long, borders))
        if len(made) <= MOST_SEGMENTS:
            return made
        full, long = full * 2, long * 2
        if full > MOST_CHARACTERS:
            raise NotWords(_("This is more than a talk of several hours. Bring the words of this interview alone."))


def _join(rows: list[Line], full: int, long: float, borders: Sequence[float]) -> Iterator[Line]:
    """Lines without times stand as they were written, unless there are too many of them."""
    open_line: Line | None = None
    for line in rows:
        if open_line is not None and _goes_on(open_line, line, full, long, borders):
            open_line = replace(open_line, text=f"{open_line.text} {line.text}", end=line.end)
            continue
        if open_line is not None:
            yield open_line
        open_line = line
    if open_line is not None:
        yield open_line


def _goes_on(one: Line, other: Line, full: int, long: float, borders: Sequence[float]) -> bool:
    if other.who and other.who != one.who:
        return full > FULL * 64  # a change of voice is kept unless nothing else helps
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return full > FULL and len(one.text) + len(other.text) < full
    if bisect_right(borders, one.start + NEAR) != bisect_right(borders, other.start + NEAR):
        return full > FULL * 64
    if other.start - one.end > PAUSE * long / LONG or other.end - one.start > 3 * long or len(one.text) > 3 * full:
        return False
    ended = one.text.endswith(_ENDS)
    return not (ended and (len(one.text) >= full or one.end - one.start >= long))
