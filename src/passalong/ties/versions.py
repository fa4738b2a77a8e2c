"""The scorers of all practices as files: built by the worker, mapped into memory by whoever answers pages.

A version stands in <data folder>/knows/<practice>/<evidence>-<answers>, numbers that were read before the evidence was:
it may know more than its name says, never less. It is written under another name and renamed, and never changed.
All of this can be deleted at any time; it is built again.
"""

from __future__ import annotations

import logging
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from passalong.accounts.models import Practice
from passalong.core.erasing import stones
from passalong.core.models import Event
from passalong.core.revisions import ANSWERS, EVIDENCE, current
from passalong.engine import knows
from passalong.engine.knows import packing
from passalong.ties.evidence import answer_rows, data_set_of
from passalong.ties.models import Answer

KEPT = 2
LATE = 50  # answers after which a version is built anew although the evidence stands
OVERLAP = 200  # answers before the last one known that are looked at again: a slow one may have come in after it
AN_HOUR = 3600.0  # seconds after which what is no longer or was never used is cleared away
NAME = re.compile(r"(\d+)-(\d+)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """A state of evidence and answers, and where it lies."""

    evidence: int
    answers: int
    folder: Path = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """A scorer of some evidence, and what is needed to lay newer answers over it."""

    evidence: int
    last_answer: int
    scorer: knows.Scorer
    folder: Path | None = None  # None: laid out in this process

    def with_newer_answers(self, practice: Practice) -> knows.Scorer:
        """The scorer as it is after all that was answered since."""
        return self.scorer.with_answers(answer_rows(practice, after=self.last_answer - OVERLAP))


def root() -> Path:
    """Where versions of all practices lie."""
    return Path(settings.DATA) / "knows"


def versions_of(practice: Practice) -> list[Version]:
    """All that are there, the newest first."""
    try:
        folders = list((root() / practice.public_id).iterdir())
    except OSError:
        return []
    found = [(NAME.fullmatch(folder.name), folder) for folder in folders]
    return sorted((Version(int(m[1]), int(m[2]), folder) for m, folder in found if m), reverse=True)


def laid_out(practice: Practice) -> Ground:
    """The evidence as it stands, in the memory of this process."""
    evidence, last = current(practice.pk, EVIDENCE), _last_answer(practice)  # first, so that nothing new is missed
    return Ground(evidence, last, knows.Scorer(data_set_of(practice)))


def build(practice: Practice) -> Version:
    """Lay the evidence out and write it down as the practice's newest version; older ones but one go.

    Somebody forgotten while this went on may stand in it: it is then built anew.
    """
    forgotten = stones(practice.pk).count()
    answers, event = current(practice.pk, ANSWERS), _last_event(practice)
    ground = laid_out(practice)
    home = root() / practice.public_id
    root().mkdir(mode=0o700, exist_ok=True)
    version = Version(ground.evidence, answers, home / f"{ground.evidence}-{answers}")
    notes = {"practice": practice.public_id, "last_answer": ground.last_answer, "event": event}
    packing.save(ground.scorer, version.folder, notes)
    if stones(practice.pk).count() != forgotten:
        _remove(version.folder)
        return build(practice)
    if not Practice.objects.filter(pk=practice.pk).exists():  # removed while this was built
        forget(practice.public_id)
    for old in [one for one in versions_of(practice) if one != version][KEPT - 1 :]:
        _remove(old.folder)
    return version


def mapped(practice: Practice, version: Version) -> Ground | None:
    """A version to be used, or None: it is damaged, of another program, or not of this practice as it stands."""
    try:
        notes = packing.notes_of(version.folder)
        if notes["practice"] != practice.public_id or not _has_happened(practice, notes["event"]):
            log.warning("%s is not of this practice's own past: it is not used.", version.folder)
            return None
        return Ground(version.evidence, notes["last_answer"], packing.load(version.folder), version.folder)
    except packing.Foreign:
        return None  # the program that wrote it may be running beside this one
    except knows.DataError as error:
        log.warning("%s It is removed and will be built again.", error)
        _remove(version.folder)
        return None


def is_behind(practice: Practice) -> bool:
    """Whether a new version is due."""
    evidence, answers = current(practice.pk, EVIDENCE), current(practice.pk, ANSWERS)
    if not evidence:
        return False
    for version in versions_of(practice)[:1]:
        try:
            notes = packing.notes_of(version.folder)
        except knows.DataError:
            return True
        is_new = version.evidence == evidence and 0 <= answers - version.answers < LATE
        return not (is_new and _has_happened(practice, notes["event"]))
    return True


def bring_up_to_date(practice_id: int) -> bool:
    """Build the practice's version if one is due; whether it was."""
    practice = Practice.objects.filter(pk=practice_id).first()
    if practice is None or not is_behind(practice):
        return False
    build(practice)
    return True


def keep() -> None:
    """All practices brought up to date; what is left of practices that are gone, of builds cut short and of versions
    nobody begins to use any more (people may have been deleted since) removed."""
    practices = list(Practice.objects.all())
    for practice in practices:
        bring_up_to_date(practice.pk)
        for old in versions_of(practice)[1:]:
            _remove_if_old(old.folder)
    known = {practice.public_id for practice in practices}
    for home in root().iterdir() if root().is_dir() else ():
        if home.name not in known and not Practice.objects.filter(public_id=home.name).exists():
            _remove(home)
        for left in home.glob(".*"):
            _remove_if_old(left)


def _remove_if_old(folder: Path) -> None:
    try:
        is_old = folder.stat().st_mtime < time.time() - AN_HOUR
    except FileNotFoundError:
        return
    if is_old:
        _remove(folder)


def forget(public_id: str) -> None:
    """Remove all versions of a practice; those who have one mapped keep it until they look again."""
    _remove(root() / public_id)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _last_answer(practice: Practice) -> int:
    found: int | None = Answer.objects.filter(practice=practice).aggregate(last=Max("pk"))["last"]
    return found or 0


def _last_event(practice: Practice) -> list[int | str]:
    """The end of the event log: by it a version knows whether its past is that of the database it is used with."""
    found = Event.objects.filter(practice=practice).order_by("-number").values_list("number", "hash").first()
    return list(found) if found else [0, ""]


def _has_happened(practice: Practice, event: list[int | str]) -> bool:
    """False after an older database was brought back: its numbers were given out once before."""
    number, digest = event
    return number == 0 or Event.objects.filter(practice=practice, number=number, hash=digest).exists()
