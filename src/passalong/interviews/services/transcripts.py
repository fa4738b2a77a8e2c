"""Verbs on the words: pasted, from a file, written by the machine here, corrected; every version is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews import transcript_files
from passalong.interviews.models import (
    Hearing,
    Interview,
    Render,
    RenderState,
    Transcript,
    TranscriptSource,
    Voice,
    VoiceRole,
)
from passalong.interviews.selectors import cuts, voices
from passalong.interviews.selectors import transcripts as selectors
from passalong.interviews.services.cutting import demand_editable
from passalong.interviews.transcript_files import Line

MAY = "interviews.edit"
LONGEST = 6000  # characters of one segment
ONE_SITTING = timedelta(minutes=10)  # corrections of one member go on in one version that long
HEAR = "passalong.interviews.tasks.words.hear"


@transaction.atomic
def paste(*, by: Member, interview: Interview, text: str) -> Transcript:
    """Words somebody wrote down; SubRip, WebVTT and JSON are known by their look. Raises Refused for none."""
    row = _own(by, interview)
    return _keep_lines(row, _read(transcript_files.read_text, text), TranscriptSource.PASTED, by)


@transaction.atomic
def upload(*, by: Member, interview: Interview, data: bytes) -> Transcript:
    """The same from a file: .txt, .srt, .vtt, or the JSON of a recogniser; at most 10 MB."""
    row = _own(by, interview)
    return _keep_lines(row, _read(transcript_files.read, data), TranscriptSource.FILE, by)


def _read(reader: Any, given: Any) -> list[Line]:
    try:
        lines: list[Line] = reader(given)
    except transcript_files.NotWords as error:
        raise Refused(str(error), field="text" if isinstance(given, str) else "file") from error
    return lines


@transaction.atomic
def correct(*, by: Member, interview: Interview, base: int, texts: Sequence[str], who: Sequence[str]) -> Transcript:
    """The same segments in better words. base: number of the version the page showed. who: for each the public id of a
    voice, or empty. A segment left empty goes. The same words again are the version that is there.

    What one member corrects within ten minutes is one version. Raises Refused where others changed the words meanwhile:
    nothing is overwritten unseen.
    """
    row = _own(by, interview)
    last = _based_on(row, base, texts)
    if len(who) != len(texts):
        raise Refused(_("The page was not sent as a whole. Please open it again."))
    known = selectors.voices(row)
    segments = [
        {**old, "text": _tidy(text), "voice": voice if voice in known else old.get("voice", "")}
        for old, text, voice in zip(last.segments, texts, who, strict=True)
        if text.strip()
    ]
    if segments == last.segments:
        return last
    mine = last.source == TranscriptSource.DESK and last.member == by.public_id
    if mine and not last.reviews.exists() and clock.now() - last.created_at < ONE_SITTING:
        last.segments = segments
        last.save(update_fields=["segments"])
        return last
    return _keep(row, segments, TranscriptSource.DESK, by)


@transaction.atomic
def correct_by_guest(*, voice: Voice, base: Transcript, texts: Sequence[str]) -> Transcript:
    """The guest's own corrections of the words they were shown, as a version of its own; none: that version itself."""
    row = Interview.objects.select_for_update(of=("self",)).get(pk=voice.interview_id)
    last = _based_on(row, base.number, texts)
    pairs = zip(last.segments, texts, strict=True)
    segments = [{**old, "text": _tidy(text)} for old, text in pairs if text.strip()]
    if not segments:
        raise Refused(_("All words are gone. If you would rather not be published, ask for changes below."))
    return last if segments == last.segments else _keep(row, segments, TranscriptSource.GUEST, None)


@transaction.atomic
def go_back(*, by: Member, interview: Interview, number: int) -> Transcript:
    """Make an earlier version the newest again, as a version of its own."""
    row = _own(by, interview)
    earlier = Transcript.objects.filter(interview=row, number=number).first()
    if earlier is None:
        raise Refused(_("There is no such version."))
    return _keep(row, earlier.segments, TranscriptSource.DESK, by)


def can_hear() -> bool:
    """Whether a model to write words down with lies on this machine."""
    return bool(settings.WHISPER_MODEL)


