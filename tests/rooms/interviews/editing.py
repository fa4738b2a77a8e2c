"""An interview whose answers are recorded and ready to be put in order; with real sound, made by a real render."""

from __future__ import annotations

from tests import sounds
from tests.rooms.interviews.talking import Talk, talk

from passalong.accounts.models import Member
from passalong.contacts.models import Standing
from passalong.core import bigfiles
from passalong.interviews import parts
from passalong.interviews.clips import Clip
from passalong.interviews.models import Cut, Render, Take, TakeState, Transcript
from passalong.interviews.selectors import cuts
from passalong.interviews.services import checking, cutting, moving, rendering, transcripts
from passalong.interviews.stages import Who

WORDS = "Priya Nair: It began with a kitchen table. We had one client and no name.\n\nPriya Nair: Then it grew."


SOUND = sounds.mp3(sounds.speech(2.0))


def recorded(by: Member | None = None, *, questions: int = 2, kind: str = "partner") -> Talk:
    """Every question is answered, each by a take of two seconds that was looked at before; it stands at "recorded"."""
    made = talk(by, questions=questions, kind=kind)
    standing = "client" if kind == "client" else "partner"
    Standing.objects.create(practice=made.by.practice, contact=made.interview.guest, kind=standing)
    assert made.agree().status_code == 303
    for at, question in enumerate(made.questions, 1):
        part = parts.folder() / f"ready-{at}"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(SOUND + bytes([at]))  # one byte more: another file
        file = bigfiles.keep(made.by.practice_id, part, "audio/mpeg")
        Take.objects.create(
            practice=made.by.practice,
            interview=made.interview,
            question=question,
            voice=made.voice,
            client_id=f"ready-{at:04}",
            state=TakeState.READY,
            file=file,
            size=file.size,
            seconds=2.0,
            peaks=[0.1, 0.6, 0.3, 0.5] * 50,
        )
    moving.move(interview=made.interview, act="record", who=Who.MEMBER, by=made.by)
    return made


def look(made: Talk) -> list[Take]:
    """What the worker does with recordings that have arrived."""
    for pk in Take.objects.filter(interview=made.interview, state=TakeState.CHECKING).values_list("pk", flat=True):
        checking.check(pk)
    rows = list(Take.objects.filter(interview=made.interview).order_by("pk"))
    assert all(row.state == TakeState.READY for row in rows), [row.why for row in rows]
    return rows


def clips(made: Talk) -> list[Clip]:
    """What the editor shows."""
    return [row.clip for row in cuts.desk(made.interview).rows]


def kept(made: Talk) -> Cut:
    """The order as it stands, saved."""
    desk = cuts.desk(made.interview)
    return cutting.save(by=made.by, interview=made.interview, clips=clips(made), finish=desk.finish)


def sounding(made: Talk) -> Render:
    """The sound of the order as it stands, made."""
    row = rendering.request(by=made.by, cut=kept(made))
    rendering.run(row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.why
    return row


def sounded(made: Talk) -> Render:
    """The sound of the order as it stands, as a worker left it: quicker than making it, for what comes after."""
    cut = kept(made)
    part = parts.folder() / "sounded"
    part.write_bytes(SOUND + f"version {cut.number}".encode())
    file = bigfiles.keep(made.by.practice_id, part, "audio/mpeg")
    return Render.objects.create(
        practice=made.by.practice,
        cut=cut,
        state="done",
        progress=100,
        file=file,
        seconds=2.0,
        loudness=-16.0,
        chapters=[{"start": 0.0, "title": "What is question 1 about?"}],
    )


def worded(made: Talk, text: str = WORDS) -> Transcript:
    """Words, pasted."""
    return transcripts.paste(by=made.by, interview=made.interview, text=text)
