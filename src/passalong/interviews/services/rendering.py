"""The sound of a cut is asked for, made by a worker, watched and called off.

Whoever makes it says every second that it is alive. A render whose worker has fallen silent is taken up again by the
clock, from the beginning; the worker that comes back late finds that it is not its own any more and leaves it.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import bigfiles, clock, events
from passalong.core.errors import Refused
from passalong.engine import audio
from passalong.interviews.clips import clips_from, finish_from
from passalong.interviews.models import Cut, Interview, Render, RenderState, Take, TakeState
from passalong.interviews.selectors import voices
from passalong.interviews.services.checking import WORDS
from passalong.interviews.services.moving import MAY

logger = logging.getLogger("passalong.interviews")

TASK = "passalong.interviews.tasks.sound.make_sound"  # by name: tasks lie above services
OPEN = (RenderState.WAITING, RenderState.RUNNING)
SILENT_AFTER = timedelta(seconds=60)
WAITS_AT_MOST = timedelta(minutes=5)  # before the clock enqueues it once more
GIVEN_UP_AFTER = timedelta(days=1)
EVERY = 1.0  # seconds between two signs of life


@transaction.atomic
def request(*, by: Member, cut: Cut) -> Render:
    """Have the sound of this cut made, in the background. One that is on its way or made already is that one; sounds of
    other cuts of the interview that are on their way are called off.

    Raises Refused while a voice has not consented, and for a cut in which nothing is kept or a recording is missing.
    """
    demand(by, MAY)
    demand_own(by, cut)
    Interview.objects.select_for_update(of=("self",)).get(pk=cut.interview_id)
    if why := voices.why_not_usable(cut.interview) or _why_not(cut):
        raise Refused(why)
    all_of_it = Render.objects.filter(cut__interview=cut.interview_id)
    for other in all_of_it.filter(state__in=OPEN).exclude(cut=cut):
        _call_off(other)
    known = all_of_it.filter(cut=cut).filter(
        Q(state__in=OPEN, cancel_asked_at=None) | Q(state=RenderState.DONE, file__isnull=False)
    )
    if (found := known.order_by("-pk").first()) is not None:
        return found
    row = Render.objects.create(practice_id=cut.practice_id, cut=cut)
    _tell("interviews:sound_asked", row, by)
    import_string(TASK).enqueue(row.pk)
    return row


def _why_not(cut: Cut) -> str:
    """Why no sound can be made of this cut, in one sentence; empty when it can."""
    kept = [clip for clip in clips_from(cut.clips) if clip.kept]
    if not kept:
        return _("Nothing is kept in this version: keep at least one piece.")
    named = {clip.take for clip in kept} | {one for one in _around(cut) if one}
    return "" if len(_usable(cut, named)) == len(named) else _("A recording of this version is not here any more.")


def _around(cut: Cut) -> tuple[str, str]:
    finish = finish_from(cut.settings)
    return finish.intro, finish.outro


def _usable(cut: Cut, named: set[str]) -> dict[str, Take]:
    ready = Take.objects.filter(interview=cut.interview_id, state=TakeState.READY, file__isnull=False)
    return {take.public_id: take for take in ready.filter(public_id__in=named).select_related("file")}


@transaction.atomic
def cancel(*, by: Member, render: Render) -> Render:
    """Call it off; one that has ended stays as it is."""
    demand(by, MAY)
    demand_own(by, render)
    row = Render.objects.select_for_update(of=("self",)).get(pk=render.pk)
    if row.state in OPEN and row.cancel_asked_at is None:
        _call_off(row)
        _tell("interviews:sound_called_off", row, by)
    render.refresh_from_db()
    return render


def _call_off(row: Render) -> None:
    """At once where nobody is at it; else whoever is sees it within a second."""
    now = clock.now()
    waiting = Render.objects.filter(pk=row.pk, state=RenderState.WAITING)
    if not waiting.update(state=RenderState.CANCELLED, cancel_asked_at=now, ended_at=now):
        Render.objects.filter(pk=row.pk, state=RenderState.RUNNING).update(cancel_asked_at=now)


def run(render_id: int) -> None:
    """Make the sound of a render that waits, or whose worker has fallen silent; leaves any other alone."""
    claim = _Claim.of(render_id)
    if claim is None:
        return
    row = Render.objects.select_related("cut__interview__practice", "cut__interview__guest").get(pk=render_id)
    out = folder() / f"{row.public_id}.mp3"
    try:
        if why := voices.why_not_usable(row.cut.interview) or _why_not(row.cut):
            claim.end(state=RenderState.FAILED, why=why[:300])
            return
        made = audio.render(_plan(row.cut), out, claim.progress, lambda: claim.is_over(row.cut.interview))
        _keep(row, claim, made, out)
    except audio.Cancelled:
        claim.end(state=RenderState.CANCELLED, why=voices.why_not_usable(row.cut.interview)[:300])
    except audio.NotSound as error:
        claim.end(state=RenderState.FAILED, why=str(WORDS[error.key])[:300])
    except audio.Failed:
        logger.exception("The sound of render %s could not be made", row.public_id)
        claim.end(state=RenderState.FAILED, why=_("The sound could not be made. What went wrong is in the log."))
    finally:
        out.unlink(missing_ok=True)


def folder() -> Path:
    """Where sounds are made: on the disk where they stay, and in no backup."""
    made = Path(settings.DATA) / "run" / "sounds"
    made.mkdir(parents=True, exist_ok=True)
    return made


def _plan(cut: Cut) -> audio.Plan:
    clips, finish = [clip for clip in clips_from(cut.clips) if clip.kept], finish_from(cut.settings)
    usable = _usable(cut, {clip.take for clip in clips} | {finish.intro, finish.outro})
    paths = {name: bigfiles.path_of(take.file) for name, take in usable.items() if take.file}
    return audio.Plan(
        clips=tuple(audio.Clip(paths[one.take], one.start, one.end, one.chapter) for one in clips),
        intro=paths.get(finish.intro),
        outro=paths.get(finish.outro),
        noise=finish.noise,
        quiet=finish.quiet,
        title=str(cut.interview),
        artist=cut.interview.practice.name,
    )


def _keep(row: Render, claim: _Claim, made: audio.Rendered, out: Path) -> None:
    """Put the finished sound where it stays, if it is still wanted."""
    file = bigfiles.keep(row.practice_id, out, "audio/mpeg")
    with transaction.atomic():
        there = Interview.objects.select_for_update(of=("self",)).filter(pk=row.cut.interview_id)
        why = voices.why_not_usable(row.cut.interview) if there.first() else _("The interview is gone.")
        is_kept = not why and claim.end(
            state=RenderState.DONE,
            progress=100,
            file=file,
            seconds=made.seconds,
            loudness=made.loudness,
            chapters=[{"start": one.start, "title": one.title} for one in made.chapters],
            peaks=made.peaks,
            places=_places(row.cut, made.places),
            why="",
        )
        if not is_kept:
            bigfiles.release([file.pk])
        if why:
            claim.end(state=RenderState.CANCELLED, why=why[:300])


def _places(cut: Cut, made: Iterable[audio.Place]) -> list[dict[str, Any]]:
    """What is heard where, by takes instead of numbers of the plan."""
    clips, finish = [clip.take for clip in clips_from(cut.clips) if clip.kept], finish_from(cut.settings)
    around = {audio.INTRO: finish.intro, audio.OUTRO: finish.outro}
    rows = ((one, around[one.clip] if one.clip < 0 else clips[one.clip]) for one in made)
    return [{"at": one.at, "take": take, "start": one.start, "end": one.end} for one, take in rows]


class _Claim:
    """Whose render it is: whoever wrote its last sign of life."""

    def __init__(self, render_id: int, at: datetime) -> None:
        self._id, self._at = render_id, at
        self._looked = time.monotonic()
        self._percent = 0
        self._is_over = False

    @classmethod
    def of(cls, render_id: int) -> _Claim | None:
        """None where it is not there to be taken."""
        now = clock.now()
        silent = Q(state=RenderState.RUNNING) & (Q(claimed_at=None) | Q(claimed_at__lt=now - SILENT_AFTER))
        free = Render.objects.filter(Q(state=RenderState.WAITING) | silent, pk=render_id)
        taken = free.update(state=RenderState.RUNNING, claimed_at=now, progress=0)
        return cls(render_id, now) if taken else None

    def progress(self, percent: int) -> None:
        """Written with the next sign of life."""
        self._percent = percent

    def is_over(self, interview: Interview) -> bool:
        """Whether nobody wants it any more, or it is another's. Once a second it is asked, and written, for real."""
        if time.monotonic() - self._looked >= EVERY:
            self._looked, now = time.monotonic(), clock.now()
            held = Render.objects.filter(pk=self._id, state=RenderState.RUNNING, claimed_at=self._at)
            if not held.filter(cancel_asked_at=None).update(claimed_at=now, progress=self._percent):
                self._is_over = True
                return True
            self._at = now
            self._is_over = bool(voices.why_not_usable(interview))
        return self._is_over

    def end(self, **values: Any) -> bool:
        """Write what became of it; False where it is another's by now."""
        held = Render.objects.filter(pk=self._id, state=RenderState.RUNNING, claimed_at=self._at)
        return bool(held.update(ended_at=clock.now(), **values))


