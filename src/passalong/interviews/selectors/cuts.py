"""Named reads on cuts and on the sound made of them; the practice comes first, always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet

from passalong.accounts.models import Practice
from passalong.core import clock
from passalong.interviews import parts
from passalong.interviews.clips import LONGEST_CHAPTER, SHORTEST, Clip, Finish, clips_from, finish_from, time_words
from passalong.interviews.models import Cut, Interview, Render, RenderState, Review, Stage, Take, TakeState
from passalong.interviews.selectors import voices

MAY_EDIT = (Stage.AGREED, Stage.SCHEDULED, Stage.RECORDED)
OPEN = (RenderState.WAITING, RenderState.RUNNING)
MOST_SHOWN = 40  # earlier versions on the page
STILL = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Row:
    """One clip as the page shows it, with its take and the question it answers."""

    clip: Clip
    take: Take

    @property
    def question(self) -> str:
        return self.take.question.text if self.take.question else self.clip.chapter or self.take.name

    @property
    def start(self) -> str:
        return time_words(self.clip.start)

    @property
    def end(self) -> str:
        return time_words(self.clip.end)

    @property
    def length(self) -> str:
        return time_words(self.take.seconds)


@dataclass(frozen=True, slots=True)
class Desk:
    """All the editor shows. number: of the cut it was made from, 0 where none was saved. locked: why nothing can be
    changed now; empty when it can. spare: takes that can stand before and after."""

    interview: Interview
    number: int
    rows: list[Row]
    finish: Finish
    spare: list[Take]
    locked: bool

    @property
    def seconds(self) -> float:
        """Seconds of what is kept, before silences are shortened."""
        return sum(row.clip.seconds for row in self.rows if row.clip.kept)

    @property
    def length(self) -> str:
        return time_words(round(self.seconds))


def interview(practice: Practice, public_id: str) -> Interview:
    """One interview; raises Interview.DoesNotExist."""
    return Interview.objects.select_related("guest", "practice").get(practice=practice, public_id=public_id)


def takes(interview: Interview) -> QuerySet[Take]:
    """Recordings that can be used, in the order of their questions, those without one last."""
    found = Take.objects.filter(interview=interview, state=TakeState.READY, file__isnull=False)
    return found.select_related("question", "voice", "file").order_by(F("question__order").asc(nulls_last=True), "pk")


def latest(interview: Interview) -> Cut | None:
    """The newest cut."""
    return Cut.objects.filter(interview=interview).order_by("-number").first()


def _clips(usable: dict[str, Take], cut: Cut | None) -> list[Clip]:
    """What stands in the cut, then every chosen take that came after it: nothing that was recorded is left out unseen.
    Without a cut: the chosen takes in the order of their questions. Clips of takes that are gone go with them."""
    clips = [clip for clip in clips_from(cut.clips) if clip.take in usable] if cut else []
    finish = finish_from(cut.settings) if cut else Finish()
    there = {clip.take for clip in clips} | {finish.intro, finish.outro}
    new = (take for take in usable.values() if take.is_chosen and take.public_id not in there)
    return clips + [clip for take in new for clip in whole(take)]


def whole(take: Take) -> list[Clip]:
    """A take from its first to its last second, its question as the chapter. A whole talk is parted where its questions
    began, if the prompter noted that."""
    last = take.seconds or 0.0
    chapter = take.question.text[:LONGEST_CHAPTER] if take.question else ""
    marks = [(float(one["at"]), str(one["text"])) for one in take.marks if float(one["at"]) < last - SHORTEST]
    if take.question or not marks:
        return [Clip(take.public_id, 0.0, last, True, chapter)]
    begins = [0.0, *(at for at, _text in marks[1:])]
    ends = [*begins[1:], last]
    titles = [text[:LONGEST_CHAPTER] for _at, text in marks]
    return [Clip(take.public_id, *each) for each in zip(begins, ends, [True] * len(begins), titles, strict=True)]


def desk(interview: Interview, cut: Cut | None = None) -> Desk:
    """The editor's page, of this cut or of the newest."""
    cut = cut or latest(interview)
    usable = {take.public_id: take for take in takes(interview)}
    finish = finish_from(cut.settings) if cut else Finish()
    return _desk(interview, usable, _clips(usable, cut), finish, cut.number if cut else 0)


