"""Named reads on the words of an interview; the practice comes first, always."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from passalong.interviews import times
from passalong.interviews.clips import time_words
from passalong.interviews.models import Hearing, Interview, Quote, Render, Transcript, Voice


@dataclass(frozen=True, slots=True)
class Said:
    """One segment as it is shown. number: its place among the segments kept. start, end: seconds of the finished sound,
    or None. voice: public id, or empty; who: its name. is_heard: whether the sound says it; name: whom the file named,
    while nobody has said who that is."""

    number: int
    text: str
    start: float | None
    end: float | None
    voice: str
    who: str
    is_heard: bool = True
    name: str = ""

    @property
    def at(self) -> str:
        return time_words(self.start)


def latest(interview: Interview) -> Transcript | None:
    """The newest version of the words."""
    return Transcript.objects.filter(interview=interview).order_by("-number").first()


def versions(interview: Interview) -> QuerySet[Transcript]:
    """All versions, newest first."""
    return Transcript.objects.filter(interview=interview).defer("segments")


def voices(interview: Interview) -> dict[str, str]:
    """Names of the voices by public id, in the order they joined."""
    return dict(Voice.objects.filter(interview=interview).values_list("public_id", "name"))


def said(transcript: Transcript) -> list[Said]:
    """The segments with words in them, each with the name of who speaks, as the guest is shown them."""
    names = voices(transcript.interview)
    return [_said(number, row, names) for number, row in enumerate(transcript.segments) if row.get("text")]


def beside(transcript: Transcript, sound: Render | None) -> list[Said]:
    """All segments as this sound says them, in its order; those it does not say stand last."""
    names = voices(transcript.interview)
    places = times.places_from(sound.places) if sound is not None else []
    rows = times.told([times.whole(row) for row in transcript.segments], places)
    return [_said(number, row, names, is_heard=is_heard) for number, row, is_heard in rows]


def _said(number: int, row: dict[str, Any], names: dict[str, str], *, is_heard: bool = True) -> Said:
    voice = str(row.get("voice") or "")
    return Said(
        number,
        str(row.get("text", "")),
        row.get("start"),
        row.get("end"),
        voice,
        names.get(voice, ""),
        is_heard,
        str(row.get("name") or ""),
    )


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that stands before words and is none of the interview's voices. count: of paragraphs; first: the words of
    the first of them."""

    name: str
    count: int
    first: str


def unknown(transcript: Transcript) -> list[Unknown]:
    """Names in the words of which nobody has said yet who that is, in the order they come."""
    found: dict[str, list[str]] = {}
    for row in transcript.segments:
        if name := str(row.get("name") or ""):
            found.setdefault(name, []).append(str(times.whole(row).get("text", "")))
    return [Unknown(name, len(texts), texts[0]) for name, texts in found.items()]


def mark_of(transcript: Transcript) -> str:
    """By what a page knows that the words are still those it showed: number and beginning of their digest."""
    return f"{transcript.number}-{digest_of(None, transcript)[:12]}"


def loose(transcript: Transcript) -> bool:
    """Whether there are times that hang on no recording, and so follow no new order."""
    return any(row.get("start") is not None and not row.get("take") for row in transcript.segments)


def plain(transcript: Transcript) -> str:
    """All words as text: a paragraph a segment, the name before it where the voice changes."""
    lines, before = [], ""
    for one in said(transcript):
        lines.append(f"{one.who}: {one.text}" if one.who and one.who != before else one.text)
        before = one.who or before
    return "\n\n".join(lines) + "\n"


def digest_of(render: Render | None, transcript: Transcript | None) -> str:
    """sha256 of this sound and these words: what the guest decides on."""
    sound = render.file.digest if render is not None and render.file is not None else ""
    words: Any = transcript.segments if transcript is not None else []
    held = json.dumps({"sound": sound, "words": words}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(held.encode()).hexdigest()


def hearing(interview: Interview) -> Hearing | None:
    """The newest time the machine was asked to write the words down."""
    return Hearing.objects.filter(render__cut__interview=interview).select_related("render").order_by("-pk").first()


def quotes(interview: Interview) -> QuerySet[Quote]:
    """Sentences marked for a kit's proof, in the order they are said."""
    return Quote.objects.filter(interview=interview).select_related("proof").order_by("start", "pk")