def tend() -> int:
    """Have sounds taken up again whose worker has fallen silent; returns how many. For the clock, each minute."""
    now = clock.now()
    Render.objects.filter(state__in=OPEN, created_at__lt=now - GIVEN_UP_AFTER).update(
        state=RenderState.FAILED, ended_at=now, why=_("It could not be made within a day. Ask for it once more.")
    )
    silent = Q(state=RenderState.RUNNING) & (Q(claimed_at=None) | Q(claimed_at__lt=now - SILENT_AFTER))
    waiting = Q(state=RenderState.WAITING, created_at__lt=now - WAITS_AT_MOST)
    left = list(Render.objects.filter(silent | waiting).values_list("pk", flat=True))
    for render_id in left:
        import_string(TASK).enqueue(render_id)
    return len(left)


def tidy() -> None:
    """Delete what killed workers left: of sounds they were making, and files that no row came to name."""
    before = time.time() - 86_400
    for left in folder().iterdir():
        if left.stat().st_mtime < before:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    for practice_id in Practice.objects.values_list("pk", flat=True):
        bigfiles.sweep(practice_id)


def _tell(kind: str, row: Render, by: Member) -> None:
    interview = row.cut.interview
    events.record(
        row.practice_id,
        kind,
        actor=by.public_id,
        subject=interview.public_id,
        people=[interview.guest.public_id] if interview.guest else [],
        version=row.cut.number,
    )