def desk_of(interview: Interview, clips: Iterable[Clip], finish: Finish) -> Desk:
    """The same of pieces that somebody sent and that are not saved, on top of the newest cut."""
    usable, newest = {take.public_id: take for take in takes(interview)}, latest(interview)
    known = [clip for clip in clips if clip.take in usable]
    return _desk(interview, usable, known, finish, newest.number if newest else 0)


def _desk(interview: Interview, usable: dict[str, Take], clips: list[Clip], finish: Finish, number: int) -> Desk:
    rows = [Row(clip, usable[clip.take]) for clip in clips]
    spare = [take for take in usable.values() if take.question_id is None]
    return Desk(interview, number, rows, finish, spare, interview.stage not in MAY_EDIT)


@dataclass(frozen=True, slots=True)
class Coming:
    """A recording that is not here yet. arrived: bytes so far; take.looked: percent of it that was looked at."""

    take: Take
    arrived: int

    @property
    def is_looked_at(self) -> bool:
        return self.take.state == TakeState.CHECKING

    @property
    def is_still(self) -> bool:
        """Whether nothing has come of it for a while."""
        return not self.is_looked_at and clock.now() - self.take.created_at > STILL


def coming(interview: Interview) -> list[Coming]:
    """Recordings that arrive or are being looked at, oldest first. One of which nothing has come yet is none."""
    found = Take.objects.filter(interview=interview, state__in=(TakeState.ARRIVING, TakeState.CHECKING))
    rows = found.select_related("question", "voice").defer("peaks", "marks").order_by("pk")[:MOST_SHOWN]
    found_so_far = (Coming(take, _on_disk(take)) for take in rows)
    return [one for one in found_so_far if one.is_looked_at or one.arrived]


def _on_disk(take: Take) -> int:
    try:
        return parts.path_of(take.public_id).stat().st_size
    except FileNotFoundError:
        return 0


def versions(interview: Interview) -> QuerySet[Cut]:
    """Saved cuts, newest first."""
    return Cut.objects.filter(interview=interview).defer("clips")


def renders(interview: Interview) -> QuerySet[Render]:
    """Sounds made of any cut of it, newest first."""
    return Render.objects.filter(cut__interview=interview).select_related("cut", "file").order_by("-pk")


def latest_render(interview: Interview) -> Render | None:
    """The newest attempt at a sound, whatever became of it."""
    return renders(interview).first()


def finished(interview: Interview) -> Render | None:
    """The newest sound that is made."""
    return renders(interview).filter(state=RenderState.DONE, file__isnull=False).first()


def render(practice: Practice, public_id: str) -> Render:
    """One sound; raises Render.DoesNotExist."""
    return Render.objects.select_related("cut__interview", "file").get(practice=practice, public_id=public_id)


def is_of_newest(render: Render | None, interview: Interview) -> bool:
    """Whether this sound is made of the newest cut: else something was changed since."""
    newest = latest(interview)
    return render is not None and newest is not None and render.cut_id == newest.pk


def reviewed(interview: Interview) -> Review | None:
    """What the guest was last asked to hear and read."""
    return Review.objects.filter(interview=interview).select_related("render__file", "transcript").first()


def context(practice: Practice, interview: Interview) -> dict[str, Any]:
    """What `interviews/_editing.html` shows on the page of one interview."""
    own = Take.objects.filter(practice=practice, interview=interview)
    ready = own.filter(state=TakeState.READY, is_chosen=True).count()
    return {
        "editing": {
            "ready": ready,
            "why_not": voices.why_not_usable(interview) if ready else "",
            "cut": latest(interview),
            "render": latest_render(interview),
            "sound": finished(interview),
            "transcript": interview.transcripts.defer("segments").first(),
            "review": reviewed(interview),
        }
    }
