"""Verbs on the cut: every save is a version of its own, so that nothing is lost and anything can be gone back to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.interviews import meanwhile
from passalong.interviews.clips import LONGEST_CHAPTER, SHORTEST, Clip, Finish, rows_of
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import Cut, Interview, Take
from passalong.interviews.selectors import cuts, voices
from passalong.interviews.transcript_files import clean

MAY = "interviews.edit"
MOST_CLIPS = 300


@transaction.atomic
def save(
    *,
    by: Member,
    interview: Interview,
    clips: Iterable[Clip],
    finish: Finish,
    base: int | None = None,
    window: str = "",
) -> Cut:
    """Keep this order as a new version; the same as the newest again is that one.

    base: number of the version the page showed, 0 where none was saved; None: whatever is there. window: of the page,
    so that what it saved itself is not another's. Raises Meanwhile where another window saved something since.

    Times beyond a take's end are taken as its end. Raises Refused, naming clip and reason, for anything that cannot be
    heard, while a voice has not consented, and once the guest has it.
    """
    row = _own(by, interview)
    others = Cut.objects.filter(interview=row, number__gt=base) if base is not None else Cut.objects.none()
    usable = {take.public_id: take for take in cuts.takes(row)}
    kept = [_checked(usable, number, clip) for number, clip in enumerate(clips, 1)]
    if len(kept) > MOST_CLIPS:
        raise Refused(_("At most %(most)d pieces fit into one interview.") % {"most": MOST_CLIPS})
    for name in ("intro", "outro"):
        if (take := getattr(finish, name)) and take not in usable:
            raise Refused(_("This recording is not here any more."), field=name)
    last, newer = cuts.latest(row), others.exclude(window=window).first() if window else others.first()
    if last is not None and newer is not None and (last.clips, last.settings) != (rows_of(kept), asdict(finish)):
        raise Meanwhile(meanwhile.said(newer))
    return _keep(row, by, kept, finish, window)


@transaction.atomic
def go_back(*, by: Member, interview: Interview, number: int) -> Cut:
    """Make an earlier version the newest again, as a version of its own. Raises Refused where it is not there."""
    row = _own(by, interview)
    earlier = Cut.objects.filter(interview=row, number=number).first()
    if earlier is None:
        raise Refused(_("There is no such version."))
    found = cuts.desk(row, earlier)
    return _keep(row, by, [one.clip for one in found.rows], found.finish)


def moved(clips: Sequence[Clip], at: int, by: int) -> list[Clip]:
    """The clips with the one at this place moved up (-1) or down (+1); at the edge it stays."""
    made, to = list(clips), at + by
    if 0 <= at < len(made) and 0 <= to < len(made):
        made.insert(to, made.pop(at))
    return made


def split(clips: Sequence[Clip], at: int, second: float) -> list[Clip]:
    """The clip at this place as two, parted at this second of its take. Raises Refused where that is not inside it."""
    made = list(clips)
    if not 0 <= at < len(made):
        raise Refused(_("There is no such piece."))
    clip = made[at]
    if not clip.start + SHORTEST <= second <= clip.end - SHORTEST:
        raise Refused(_("Part it at a time between its beginning and its end."), field="split")
    made[at : at + 1] = [replace(clip, end=second), replace(clip, start=second, chapter="")]
    return made


def _own(by: Member, interview: Interview) -> Interview:
    """The interview's row, locked, if this member may change how it is heard now."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    demand_editable(row)
    if why := voices.why_not_usable(row):
        raise Refused(why)
    return row


def demand_editable(row: Interview) -> None:
    """Raise Refused once the guest has it, or it is over."""
    if row.stage not in cuts.MAY_EDIT:
        raise Refused(_("It stands as the guest was shown it. Take it up again first."))


def _checked(usable: dict[str, Take], number: int, clip: Clip) -> Clip:
    take = usable.get(clip.take)
    if take is None:
        raise Refused(_("The recording of piece %(number)d is not here any more.") % {"number": number})
    length = take.seconds or 0.0
    if not (math.isfinite(clip.start) and math.isfinite(clip.end)) or clip.start < 0:
        raise Refused(_("Piece %(number)d: this is not a time.") % {"number": number})
    end = min(clip.end, length)
    if end - clip.start < min(SHORTEST, length):
        raise Refused(_("Piece %(number)d ends before it begins.") % {"number": number})
    chapter = clean(clip.chapter)[:LONGEST_CHAPTER]
    return Clip(clip.take, round(clip.start, 3), round(end, 3), clip.kept, chapter)


def _keep(row: Interview, by: Member, clips: list[Clip], finish: Finish, window: str = "") -> Cut:
    """Write it down as the next version."""
    last, held, settings = cuts.latest(row), rows_of(clips), asdict(finish)
    if last is not None and (last.clips, last.settings) == (held, settings):
        return last
    return Cut.objects.create(
        practice_id=row.practice_id,
        interview=row,
        number=last.number + 1 if last else 1,
        clips=held,
        settings=settings,
        member=by.public_id,
        window=window,
    )
