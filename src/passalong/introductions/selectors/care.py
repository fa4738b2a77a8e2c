"""Reads on what the practice owes: promises and what they hold up, asks that met silence. For the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import Hearing, Introduction, Promise, SilentAsk, Stage, Trouble, TroubleState

SOON = 7  # days ahead that Today looks


@dataclass(frozen=True, slots=True)
class Due:
    """One line for Today. line: a sentence; url: where it is done; due: by which day."""

    line: str
    url: str
    due: date

    @property
    def is_overdue(self) -> bool:
        return self.due < clock.today()


def may_be_asked(client: Contact) -> tuple[bool, str]:
    """Whether this client may be asked for introductions now, and a sentence on why not. For the desk, not the client.

    A constant number of queries. An ask is due only when what was promised is kept: to the client, and to the people
    this client introduced.
    """
    why = why_not_asked(client.practice, [client.pk]).get(client.pk, "")
    return not why, why


def why_not_asked(practice: Practice, clients: Collection[int]) -> dict[int, str]:
    """Why a client is not asked at present, by primary key, for those who are not: five queries whatever their
    number."""
    held: dict[int, str] = {}
    for pk, why in (*_by_own_wish(practice, clients), *_by_promises(practice, clients), *_by_others(practice, clients)):
        held.setdefault(pk, why)
    return held


def _by_own_wish(practice: Practice, clients: Collection[int]) -> list[tuple[int, str]]:
    """Those who do not want to be asked, or not yet."""
    barred = Contact.objects.filter(practice=practice, pk__in=clients, do_not_ask=True)
    said = [(pk, _("Marked “do not ask”.")) for pk in barred.order_by().values_list("pk", flat=True)]
    quiet = Q(left_at__isnull=False) | Q(quiet_until__gt=clock.today())
    for one in Hearing.objects.filter(quiet, practice=practice, referrer__in=clients):
        if one.left_at:
            said.append((one.referrer_id, _("They do not want to be asked any more.")))
        elif one.quiet_until:
            day = date_format(one.quiet_until, "DATE_FORMAT")
            said.append((one.referrer_id, _("They want to hear nothing before %(day)s.") % {"day": day}))
    return said


def _by_promises(practice: Practice, clients: Collection[int]) -> list[tuple[int, str]]:
    """Those to whom something is promised that was not kept yet, the earliest named."""
    said = []
    for one in open_promises(practice).filter(to__in=clients):
        day = date_format(one.due_on, "DATE_FORMAT")
        words = _("Promised for %(day)s and not kept yet: %(words)s. First that, then an ask.")
        about_others = one.introduction_id is not None  # such words may speak of a friend
        said.append((one.to_id, _owed() if about_others else words % {"day": day, "words": one.words}))
    return said


def _by_others(practice: Practice, clients: Collection[int]) -> list[tuple[int, str]]:
    """Those whose friends are owed something: a promise, a first answer in time, or that something is put right.

    Where a client looks on, this sentence must not tell that a friend answered, or that anything went wrong with them:
    it says the same of all, and nothing of whom.
    """
    theirs = Introduction.objects.filter(practice=practice, referrer__in=clients)
    is_owed = Q(promises__kept_on=None, promises__dropped_on=None, promises__isnull=False)
    is_late = Q(is_open=True, stage__in=(Stage.ANSWERED, Stage.INTRODUCED), due_at__lt=clock.now())
    words = _owed()
    found = theirs.filter(is_owed | is_late).order_by().values_list("referrer", flat=True).distinct()
    said = [(pk, words) for pk in found if pk is not None]
    wrong = Trouble.objects.filter(
        practice=practice, state=TroubleState.OPEN, introduction__referrer__in=clients
    ).values_list("introduction__referrer", flat=True)
    return said + [(pk, words) for pk in wrong if pk is not None]


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


def promises_of(person: Contact, limit: int = 50) -> list[Promise]:
    """What was promised to somebody: open ones first by day, then settled ones, the latest first."""
    rows = list(Promise.objects.filter(to=person).order_by("-due_on", "-pk")[:limit])
    waiting = sorted((one for one in rows if is_open(one)), key=lambda one: (one.due_on, one.pk))
    return waiting + [one for one in rows if not is_open(one)]


def is_open(promise: Promise) -> bool:
    return promise.kept_on is None and promise.dropped_on is None


def kept_in_time(person: Contact) -> tuple[int, int]:
    """Promises kept by their day, of those that are settled or overdue: one query."""
    rows = Promise.objects.filter(to=person, dropped_on=None)
    is_due = Q(kept_on__isnull=False) | Q(due_on__lt=clock.today())
    found = rows.aggregate(good=Count("pk", filter=Q(kept_on__lte=F("due_on"))), of=Count("pk", filter=is_due))
    return found["good"], found["of"]
