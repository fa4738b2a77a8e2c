"""How recordings arrive: begun, piece by piece, done. What stands on the disk is how much has arrived.

A piece is appended only where it begins at the very length of the part file, and is on the disk before the answer goes
out. So whatever is cut off or killed, on either side, goes on at that length; the same piece twice is refused with it.
"""

from __future__ import annotations

import fcntl
import math
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import bigfiles, clock, events
from passalong.core.errors import Refused
from passalong.interviews import parts
from passalong.interviews.models import Asked, ConsentTo, Cut, Interview, Stage, Take, TakeState, Voice
from passalong.interviews.selectors import takes as selectors
from passalong.interviews.selectors.voices import given
from passalong.interviews.services.moving import MAY, move
from passalong.interviews.stages import Who

MOST_PIECE = 1 << 20  # bytes
MOST_TAKE = 2 << 30
MOST_INTERVIEW = 8 << 30  # of all takes of an interview together
MOST_TAKES = 200
MOST_MARKS = 300
MOST_SECONDS = 4 * 3600.0
LEAFED = 2.0  # seconds: a question shown for less was not asked
LEFT_ON_DISK = 512 << 20  # never filled further than this
ARRIVES_WITHIN = timedelta(days=30)  # since its last piece
LEFT_BEHIND = 86_400  # seconds
WHILE = (Stage.AGREED, Stage.SCHEDULED, Stage.RECORDED)
ARRIVED = "passalong.interviews.tasks.recording.take_arrived"  # by name: tasks lie above services
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[A-Za-z0-9.+-]{1,40}(;[ A-Za-z0-9.=\"+-]{0,30})?")


class Elsewhere(Refused):
    """The piece does not begin where the part file ends. length: where it does end, in bytes."""

    def __init__(self, length: int) -> None:
        super().__init__(_("Go on at another place."))
        self.length = length


@transaction.atomic
def begin(
    *,
    interview: Interview,
    client_id: str,
    voice: Voice | None = None,
    by: Member | None = None,
    question: Asked | None = None,
    media_type: str = "",
    name: str = "",
) -> Take:
    """A recording that is going to arrive: of a voice by its own page (`voice`), or brought by a member (`by`).

    client_id: made by the device; the same again is the same take. Raises Refused before the voice consented to being
    recorded, outside the stages in which there is something to record, and beyond what an interview may hold.
    """
    if by is not None:
        demand(by, MAY)
        demand_own(by, interview, voice)
    elif voice is None:
        raise ValueError("a voice or a member brings it: say which")
    if not _CLIENT_ID.fullmatch(client_id):
        raise Refused(_("This recording has no proper name of its own."), field="client_id")
    held = Interview.objects.select_for_update().get(pk=interview.pk)
    known = Take.objects.filter(interview=held, client_id=client_id).first()
    if known is not None:
        if known.voice_id != (voice.pk if voice else None) or known.member != (by.public_id if by else ""):
            raise Refused(_("This recording has no proper name of its own."), field="client_id")
        return known
    _demand_open(held, voice if by is None else None)
    if question is not None and question.interview_id != held.pk:
        raise Refused(_("This question is not asked here."), field="question")
    return Take.objects.create(
        practice_id=held.practice_id,
        interview=held,
        question=question,
        voice=voice,
        client_id=client_id,
        name=" ".join(name.replace("\x00", "").split())[:200],
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "",
        is_chosen=False,
        member=by.public_id if by else "",
    )


def _demand_open(interview: Interview, voice: Voice | None) -> None:
    """Raise Refused where nothing more may arrive. voice: whose own page it comes by."""
    if interview.stage not in WHILE:
        raise Refused(_("Nothing is recorded at this point of the interview."))
    _demand_consent(voice)
    if interview.takes.count() >= MOST_TAKES:
        raise Refused(_("More than %(count)s recordings do not fit into one interview.") % {"count": MOST_TAKES})
    _demand_room(interview)


def _demand_consent(voice: Voice | None) -> None:
    if voice is not None and not given(ConsentTo.RECORDING).filter(voice=voice).exists():
        raise Refused(_("Before anything is recorded, please agree to being recorded."))


def _demand_room(interview: Interview) -> None:
    kept = interview.takes.aggregate(all=Sum("size"))["all"] or 0
    coming = interview.takes.filter(state=TakeState.ARRIVING).values_list("public_id", flat=True)
    if kept + sum(length_of(one) for one in coming) > MOST_INTERVIEW:
        raise Refused(_("The recordings of this interview take up all the room there is for one."))
    parts.folder().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(parts.folder()).free < LEFT_ON_DISK:
        raise Refused(_("The disk of the server is full. What has arrived is safe; try again later."))


def length_of(take_id: str) -> int:
    """How much of a take has arrived, in bytes, by its public id."""
    try:
        return parts.path_of(take_id).stat().st_size
    except FileNotFoundError:
        return 0


def arrived(take: Take) -> int:
    """How much of it has arrived, in bytes: all of it once it is done."""
    return length_of(take.public_id) if take.state == TakeState.ARRIVING else take.size or 0


def piece(*, take: Take, offset: int, body: bytes) -> int:
    """Append one piece, and return the length after it. It is on the disk when this returns.

    Raises Elsewhere with the true length where it does not begin there, Refused for what is too long, or done already.
    """
    if not body or len(body) > MOST_PIECE:
        raise Refused(_("A piece holds 1 to %(most)s bytes.") % {"most": MOST_PIECE})
    if offset + len(body) > MOST_TAKE:
        raise Refused(_("A recording of more than 2 GB is not taken."))
    if take.interview.stage == Stage.CLOSED:
        raise Refused(_("Nothing is recorded at this point of the interview."))
    _demand_consent(None if take.member else take.voice)
    _demand_room(take.interview)
    with _held(take) as file:
        if not Take.objects.filter(pk=take.pk, state=TakeState.ARRIVING).exists():
            raise Refused(_("This recording is complete already."))
        length = os.fstat(file).st_size
        if length != offset:
            raise Elsewhere(length)
        try:
            _append(file, body)
        except OSError:
            os.ftruncate(file, length)
            raise Refused(_("The disk of the server is full. What has arrived is safe; try again later.")) from None
        return length + len(body)


def _append(file: int, body: bytes) -> None:
    left = memoryview(body)
    os.lseek(file, 0, os.SEEK_END)
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)