@transaction.atomic
def ask_to_hear(*, by: Member, interview: Interview) -> Hearing:
    """Have the machine here write down what the finished sound says. Asked again while it works changes nothing."""
    row = _own(by, interview)
    if not can_hear():
        raise Refused(_("No speech recognition is set up on this server."))
    sound = cuts.finished(row)
    if sound is None:
        raise Refused(_("Make the sound first; the words are written down from it."))
    found, _made = Hearing.objects.get_or_create(
        render=sound,
        defaults={"practice_id": row.practice_id, "asked_at": clock.now(), "member": by.public_id},
    )
    if _made or found.state not in (RenderState.WAITING, RenderState.RUNNING):
        found.state, found.progress, found.why, found.ended_at = RenderState.WAITING, 0, "", None
        found.asked_at, found.member = clock.now(), by.public_id
        found.save()
        transaction.on_commit(lambda: import_string(HEAR).enqueue(found.pk))
    return found


def keep_heard(*, hearing: Hearing, lines: Iterable[Line]) -> Transcript | None:
    """What the machine wrote becomes a version, once, unless a voice took the consent back meanwhile."""
    with transaction.atomic():
        render = Render.objects.select_related("cut").get(pk=hearing.render_id)
        row = Interview.objects.select_for_update(of=("self",)).get(pk=render.cut.interview_id)
        locked = Hearing.objects.select_for_update().get(pk=hearing.pk)
        why = voices.why_not_usable(row)
        if why or locked.state != RenderState.RUNNING or row.stage not in cuts.MAY_EDIT:
            return None
        locked.state, locked.progress, locked.ended_at = RenderState.DONE, 100, clock.now()
        locked.save(update_fields=["state", "progress", "ended_at"])
        return _keep_lines(row, transcript_files.joined(lines), TranscriptSource.HEARD, None)


def _own(by: Member, interview: Interview) -> Interview:
    """The interview's row, locked, where its words may change now: every voice consented, the guest has not got it."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    demand_editable(row)
    if why := voices.why_not_usable(row):
        raise Refused(why)
    return row


def _based_on(row: Interview, base: int, texts: Sequence[str]) -> Transcript:
    last = selectors.latest(row)
    if last is None or last.number != base:
        raise Refused(_("The words were changed elsewhere meanwhile. Copy what you wrote, and open the page again."))
    if len(texts) != len(last.segments):
        raise Refused(_("The page was not sent as a whole. Please open it again."))
    return last


def _tidy(text: str) -> str:
    plain = transcript_files.clean(text)
    if len(plain) > LONGEST:
        raise Refused(_("At most %(most)d characters fit into one paragraph.") % {"most": LONGEST})
    return plain


def _keep_lines(row: Interview, lines: Iterable[Line], source: str, by: Member | None) -> Transcript:
    """Lines with names become segments with voices: a name is known where it is one of the interview's voices."""
    names = _names(row)
    segments = [
        {
            "start": line.start,
            "end": line.end,
            "voice": names.get(line.who.casefold(), ""),
            "text": _with_name(line, names),
        }
        for line in lines
    ]
    return _keep(row, segments, source, by)


def _with_name(line: Line, names: Mapping[str, str]) -> str:
    """A name nobody here has stays with the words, as it stood in the file."""
    unknown = line.who and line.who.casefold() not in names
    return f"{line.who}: {line.text}" if unknown else line.text


def _names(row: Interview) -> dict[str, str]:
    """How a file may call the interview's voices, folded, with the voice's public id."""
    found: dict[str, str] = {}
    for voice in Voice.objects.filter(interview=row):
        called = {voice.name, voice.name.split()[0] if voice.name.split() else "", str(voice.get_role_display())}
        called |= {"interviewer"} if voice.role == VoiceRole.HOST else set()
        for name in called - {""}:
            found.setdefault(name.casefold(), voice.public_id)
    return found


def _keep(row: Interview, segments: list[dict[str, Any]], source: str, by: Member | None) -> Transcript:
    last = selectors.latest(row)
    made = Transcript.objects.create(
        practice_id=row.practice_id,
        interview=row,
        number=last.number + 1 if last else 1,
        source=source,
        segments=segments,
        member=by.public_id if by else "",
    )
    events.record(
        row.practice_id,
        "interviews:words_kept",
        actor=by.public_id if by else "",
        subject=row.public_id,
        people=[row.guest.public_id] if row.guest else [],
        number=made.number,
        source=str(TranscriptSource(source).value),
    )
    return made
