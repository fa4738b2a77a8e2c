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
from passalong.interviews import meanwhile, times, transcript_files
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import (
    Hearing,
    Interview,
    Render,
    RenderState,
    Stage,
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
LEFT_AFTER = timedelta(days=1)
HEAR = "passalong.interviews.tasks.words.hear"


@transaction.atomic
def paste(*, by: Member, interview: Interview, text: str) -> Transcript:
    """Words somebody wrote down; SubRip, WebVTT and JSON are known by their look. Raises Refused for none."""
    row = _own(by, interview)
    places = _places(row)
    return _keep_lines(row, _read(transcript_files.read_text, text, places), TranscriptSource.PASTED, by, places)


@transaction.atomic
def upload(*, by: Member, interview: Interview, data: bytes) -> Transcript:
    """The same from a file: .txt, .srt, .vtt, or the JSON of a recogniser; at most 10 MB."""
    row = _own(by, interview)
    places = _places(row)
    return _keep_lines(row, _read(transcript_files.read, data, places), TranscriptSource.FILE, by, places)


def _read(reader: Any, given: Any, places: Sequence[times.Place]) -> list[Line]:
    try:
        lines: list[Line] = reader(given, times.borders(places))
    except transcript_files.NotWords as error:
        raise Refused(str(error), field="text" if isinstance(given, str) else "file") from error
    return lines


@transaction.atomic
def correct(*, by: Member, interview: Interview, base: str, texts: Sequence[str], who: Sequence[str]) -> Transcript:
    """The same segments in better words. base: mark of the version the page showed. who: for each the public id of a
    voice, or empty. A segment left empty goes. The same words again are the version that is there.

    What one member corrects within ten minutes is one version. Raises Meanwhile where the words were changed since:
    nothing is overwritten unseen.
    """
    row = _own(by, interview)
    last = _newest(row, base)
    if not len(who) == len(texts) == len(last.segments):
        raise Refused(_("The page was not sent as a whole. Please open it again."))
    known = {"", *selectors.voices(row)}
    rows = [times.whole(segment) for segment in last.segments]
    segments = [
        {**old, "text": _tidy(text), "voice": voice if voice in known else old.get("voice", "")}
        for old, text, voice in zip(rows, texts, who, strict=True)
        if text.strip()
    ]
    return _go_on(row, last, [_answered(one) for one in segments], by)


@transaction.atomic
def say_who(*, by: Member, interview: Interview, base: str, name: str, voice: str) -> Transcript:
    """Say who is meant by a name that stands before words: one of the voices, by public id, or nobody (empty): then the
    name stays with the words as text. base: as in `correct`."""
    row = _own(by, interview)
    last = _newest(row, base)
    if voice and voice not in selectors.voices(row):
        raise Refused(_("This voice is not here any more."), field="voice")
    segments = []
    for one in map(times.whole, last.segments):
        if one.get("name") == name:
            one = {key: value for key, value in one.items() if key != "name"}
            if voice:
                one |= {"voice": voice, "text": _without_name(str(one["text"]), name)}
        segments.append(one)
    return _go_on(row, last, segments, by)


@transaction.atomic
def fit(*, by: Member, interview: Interview, base: str) -> Transcript:
    """Take times that came with the words as times of the finished sound: from now on they follow whatever is made of
    its recordings."""
    row = _own(by, interview)
    last, places = _newest(row, base), _places(row)
    if not places:
        raise Refused(_("Make the sound first; the times are those of it."))
    segments = [
        one if one.get("take") else {**one, **times.hung(one.get("start"), one.get("end"), places)}
        for one in map(times.whole, last.segments)
    ]
    return _go_on(row, last, segments, by)


@transaction.atomic
def for_guest(*, by: Member, interview: Interview, words: Transcript, sound: Render) -> Transcript:
    """The words as the guest gets them: in the order of this sound, with its times, without what it leaves out. These
    themselves where they are so already."""
    segments = times.fitted(words.segments, times.places_from(sound.places))
    if not any(one["text"] for one in segments):
        raise Refused(_("Nothing of these words is heard in the sound. Bring the words of this sound."))
    return words if segments == words.segments else _keep(interview, segments, TranscriptSource.DESK, by)


def _go_on(row: Interview, last: Transcript, segments: list[dict[str, Any]], by: Member) -> Transcript:
    """Keep them; within one sitting of the same member in the version that is there."""
    if segments == [times.whole(one) for one in last.segments]:
        return last
    mine = last.source == TranscriptSource.DESK and last.member == by.public_id
    if mine and not last.reviews.exists() and clock.now() - last.created_at < ONE_SITTING:
        last.segments = segments
        last.save(update_fields=["segments"])
        return last
    return _keep(row, segments, TranscriptSource.DESK, by)


@transaction.atomic
def correct_by_guest(*, voice: Voice, base: Transcript, texts: Sequence[str]) -> Transcript:
    """The guest's own corrections of the words they were shown, as a version of its own; none: that version itself.
    What the sound leaves out was not shown, and stays beside."""
    row = Interview.objects.select_for_update(of=("self",)).get(pk=voice.interview_id)
    if row.stage != Stage.EDITED or voices.why_not_usable(row):
        raise Refused(_("This is not with you any more. Whoever asked you can tell you more."))
    last = _newest(row, selectors.mark_of(base))
    if len(texts) != len(selectors.said(last)):
        raise Refused(_("The page was not sent as a whole. Please open it again."))
    given = iter(texts)
    segments = [{**old, "text": _tidy(next(given))} if old.get("text") else old for old in last.segments]
    segments = [_answered(one) for one in segments if one["text"] or one.get("unheard")]
    if not any(one["text"] for one in segments):
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
    left = clock.now() - found.asked_at > LEFT_AFTER  # whoever was at it is gone for good
    if _made or left or found.state not in (RenderState.WAITING, RenderState.RUNNING):
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
        places = times.places_from(render.places)
        whole = transcript_files.joined(lines, times.borders(places))
        return _keep_lines(row, whole, TranscriptSource.HEARD, None, places)


def _own(by: Member, interview: Interview) -> Interview:
    """The interview's row, locked, where its words may change now: every voice consented, the guest has not got it."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    demand_editable(row)
    if why := voices.why_not_usable(row):
        raise Refused(why)
    return row


def _newest(row: Interview, base: str) -> Transcript:
    """The newest version, if it is still what the page showed; else raises Meanwhile."""
    last = selectors.latest(row)
    if last is None:
        raise Refused(_("There are no words of this interview."))
    if selectors.mark_of(last) != base:
        raise Meanwhile(meanwhile.said(last))
    return last


def _places(row: Interview) -> list[times.Place]:
    """What times that are brought are times of: the finished sound; before there is one, the recording where there is
    but one; else nobody can tell."""
    sound = cuts.finished(row)
    if sound is not None:
        return times.places_from(sound.places)
    takes = list(cuts.takes(row)[:2])
    return [times.Place(0.0, takes[0].public_id, 0.0, takes[0].seconds or 0.0)] if len(takes) == 1 else []


def _tidy(text: str) -> str:
    plain = transcript_files.clean(text)
    if len(plain) > LONGEST:
        raise Refused(_("At most %(most)d characters fit into one paragraph.") % {"most": LONGEST})
    return plain


def _keep_lines(
    row: Interview, lines: Iterable[Line], source: str, by: Member | None, places: Sequence[times.Place]
) -> Transcript:
    """Lines with names become segments with voices: a name is known where it is one of the interview's voices. One that
    nobody here has stays with the words, as it stood in the file, until somebody says who that is."""
    names = _names(row)
    segments = [
        {
            "start": line.start,
            "end": line.end,
            "voice": names.get(line.who.casefold(), ""),
            "text": _with_name(line, names),
            **({"name": line.who} if _is_unknown(line, names) else {}),
            **times.hung(line.start, line.end, places),
        }
        for line in lines
    ]
    return _keep(row, segments, source, by)


def _is_unknown(line: Line, names: Mapping[str, str]) -> bool:
    return bool(line.who) and line.who.casefold() not in names


def _with_name(line: Line, names: Mapping[str, str]) -> str:
    return f"{line.who}: {line.text}" if _is_unknown(line, names) else line.text


def _without_name(text: str, name: str) -> str:
    """The words without the name before them; corrected words that do not begin with it any more stay as they are."""
    return text.removeprefix(f"{name}:").strip() or text


def _answered(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose name was said or taken off by correcting it asks no more."""
    name, text = row.get("name"), str(row["text"])
    if not name or not text or (not row.get("voice") and text.startswith(f"{name}:")):
        return row
    found = {key: value for key, value in row.items() if key != "name"}
    return found | {"text": _without_name(text, name)} if row.get("voice") else found


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
