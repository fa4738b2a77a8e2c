"""Named reads on the words of an interview; the practice comes first, always."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from passalong.interviews.clips import time_words
from passalong.interviews.models import Hearing, Interview, Quote, Render, Transcript, Voice


@dataclass(frozen=True, slots=True)
class Said:
    """One segment as it is shown. start, end: seconds of the finished sound, or None. voice: public id, or empty; who:
    its name."""

    number: int
    text: str
    start: float | None
    end: float | None
    voice: str
    who: str

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
    """The segments, each with the name of who speaks. For pages, for the transcript that is published, for captions."""
    names = voices(transcript.interview)
    return [
        Said(
            number,
            str(row.get("text", "")),
            row.get("start"),
            row.get("end"),
            str(row.get("voice") or ""),
            names.get(str(row.get("voice") or ""), ""),
        )
        for number, row in enumerate(transcript.segments)
    ]


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
