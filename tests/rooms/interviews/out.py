"""Interviews ready to be published, for tests: real rows, real sound, everything consented to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import make, sounds

from passalong.accounts.models import Member, Practice
from passalong.compliance.rulebook import verdict
from passalong.contacts.models import StandingKind
from passalong.core import bigfiles, clock
from passalong.interviews.models import (
    Cut,
    EpisodeLink,
    Interview,
    Render,
    RenderState,
    Review,
    Stage,
    Transcript,
    Voice,
    VoiceConsent,
)
from passalong.interviews.services import publishing

SECONDS = 12.0
CHAPTERS = [{"start": 0, "title": "Who do you help?"}, {"start": 6.5, "title": "What goes wrong?"}]
SEGMENTS = [
    {"start": 0, "end": 6, "text": "I help families whose papers nobody can read."},
    {"start": 6.5, "end": 12, "text": "Most wait until a letter comes. Do not wait."},
]
QUOTE = "Most wait until a letter comes."


@lru_cache(maxsize=1)
def mp3() -> bytes:
    """A short conversation."""
    return sounds.mp3(sounds.speech(SECONDS))


def big_file(practice: Practice, content: bytes = b"") -> bigfiles.BigFile:
    """Sound on disk."""
    with TemporaryDirectory(dir=bigfiles.settings.DATA) as folder:
        place = Path(folder) / "sound.mp3"
        place.write_bytes(content or mp3())
        return bigfiles.keep(practice.pk, place, "audio/mpeg")


def consent(voice: Voice, to: str, **more: Any) -> VoiceConsent:
    """This voice agreed to it."""
    own = {"practice": voice.practice, "voice": voice, "to": to, "how": "own page", "given_at": clock.now()}
    return VoiceConsent.objects.create(**own, words_digest="x", **more)


def approved(by: Member, *, kind: str = "partner", name: str = "Petra Partner", **more: Any) -> Interview:
    """An interview the guest approved, with sound, words and every consent; not published."""
    standing = {"client": StandingKind.CLIENT, "partner": StandingKind.PARTNER}.get(kind, "")
    guest = make.contact(by, name, email=f"{name.split()[0].lower()}@example.org", standing=standing)
    own = {"practice": by.practice}
    talk = Interview.objects.create(guest=guest, kind=kind, stage=Stage.APPROVED, title="What nobody reads", **own)
    voice = Voice.objects.create(interview=talk, role="guest", name=name, contact=guest, **own)
    consent(voice, "recording")
    consent(voice, "publication")
    if more.get("is_authorised"):
        elements = dict.fromkeys(verdict(by.practice, "testimonial").elements, "filled in")
        consent(voice, "authorisation", elements=elements)
    cut = Cut.objects.create(interview=talk, number=1, **own)
    made = {"state": RenderState.DONE, "seconds": SECONDS, "loudness": -16.0, "chapters": CHAPTERS}
    render = Render.objects.create(cut=cut, file=big_file(by.practice), **made, **own)
    said = [one | {"voice": voice.public_id} for one in more.get("segments", SEGMENTS)]  # as pages keep who speaks
    words = Transcript.objects.create(interview=talk, number=1, source="pasted", segments=said, **own)
    decided = {"is_approved": True, "decided_at": clock.now(), "digest": "x"}
    Review.objects.create(interview=talk, render=render, transcript=words, **decided, **own)
    return talk


def written(by: Member, talk: Interview, **words: str) -> Interview:
    """With words beside its sound."""
    said = {
        "title": "What nobody reads",
        "summary": "A talk about papers.\n\nAnd about letters.",
        "shown_as": "Petra Partner",
        "bio": "Petra reads *everything*.",
        "quote": QUOTE,
    }
    links = [{"title": "Petra's office", "url": "https://petra.example.org/"}]
    publishing.save_episode(by=by, interview=talk, words=said | words, links=links)
    return talk


def published(by: Member, **more: Any) -> Interview:
    """One that is out."""
    talk = written(by, approved(by, **more))
    publishing.publish(by=by, interview=talk)
    return talk


def token(talk: Interview, by: str = "own") -> str:
    """The public address of one of its links."""
    return EpisodeLink.objects.get(episode__interview=talk, by=by, ended_at=None).token
