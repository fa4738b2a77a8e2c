"""An interview whose guest has a link of their own, and recordings sent to it as a browser sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from tests import make

from passalong.accounts.models import Member
from passalong.interviews.models import Asked, ConsentTo, Interview, Voice
from passalong.interviews.services import moving, voices
from passalong.interviews.stages import Who

PIECE = 1 << 20


@dataclass
class Talk:
    """One interview that is agreed on, its guest's voice and link, and its questions."""

    by: Member
    interview: Interview
    voice: Voice
    token: str
    questions: list[Asked]
    guest: Client = field(default_factory=Client)

    @property
    def path(self) -> str:
        return f"/talk/{self.token}"

    def agree(self, to: str = ConsentTo.RECORDING) -> Any:
        """The guest reads the words on the page and agrees to them."""
        return agree(self.guest, self.token, self.voice, to)

    def begin(self, client_id: str = "take-0001", question: str = "", **more: str) -> Any:
        """A recording is going to come."""
        said = {"client_id": client_id, "question": question, "media_type": "audio/webm;codecs=opus", "name": ""}
        return self.guest.post(f"{self.path}/takes/", said | more)

    def piece(self, take: str, offset: int, body: bytes) -> Any:
        return self.guest.post(
            f"{self.path}/takes/{take}/piece?offset={offset}", body, content_type="application/octet-stream"
        )

    def done(self, take: str, total: int) -> Any:
        return self.guest.post(f"{self.path}/takes/{take}/done", {"total": total})

    def send(self, sound: bytes, client_id: str = "take-0001", question: str = "") -> str:
        """A whole recording, piece by piece; returns its public id."""
        take = self.begin(client_id, question).json()["id"]
        for at in range(0, len(sound), PIECE):
            assert self.piece(take, at, sound[at : at + PIECE]).status_code == 200
        assert self.done(take, len(sound)).status_code == 200
        return str(take)


def agree(guest: Client, token: str, voice: Voice, to: str) -> Any:
    from passalong.interviews import consent_words

    return guest.post(f"/talk/{token}", {"act": f"agree {to}", "shown": consent_words.digest(voice, to)})


def talk(by: Member | None = None, *, questions: int = 2, stage: str = "agreed", kind: str = "partner") -> Talk:
    """An interview that has come as far as `stage`: invited, agreed or recorded."""
    by = by or make.member()
    guest = make.contact(by, "Priya Nair", email="priya@nair.example")
    interview = moving.open_interview(guest=guest, kind=kind, by=by, gain="Your work, told to our readers.")
    for act, reached in (("invite", "invited"), ("accept", "agreed"), ("record", "recorded")):
        moving.move(interview=interview, act=act, who=Who.MEMBER, by=by)
        if reached == stage:
            break
    asked = [
        Asked.objects.create(practice=by.practice, interview=interview, order=at, text=f"What is question {at} about?")
        for at in range(1, questions + 1)
    ]
    voice = voices.guest_voice(interview=interview)
    return Talk(by, interview, voice, voices.key_for(voice=voice), asked)