@contextmanager
def _held(take: Take) -> Iterator[int]:
    """The part file, open and kept from other processes."""
    path = parts.path_of(take.public_id)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            _sync(path.parent)
        yield file
    finally:
        os.close(file)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def done(*, take: Take, total: int, marks: Iterable[tuple[str, float]] = ()) -> Take:
    """All of it has arrived: `total` bytes. It is looked at in the background, and counts for its question from now on.
    marks: of a whole talk, which question (public id) began at which second, as the prompter turned them over.

    Raises Elsewhere where the part file has another length. Done again it changes nothing.
    """
    take.refresh_from_db()
    if take.state != TakeState.ARRIVING:
        return take
    parts.folder().mkdir(parents=True, exist_ok=True)
    with _held(take) as file:
        length = os.fstat(file).st_size
        if not length:
            raise Refused(_("Nothing was recorded."))
        if length != total:
            raise Elsewhere(length)
        return _complete(take, length, _marked(take, marks))


def _marked(take: Take, marks: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    """Marks in order, of questions asked here; what was only leafed past on the way is left out."""
    if take.question_id is not None:
        return []
    asked = {one.public_id: one.text for one in Asked.objects.filter(interview=take.interview_id)}
    known = sorted((at, name) for name, at in marks if name in asked and math.isfinite(at) and 0 <= at <= MOST_SECONDS)
    found: list[dict[str, Any]] = []
    for at, name in known[:MOST_MARKS]:
        if found and at - found[-1]["at"] < LEAFED:
            at = found.pop()["at"]
        if not found or found[-1]["question"] != name:
            found.append({"question": name, "text": asked[name], "at": round(at, 2)})
    return found


@transaction.atomic
def _complete(take: Take, length: int, marks: list[dict[str, Any]]) -> Take:
    row = Take.objects.select_for_update().get(pk=take.pk)
    if row.state != TakeState.ARRIVING:
        return row
    row.state, row.size, row.done_at, row.marks = TakeState.CHECKING, length, clock.now(), marks
    row.save()
    _choose(row)
    _tell("interviews:take_arrived", row, size=length)
    import_string(ARRIVED).enqueue(row.pk)
    take.refresh_from_db()
    return take


@transaction.atomic
def choose(*, take: Take, by: Member | None = None) -> Take:
    """This one counts of several for a question. By a member, or by the voice whose take it is."""
    if by is not None:
        demand(by, MAY)
        demand_own(by, take)
    if take.state not in (TakeState.READY, TakeState.CHECKING):
        raise Refused(_("This recording cannot be used."))
    if take.interview.stage not in WHILE:
        raise Refused(_("Nothing is recorded at this point of the interview."))
    _choose(take)
    _tell("interviews:take_chosen", take, by=by)
    return take


def _choose(take: Take) -> None:
    """Of several answers to one question the last one counts; a recording of the whole talk stands beside others."""
    if take.question_id is not None:
        Take.objects.filter(interview=take.interview_id, question=take.question_id).update(is_chosen=False)
    Take.objects.filter(pk=take.pk).update(is_chosen=True)
    take.is_chosen = True


@transaction.atomic
def remove(*, take: Take, by: Member | None = None) -> None:
    """Delete a recording with its bytes. Refused while the cut holds it."""
    if by is not None:
        demand(by, MAY)
        demand_own(by, take)
    if take.interview.stage not in WHILE:
        raise Refused(_("Nothing is recorded at this point of the interview."))
    cut = Cut.objects.filter(interview=take.interview_id).first()
    around = {cut.settings.get("intro"), cut.settings.get("outro")} if cut is not None else set()
    if cut is not None and (take.public_id in around or any(one.get("take") == take.public_id for one in cut.clips)):
        raise Refused(_("It is part of the interview as it is put in order. Take it out there first."))
    _tell("interviews:take_removed", take, by=by)
    _delete(take)


def _delete(take: Take) -> None:
    file, name = take.file_id, take.public_id
    take.delete()
    bigfiles.release([file] if file else [])
    transaction.on_commit(lambda: parts.forget(name))


@transaction.atomic
def settle(*, interview: Interview) -> bool:
    """Once the guest has answered every question, and each answer can be used, the interview is recorded; whether it
    moved now."""
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if row.stage not in (Stage.AGREED, Stage.SCHEDULED) or not selectors.is_answered(row):
        return False
    if not row.takes.filter(member="").exists():  # all of it was brought by the desk, which says when it is recorded
        return False
    move(interview=row, act="record", who=Who.GUEST)
    return True


@transaction.atomic
def that_is_all(*, voice: Voice) -> Interview:
    """The guest has said what there is to say, whether or not every question was answered."""
    interview = Interview.objects.select_for_update().get(pk=voice.interview_id)
    if interview.stage == Stage.RECORDED:
        return interview
    if not interview.takes.filter(state__in=(TakeState.READY, TakeState.CHECKING)).exists():
        raise Refused(_("Nothing has been recorded yet."))
    return move(interview=interview, act="record", who=Who.GUEST)


def tidy() -> int:
    """Delete recordings that stopped arriving long ago, and part files that no row names any more; returns how many
    recordings. For the clock."""
    _sweep()
    before, gone = clock.now() - ARRIVES_WITHIN, 0
    for take in Take.objects.filter(state=TakeState.ARRIVING, created_at__lt=before).iterator():
        path = parts.path_of(take.public_id)
        if not path.exists() or path.stat().st_mtime < before.timestamp():
            with transaction.atomic():
                _delete(take)
            gone += 1
    return gone


def _sweep() -> None:
    """What a process left that was killed between a row and its file; after a day, for its row may be on its way."""
    before = clock.now().timestamp() - LEFT_BEHIND
    for left in parts.folder().glob("*.part*"):
        with suppress(FileNotFoundError):  # taken over at this moment
            take = left.name.partition(".")[0]
            if left.stat().st_mtime < before and not Take.objects.filter(public_id=take).exists():
                left.unlink()


def _tell(kind: str, take: Take, *, by: Member | None = None, size: int | None = None) -> None:
    voice, asked = take.voice, take.question
    people = [voice.public_id, *([voice.contact.public_id] if voice.contact else [])] if voice else []
    events.record(
        take.practice_id,
        kind,
        actor=by.public_id if by else take.member,
        subject=take.interview.public_id,
        people=people,
        take=take.public_id,
        question=asked.public_id if asked else "",
        size=size,
    )
