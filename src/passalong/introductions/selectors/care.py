"""Reads on what the practice owes: promises and what they hold up, asks that met silence. For the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.due import Due
from passalong.introductions.models import Introduction, Promise, SilentAsk, Stage, TroubleState

SOON = 7  # days ahead that Today looks


def may_be_asked(client: Contact) -> tuple[bool, str]:
    """Whether this client may be asked for introductions now, and a sentence on why not. For the desk, not the client.

    A constant number of queries. An ask is due only when what was promised is kept: to the client, and to the people
    this client introduced.
    """
    why = why_not_asked(client.practice, [client.pk]).get(client.pk, "")
    return not why, why


def why_not_asked(
    practice: Practice, clients: Collection[int], promised: Iterable[Promise] | None = None
) -> dict[int, str]:
    """Why a client is not asked at present, by primary key, for those who are not: two queries whatever their number.

    First what they wish themselves, then what is promised to them, then what is owed to their friends. promised: what
    `open_promises` tells of them, where it was read already.
    """
    first: dict[int, Promise] = {}
    for one in open_promises(practice).filter(to__in=clients) if promised is None else promised:
        first.setdefault(one.to_id, one)
    rows = Contact.objects.filter(practice=practice, pk__in=clients).order_by()
    rows = rows.annotate(owes=Exists(_owing().filter(referrer=OuterRef("pk"), practice=practice)))
    held = {}
    for pk, barred, left, quiet, owes in rows.values_list(
        "pk", "do_not_ask", "hearing__left_at", "hearing__quiet_until", "owes"
    ):
        why = _own_wish(barred, left, quiet) or _promised(first.get(pk)) or (_owed() if owes else "")
        if why:
            held[pk] = why
    return held


def _own_wish(barred: bool, left_at: datetime | None, quiet_until: date | None) -> str:
    """That somebody does not want to be asked, or not yet."""
    if barred:
        return _("Marked “do not ask”.")
    if left_at:
        return _("They do not want to be asked any more.")
    if quiet_until and quiet_until > clock.today():
        day = date_format(quiet_until, "DATE_FORMAT")
        return _("They want to hear nothing before %(day)s.") % {"day": day}
    return ""


def _promised(one: Promise | None) -> str:
    """That this was promised to somebody and is not kept yet."""
    if one is None:
        return ""
    if one.introduction_id is not None:  # such words may speak of a friend
        return _owed()
    words = _("Promised for %(day)s and not kept yet: %(words)s. First that, then an ask.")
    return words % {"day": date_format(one.due_on, "DATE_FORMAT"), "words": one.words}


def _owing() -> QuerySet[Introduction]:
    """Introductions of people who are owed something: a promise, a first answer in time, or that something is put
    right.

    Where a client looks on, what is said of it must not tell that a friend answered, or that anything went wrong with
    them: it is the same of all, and nothing of whom.
    """
    is_owed = Q(promises__kept_on=None, promises__dropped_on=None, promises__isnull=False)
    is_late = Q(is_open=True, stage__in=(Stage.ANSWERED, Stage.INTRODUCED), due_at__lt=clock.now())
    return Introduction.objects.filter(is_owed | is_late | Q(troubles__state=TroubleState.OPEN))


def _owed() -> str:
    return _("We owe something that is not done yet. First that, then an ask.")


def open_promises(practice: Practice) -> QuerySet[Promise]:
    """What is promised and neither kept nor dropped, the earliest day first."""
    rows = Promise.objects.filter(practice=practice, kept_on=None, dropped_on=None)
    return rows.select_related("to").order_by("due_on", "pk")


def promise(practice: Practice, public_id: str) -> Promise:
    """One promise; raises Promise.DoesNotExist for another practice's."""
    return Promise.objects.select_related("to").get(practice=practice, public_id=public_id)


def promises_due(practice: Practice, limit: int = 10) -> list[Due]:
    """Promises overdue or due within a week, the earliest first: one query."""
    rows = open_promises(practice).filter(due_on__lte=clock.today() + timedelta(days=SOON))[:limit]
    return [
        Due(
            _("%(words)s, for %(name)s") % {"words": one.words, "name": one.to},
            care_url(one.to, "promises"),
            one.due_on,
        )
        for one in rows
    ]


def silent_asks(practice: Practice) -> QuerySet[SilentAsk]:
    """Asks that met silence and wait for the one follow-up, the longest silence first."""
    rows = SilentAsk.objects.filter(practice=practice, followed_at=None, introduction__is_open=True)
    rows = rows.filter(introduction__referrer__isnull=False)
    return rows.select_related("introduction__referrer", "introduction__prospect").order_by("found_at", "pk")


def silent(practice: Practice, limit: int = 10) -> list[Due]:
    """The same as lines for Today: one query."""
    words = _("%(name)s was asked and said nothing: one way back that asks for less")
    url = url_of("introductions:silent")
    return [
        Due(words % {"name": one.introduction.referrer}, url, timezone.localdate(one.found_at))
        for one in silent_asks(practice)[:limit]
    ]


def care_url(person: Contact, place: str = "") -> str:
    """The page on what is owed to this person."""
    url = url_of("introductions:care", person.public_id)
    return f"{url}#{place}" if place else url


def url_of(name: str, *args: str) -> str:
    """The address of a page; empty where it is not served (a portal of its own host)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def settled_promises(person: Contact, limit: int = 50) -> list[Promise]:
    """What was promised to somebody and is kept or dropped, the latest first."""
    rows = Promise.objects.filter(to=person).exclude(kept_on=None, dropped_on=None)
    return list(rows.order_by("-due_on", "-pk")[:limit])


def kept_in_time(person: Contact) -> tuple[int, int]:
    """Promises kept by their day, of those that are settled or overdue: one query."""
    rows = Promise.objects.filter(to=person, dropped_on=None)
    is_due = Q(kept_on__isnull=False) | Q(due_on__lt=clock.today())
    found = rows.aggregate(good=Count("pk", filter=Q(kept_on__lte=F("due_on"))), of=Count("pk", filter=is_due))
    return found["good"], found["of"]
