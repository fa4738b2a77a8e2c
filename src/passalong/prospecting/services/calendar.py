"""Verbs on meetings to come: subscribe to the practice's own calendar, read it, and appointments by hand.

Of the calendar only entries in which a client takes part are kept: their time and the client. No title is kept.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events, outbound
from passalong.core.errors import Refused
from passalong.prospecting import ics
from passalong.prospecting.matching import Matcher
from passalong.prospecting.models import Appointment, CalendarFeed, Meeting

AHEAD = dt.timedelta(days=90)
BEHIND = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)  # after it was; a meeting that was held has its own row
FARTHEST = dt.timedelta(days=366 * 2)
LONGEST = dt.timedelta(hours=12)
ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"


@transaction.atomic
def subscribe(*, by: Member, url: str) -> CalendarFeed:
    """Read client meetings from this calendar from now on; the one before it is read no more.

    Raises Refused, naming the field, for an address that is not https or not public.
    """
    demand(by, "accounts.change_practice")
    url = url.strip()
    url = f"https://{url[9:]}" if url.lower().startswith("webcal://") else url
    try:
        outbound.check(url)
    except outbound.Unreachable as refused:
        raise Refused(refused.message, field="url") from refused
    feed, _made = CalendarFeed.objects.select_for_update().get_or_create(practice=by.practice)
    if feed.url != url:
        feed.url, feed.tag, feed.read_at, feed.tried_at, feed.problem, feed.counts = url, "", None, None, "", {}
        feed.save()
        _forget_read(by.practice_id)
        events.record(by.practice_id, "prospecting:calendar", actor=by.public_id)
    return feed


@transaction.atomic
def unsubscribe(*, by: Member) -> None:
    """The calendar is read no more; what was read from it and is still to come goes."""
    demand(by, "accounts.change_practice")
    gone, _rows = CalendarFeed.objects.filter(practice=by.practice).delete()
    if gone:
        _forget_read(by.practice_id)
        events.record(by.practice_id, "prospecting:calendar_ended", actor=by.public_id)


def _forget_read(practice_id: int) -> None:
    read = Appointment.objects.filter(practice=practice_id, meeting=None).exclude(uid="")
    read.filter(starts_at__gt=clock.now()).delete()


def read_feed(feed: CalendarFeed, *, anew: bool = False) -> CalendarFeed:
    """Ask for the calendar and keep what is to come of client meetings; `anew`: also when it has not changed. What goes
    wrong stands on the feed, in words."""
    now, url = clock.now(), feed.url
    try:
        fetched = outbound.fetch(url, accept=ACCEPT, tag="" if anew else feed.tag)
        found = None if fetched.is_same else ics.read(fetched.body, begin=now - BEHIND, end=now + AHEAD)
    except Refused as refused:
        CalendarFeed.objects.filter(pk=feed.pk, url=url).update(tried_at=now, problem=refused.message[:300])
        feed.refresh_from_db()
        return feed
    with transaction.atomic():
        held = CalendarFeed.objects.select_for_update().filter(pk=feed.pk, url=url).first()
        if held is None:  # another address was given meanwhile
            return feed
        if found is not None:
            held.counts, held.tag = _take_over(held, found, now), _tag_of(fetched, now)
        held.read_at = held.tried_at = now
        held.problem = ""
        held.save()
    return held


def _tag_of(fetched: outbound.Fetched, now: dt.datetime) -> str:
    """What has not changed is not sent again, but once a day it is: the window moves on, and so do clients."""
    return fetched.tag if now.hour else ""


def _take_over(feed: CalendarFeed, found: ics.Read, now: dt.datetime) -> dict[str, Any]:
    """Write what was read: one row an entry, by its key. A client chosen by hand stays."""
    matcher = Matcher(feed.practice)
    known = {one.uid: one for one in Appointment.objects.filter(practice=feed.practice_id).exclude(uid="")}
    seen, used, unclear, without = set(), 0, 0, 0
    for entry in found.entries:
        people = matcher.clients_of(entry)
        row = known.get(entry.key)
        if not people and (row is None or row.client_id is None):
            without += 1
            continue
        if entry.key in seen:
            continue
        seen.add(entry.key)
        used += 1
        unclear += _write(feed, row, entry, people)
    gone = [one.pk for key, one in known.items() if key not in seen and one.starts_at > now and one.meeting_id is None]
    if found.is_whole:
        Appointment.objects.filter(pk__in=gone).delete()
    old = Appointment.objects.filter(practice=feed.practice_id, starts_at__lt=now - KEPT, meeting=None)
    old.exclude(uid="").delete()
    counts = {"read": len(found.entries), "used": used, "unclear": unclear, "without": without}
    return {**counts, "skipped": dict(found.skipped), "whole": found.is_whole}


def _write(feed: CalendarFeed, row: Appointment | None, entry: ics.Entry, people: list[Contact]) -> bool:
    """One entry; returns whether it is not clear which client it is with."""
    row = row or Appointment(practice_id=feed.practice_id, uid=entry.key)
    row.starts_at, row.ends_at = entry.starts_at, entry.ends_at
    row.cancelled_at = (row.cancelled_at or clock.now()) if entry.is_cancelled else None
    if row.client_id is None:
        row.client = people[0] if len(people) == 1 else None
        row.title = "" if row.client else ", ".join(one.full_name for one in people)[:200]
    row.save()
    return row.client_id is None


@transaction.atomic
def book(*, by: Member, client: Contact, starts_at: dt.datetime, ends_at: dt.datetime | None = None) -> Appointment:
    """A meeting to come, by hand. The same one again stays one."""
    demand(by, "prospecting.edit")
    demand_own(by, client)
    now = clock.now()
    if not now - BEHIND < starts_at < now + FARTHEST:
        raise Refused(_("Choose a day from today on, within two years."), field="day")
    if ends_at is not None and not starts_at < ends_at <= starts_at + LONGEST:
        raise Refused(_("A meeting ends after it begins, on the same day."), field="minutes")
    row, made = Appointment.objects.get_or_create(
        practice=by.practice, client=client, starts_at=starts_at, cancelled_at=None, defaults={"ends_at": ends_at}
    )
    if made:
        _record(by, "prospecting:booked", row)
    return row


@transaction.atomic
def cancel(*, by: Member, appointment: Appointment) -> None:
    """It does not take place. One from the calendar is taken out there: the calendar is read, never written."""
    demand(by, "prospecting.edit")
    demand_own(by, appointment)
    if appointment.uid:
        raise Refused(
            _("This one comes from your calendar. Take it out there; it goes from here with the next reading.")
        )
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if row.cancelled_at is None:
        row.cancelled_at = clock.now()
        row.save(update_fields=["cancelled_at"])
        _record(by, "prospecting:booking_cancelled", row)


@transaction.atomic
def say_who(*, by: Member, appointment: Appointment, client: Contact) -> Appointment:
    """Which client an entry of the calendar is with, where several were named. It is not asked again."""
    demand(by, "prospecting.edit")
    demand_own(by, appointment, client)
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    row.client, row.title = client, ""
    row.save(update_fields=["client", "title"])
    appointment.refresh_from_db()
    return appointment


def tie(meeting: Meeting) -> None:
    """The meeting that was begun is the one that stood in the calendar for that day, if one did."""
    free = Appointment.objects.filter(practice=meeting.practice_id, client=meeting.client, meeting=None)
    day = free.filter(cancelled_at=None, starts_at__date=meeting.held_on).order_by("starts_at", "pk").first()
    if day is not None and not Appointment.objects.filter(meeting=meeting).exists():
        Appointment.objects.filter(pk=day.pk).update(meeting=meeting)


def _record(by: Member, kind: str, row: Appointment) -> None:
    people = [row.client.public_id] if row.client else []
    events.record(by.practice_id, kind, actor=by.public_id, subject=row.public_id, people=people)
