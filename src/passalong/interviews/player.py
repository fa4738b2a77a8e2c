"""An episode's words made ready to be read: the page, chapters for players, the transcript as WebVTT and as text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from passalong.interviews.contents import Content
from passalong.kits.rendering import markdown

MOST_ON_PAGE = 300_000  # characters of words; longer ones stand in their file alone
LAST = 5.0  # seconds a last line without an end is shown


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter as the page lists it. at: whole seconds, for the address; shown: as a clock shows it."""

    at: int
    shown: str
    title: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice says without a break."""

    at: int | None
    shown: str
    voice: str
    paragraphs: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """What the template draws. bio: cleaned HTML. is_long: the words are too many for a page."""

    bio: SafeString
    summary: list[str]
    chapters: list[Chapter]
    turns: list[Turn]
    length: str
    is_long: bool


def page_of(content: Content) -> Page:
    """The words of an episode for its page; nothing of them is markup but what the bio's Markdown may be."""
    is_long = sum(len(one["text"]) for one in content.segments) > MOST_ON_PAGE
    bio = markdown.to_html(markdown.tree(content.bio), {})
    return Page(
        bio=mark_safe(bio),  # noqa: S308 - cleaned by an allow-list
        summary=[" ".join(one.split()) for one in content.summary.split("\n\n") if one.strip()],
        chapters=[Chapter(int(one["start"]), clock_of(one["start"]), one["title"]) for one in content.chapters],
        turns=[] if is_long else _turns(content.segments),
        length=clock_of(content.seconds),
        is_long=is_long,
    )


def _turns(segments: list[dict[str, Any]]) -> list[Turn]:
    turns: list[Turn] = []
    for one in segments:
        if turns and turns[-1].voice == one["voice"]:
            turns[-1].paragraphs.append(one["text"])
            continue
        start = one["start"]
        turns.append(Turn(None if start is None else int(start), clock_of(start or 0.0), one["voice"], [one["text"]]))
    return turns


def clock_of(seconds: float) -> str:
    """125 -> 2:05; 3725 -> 1:02:05."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def chapters_json(content: Content) -> str:
    """Podcasting 2.0's chapters, version 1.2.0."""
    rows = [{"startTime": one["start"], "title": one["title"]} for one in content.chapters]
    return json.dumps({"version": "1.2.0", "title": content.title, "chapters": rows}, ensure_ascii=False)


def text(content: Content) -> str:
    """The words as plain text, a block a voice."""
    blocks = [f"{content.title}\n{content.show}, {content.practice}", *content.disclosures]
    for turn in _turns(content.segments):
        head = f"{turn.voice}: " if turn.voice else ""
        blocks.append(head + "\n\n".join(turn.paragraphs))
    return "\n\n".join(blocks) + "\n"


def vtt(content: Content) -> str:
    """The words as WebVTT. Lines without a time are spread over the time around them by their length."""
    cues = ["WEBVTT"]
    for start, end, one in _timed(content.segments, content.seconds):
        voice = _inert(one["voice"]).replace("\n", " ")
        said = _inert(one["text"])
        cues.append(f"{_stamp(start)} --> {_stamp(end)}\n" + (f"<v {voice}>{said}" if voice else said))
    return "\n\n".join(cues) + "\n"


def _timed(segments: list[dict[str, Any]], whole: float) -> list[tuple[float, float, dict[str, Any]]]:
    """Each line with a start and an end, in order, none longer than the sound."""
    if not segments:
        return []
    starts: list[float | None] = [one["start"] for one in segments]
    last = whole or max([one for one in starts if one is not None], default=0.0) + LAST
    known = [(-1, 0.0)] if starts[0] is None else []
    known += [(place, at) for place, at in enumerate(starts) if at is not None]
    known.append((len(segments), last))
    times: list[float] = [0.0] * len(segments)
    for (place, at), (following, until) in pairwise(known):
        first = max(place, 0)
        sizes = [len(one["text"]) + 1 for one in segments[first:following]]
        passed = 0
        for number, size in enumerate(sizes):
            times[first + number] = at + max(0.0, until - at) * passed / sum(sizes)
            passed += size
    ends = [*times[1:], last]
    found = []
    for one, start, end in zip(segments, times, ends, strict=True):
        own = one["end"]
        stop = own if own is not None and start < own <= max(end, start) else end
        found.append((start, max(stop, start + 0.001), one))
    return found


def _inert(said: str) -> str:
    """No markup of WebVTT, no blank line that would end the cue, no arrow that would begin another."""
    plain = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
