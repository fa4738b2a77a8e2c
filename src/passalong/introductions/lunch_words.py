"""What is written about a lunch for three: the question of days, the invitation, what changed, that it is called off.

A message to one of the three says what that one sees on the page anyway. Nothing of what another answered stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.introductions.models import Lunch, LunchGuest, Seat


@dataclass(frozen=True, slots=True)
class Written:
    """Subject and text of one message."""

    subject: str
    text: str


def when(lunch: Lunch) -> str:
    """Day and hour, with the zone they are meant in."""
    if lunch.starts_at is None:
        return ""
    local = timezone.localtime(lunch.starts_at)
    return f"{date_format(local, 'l, j F Y, H:i')} ({local.tzname()})"


def others(lunch: Lunch, guests: Iterable[LunchGuest], reader: LunchGuest) -> str:
    """The other two in words, for this reader."""
    named = {one.seat: one.name for one in guests if one.seat != reader.seat}
    named.setdefault(Seat.FRIEND, "")
    words = []
    if Seat.CLIENT in named:
        words.append(named[Seat.CLIENT] or _("your friend"))
    if reader.seat != Seat.FRIEND:
        words.append(named[Seat.FRIEND] or _("the friend you have in mind"))
    if Seat.PRACTICE in named:
        at = {"name": named[Seat.PRACTICE], "practice": lunch.practice.name}
        words.append(_("%(name)s of %(practice)s") % at)
    return _(" and ").join(words)


def summary(lunch: Lunch, guests: Iterable[LunchGuest], reader: LunchGuest) -> str:
    """The line in the reader's calendar."""
    return _("Lunch with %(others)s") % {"others": others(lunch, guests, reader)}


def asking(reader: LunchGuest, named: str, page: str, friend_page: str) -> Written:
    """Which days suit. friend_page: the friend's own page, for the client to hand on where we may not write."""
    lines = [_greeting(reader), _opening(reader, named), lunch_line(reader.lunch)]
    lines.append(_("Please tick the times that suit you, on a page of your own:") + f"\n\n{page}")
    if friend_page:
        lines.append(
            _("We do not write to your friend. This page is for them; please hand it on if you like, by your own mail")
            + f":\n\n{friend_page}"
        )
    lines.append(_foot(reader))
    return Written(_("Lunch for three: which day suits you?"), _joined(lines))


def invitation(reader: LunchGuest, named: str, page: str) -> Written:
    """The day is fixed, or was changed."""
    lunch = reader.lunch
    fixed = _("Our lunch is fixed:") if lunch.sequence == 0 else _("Our lunch has changed. It is now:")
    subject = _("Lunch on %(day)s") if lunch.sequence == 0 else _("Changed: lunch on %(day)s")
    lines = [_greeting(reader), fixed, _facts(lunch, named), lunch.words]
    lines.append(_("The entry for your calendar comes with this message. If you cannot come, say so here:"))
    lines += [page, _foot(reader)]
    return Written(subject % {"day": _day(lunch)}, _joined(lines))


def called_off(reader: LunchGuest) -> Written:
    """It does not take place; why is nobody's business."""
    lunch = reader.lunch
    if lunch.starts_at is None:
        subject, said = _("Our lunch"), _("The lunch for three we asked you about does not take place.")
    else:
        subject = _("Called off: lunch on %(day)s") % {"day": _day(lunch)}
        said = _("The lunch on %(when)s does not take place.") % {"when": when(lunch)}
    return Written(subject, _joined([_greeting(reader), said, _foot(reader)]))


def lunch_line(lunch: Lunch) -> str:
    """Where, and the line to both; empty where neither is set."""
    place = _("Where: %(place)s") % {"place": lunch.place} if lunch.place else ""
    return _joined([place, lunch.words])


def _opening(reader: LunchGuest, named: str) -> str:
    said = {"others": named, "practice": reader.practice.name}
    if reader.seat == Seat.FRIEND:
        return _("We thought of a lunch with you and %(others)s, without any obligation.") % said
    return _("We would like to have lunch with %(others)s.") % said


def _facts(lunch: Lunch, named: str) -> str:
    lines = [when(lunch), _("With %(others)s") % {"others": named}]
    if lunch.place:
        lines.append(_("Where: %(place)s") % {"place": lunch.place})
    return "\n".join(lines)


def _greeting(reader: LunchGuest) -> str:
    return _("Dear %(name)s,") % {"name": reader.name} if reader.name else _("Good day,")


def _foot(reader: LunchGuest) -> str:
    return reader.practice.name


def _day(lunch: Lunch) -> str:
    return date_format(timezone.localtime(lunch.starts_at), "j F, H:i") if lunch.starts_at else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
