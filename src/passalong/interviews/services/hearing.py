"""What a worker does when this machine is to write words down. Safe to repeat: what a killed one left is begun anew."""

from __future__ import annotations

import logging
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from passalong.core import bigfiles, clock
from passalong.engine import audio
from passalong.engine.hearing import Heard, NotHeard, hear
from passalong.interviews.models import Hearing, Interview, RenderState
from passalong.interviews.selectors import voices
from passalong.interviews.services import rendering, transcripts
from passalong.interviews.transcript_files import Line

logger = logging.getLogger("passalong.interviews")
OPEN = (RenderState.WAITING, RenderState.RUNNING)
EVERY = 1.0  # seconds between two signs of life
WHY = {
    "missing": _("Speech recognition is not installed on this server. The guide to transcribing says how."),
    "model": _("There is no model in the folder that is set. The guide to transcribing says how."),
    "slow": _("It took too long and was ended. Bring the words as a file, or try once more."),
    "cancelled": _("A voice has taken the consent back meanwhile."),
    "failed": _("It could not be written down. Bring the words as a file, or try once more."),
    "silent": _("Nobody was heard to speak."),
}


def run(hearing_id: int) -> None:
    """Write down what the finished sound says, unless it is done or called off."""
    asked = Hearing.objects.filter(pk=hearing_id, state__in=OPEN)
    if not asked.update(state=RenderState.RUNNING, progress=0):
        return
    row = Hearing.objects.select_related("render__file", "render__cut__interview").get(pk=hearing_id)
    try:
        found = _heard(row)
        if not found:
            raise NotHeard("silent")
    except NotHeard as error:
        _fail(row, error.key)
        return
    except (audio.NotSound, audio.Failed, OSError):
        logger.exception("The words of render %s could not be written down", row.render.public_id)
        _fail(row, "failed")
        return
    if transcripts.keep_heard(hearing=row, lines=[Line(one.text, one.start, one.end) for one in found]) is None:
        _fail(row, "cancelled")


def _heard(row: Hearing) -> list[Heard]:
    """The segments with words in them; the sound is laid down for the recogniser beside, and goes again."""
    file, interview = row.render.file, row.render.cut.interview
    if file is None or not settings.WHISPER_MODEL:
        raise NotHeard("model")
    if voices.why_not_usable(interview):
        raise NotHeard("cancelled")
    with tempfile.TemporaryDirectory(prefix="words-", dir=rendering.folder()) as folder:
        sound = Path(folder) / "sound.wav"
        audio.wav16(bigfiles.path_of(file), sound)
        alive = _Alive(row, interview)
        model, seconds = Path(settings.WHISPER_MODEL), row.render.seconds or 0.0
        return [one for one in hear(model, sound, seconds, alive.progress, alive.is_over) if one.text.strip()]


def _fail(row: Hearing, key: str) -> None:
    left = Hearing.objects.filter(pk=row.pk, state=RenderState.RUNNING)
    left.update(state=RenderState.FAILED, why=str(WHY[key])[:300], ended_at=clock.now())


class _Alive:
    """Writes progress at most each second, and looks as often whether it may go on."""

    def __init__(self, row: Hearing, interview: Interview) -> None:
        self._row, self._interview = row, interview
        self._looked, self._over = 0.0, False

    def progress(self, percent: int) -> None:
        if percent != self._row.progress:
            self._row.progress = percent
            Hearing.objects.filter(pk=self._row.pk).update(progress=percent)

    def is_over(self) -> bool:
        if time.monotonic() - self._looked >= EVERY:
            self._looked = time.monotonic()
            there = Hearing.objects.filter(pk=self._row.pk, state=RenderState.RUNNING).exists()
            self._over = not there or bool(voices.why_not_usable(self._interview))
        return self._over
