"""A recording that has arrived is looked at: is it a sound, how long, its waveform. Then it is kept, or refused.

Safe to repeat, and to be killed anywhere: the part file stays until the row says what became of it. What is kept is a
second name of the same bytes, so that a killed worker leaves either the part file, or the part file and the kept one.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from passalong.core import bigfiles, clock
from passalong.core.models import BigFile
from passalong.engine import audio
from passalong.engine.audio import NotSound, Why
from passalong.interviews import parts
from passalong.interviews.models import Take, TakeState

logger = logging.getLogger("passalong.interviews")

ARRIVED = "passalong.interviews.tasks.recording.take_arrived"  # by name: tasks lie above services
EVERY = 1.0  # seconds between two words about how far it is
LEFT_AFTER = timedelta(minutes=20)  # longer than looking at one may take
# As it is served to be listened to; by content, whatever the device said.
MEDIA_TYPES = {
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
}
WORDS: dict[Why, str | Promise] = {
    Why.MISSING: _("The recording is not there any more. Please send it again."),
    Why.UNKNOWN: _("This is no sound of a kind that can be read: bring MP3, M4A, WAV, WebM, Ogg, FLAC or AAC."),
    Why.PLAYLIST: _("This is a list of other files, not a sound."),
    Why.LARGE: _("It is larger than 2 GB."),
    Why.LONG: _("It is longer than four hours."),
    Why.STREAMS: _("There are too many tracks in it."),
    Why.NO_SOUND: _("There is no sound in it."),
    Why.PACKED: _("Its sound is packed in a way that is not read."),
    Why.EMPTY: _("It is empty."),
    Why.SILENT: _("Nothing is to be heard on it. Is the microphone on?"),
    Why.CUT_OFF: _("It says it is longer than it is: a part of it is missing."),
    Why.DAMAGED: _("It is damaged."),
    Why.BOUNDS: _("It could not be read within the time and memory set for it."),
}


def check(take_id: int) -> None:
    """Look at a take whose bytes are complete: READY with file, length and waveform, or REFUSED with why. take_id: its
    primary key. What was looked at already, or is gone, is left alone. OSError where the disk takes nothing more: then
    nothing has changed, and the clock asks again."""
    take = Take.objects.filter(pk=take_id, state=TakeState.CHECKING).first()
    if take is None:
        _forget_part(take_id)
        return
    part = parts.path_of(take.public_id)
    with _alone(part) as is_alone:
        if is_alone:
            _look(take, part)


@contextlib.contextmanager
def _alone(part: Path) -> Iterator[bool]:
    """Whether nobody else looks at this part file now; a worker that is killed lets go of it."""
    try:
        file = os.open(part, os.O_RDONLY)
    except FileNotFoundError:
        yield True  # told by whoever looks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_alone = True
    except BlockingIOError:
        is_alone = False
    try:
        yield is_alone
    finally:
        os.close(file)


def _look(take: Take, part: Path) -> None:
    last = time.monotonic()

    def progress(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            _still(take).update(looked=percent)

    try:
        found = audio.examine(part, progress=progress)
        file = _kept(take, part, MEDIA_TYPES[found.probe.format])
    except (NotSound, FileNotFoundError) as error:
        _refuse(take, error.key if isinstance(error, NotSound) else Why.MISSING)
        return
    with transaction.atomic():
        ready = {"seconds": found.probe.seconds, "peaks": found.peaks, "file": file, "size": file.size, "why": ""}
        if not _still(take).update(state=TakeState.READY, **ready):
            bigfiles.release([file.pk])  # it was taken back meanwhile
    part.unlink(missing_ok=True)


def tend() -> int:
    """Have recordings looked at that nobody looked at within minutes; returns how many. For the clock, each minute."""
    before = clock.now() - LEFT_AFTER
    left = list(Take.objects.filter(state=TakeState.CHECKING, done_at__lt=before).values_list("pk", flat=True))
    for take_id in left:
        import_string(ARRIVED).enqueue(take_id)
    return len(left)


def _still(take: Take) -> QuerySet[Take]:
    return Take.objects.filter(pk=take.pk, state=TakeState.CHECKING)


def _kept(take: Take, part: Path, media_type: str) -> BigFile:
    """The bytes kept by their content; the part file stays as well."""
    second = parts.second_of(take.public_id)
    second.unlink(missing_ok=True)
    try:
        try:
            os.link(part, second)
        except PermissionError:  # a disk without second names
            shutil.copyfile(part, second)
        return bigfiles.keep(take.practice_id, second, media_type)
    finally:
        second.unlink(missing_ok=True)


def _refuse(take: Take, key: Why) -> None:
    """It is not usable; where another answer to the question is, that one counts."""
    logger.info("A recording of practice %s was refused: %s", take.practice_id, key)
    with transaction.atomic():
        changed = _still(take).update(state=TakeState.REFUSED, why=str(WORDS[key])[:300], is_chosen=False)
        if changed and take.question_id is not None:
            others = Take.objects.filter(interview=take.interview_id, question=take.question_id)
            last = others.filter(state__in=(TakeState.READY, TakeState.CHECKING)).order_by("-pk").first()
            if last is not None and not others.filter(is_chosen=True).exists():
                Take.objects.filter(pk=last.pk).update(is_chosen=True)
    if changed:
        parts.path_of(take.public_id).unlink(missing_ok=True)


def _forget_part(take_id: int) -> None:
    """What a worker left that was killed between the row and the file."""
    done = Take.objects.filter(pk=take_id, state__in=(TakeState.READY, TakeState.REFUSED)).first()
    if done is not None:
        with contextlib.suppress(OSError):
            parts.path_of(done.public_id).unlink(missing_ok=True)
