"""How long the record is kept: by the profile's rule, from the last use of what it is about, and by holds.

Periods are data (`[retention]` in rules/*.toml, and in the host's own files of the same names). What no rule speaks of
has no date: it stays as long as the practice, and goes when the person it speaks of asks for it.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice
from passalong.compliance.models.retention import FiscalYear, Hold
from passalong.compliance.rulebook import SHIPPED, read_book
from passalong.core import clock
from passalong.core.models import Event, Payload, PayloadPerson

LAST_USE, BY_EVENT = "last_use_fiscal_year", "event"
NO_SOURCE = "no-source.retention"
PRIVATE = "privacy"  # purpose of answers to privacy requests: no rule of what was sent asks for them
PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Matter:
    """What the rules of keeping speak of: events by how their kind begins, and which of them begin and end a use."""

    name: str
    words: str | Promise
    kinds: tuple[str, ...]
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


MATTERS = (
    Matter(
        PUBLISHED,
        _("What was published"),
        ("kits:edition_", "interviews:episode_", "audience:issue_sent"),
        ("kits:edition_published", "interviews:episode_published"),
        ("kits:edition_replaced", "kits:edition_withdrawn", "interviews:episode_withdrawn"),
    ),
    Matter(
        "proof",
        _("Testimonials and consents to them"),
        ("kits:proof_",),
        ("kits:proof_consent",),
        ("kits:proof_revoked",),
    ),
    Matter(
        "consent",
        _("Consents"),
        ("compliance:consent_", "audience:asked", "audience:confirmed", "audience:left"),
        ("compliance:consent_granted", "compliance:consent_reported", "audience:confirmed"),
        ("compliance:consent_revoked", "compliance:consent_expired", "compliance:consent_declined", "audience:left"),
    ),
    Matter("approval", _("Approvals"), ("compliance:approval_",)),
    Matter("value", _("What was given and received"), ("compliance:value_",)),
    Matter("sent", _("What was sent"), ("mail:sent", "mail:said_sent", "mail:handed")),
    Matter("words", _("What clients wrote to friends"), ("introductions:words_",)),
    Matter("told", _("What referrers were told"), ("introductions:told", "introductions:thanked")),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A period. start: LAST_USE counts from the end of the fiscal year of the last use, BY_EVENT from its day. Without
    source nobody has looked the period up."""

    years: int
    rule: str
    start: str = LAST_USE
    source: str = ""
    countries: tuple[str, ...] = ()

    def speaks_of(self, country: str) -> bool:
        return not self.countries or country in self.countries


def matter_of(kind: str) -> Matter | None:
    """What an event of this kind is to the rules of keeping; None where none speaks of it."""
    return next((matter for matter in MATTERS if kind.startswith(matter.kinds)), None)


def retention_of(practice: Practice, kind: str) -> Term | None:
    """The practice's period for events of this kind: the longest over its professions. None: no rule speaks of it."""
    return term(practice) if matter_of(kind) else None


def term(practice: Practice) -> Term:
    """The period of the practice's profession and place; of several the longest, where none is known the longest of
    all, without a source."""
    terms, names = _terms(_files()), read_book().names
    found = []
    for profession in (practice.profession, *practice.also):
        own = terms.get(names.get(profession, ""))
        speaks = own is not None and own.speaks_of(practice.country.strip().upper())
        found.append(own if own is not None and speaks else Term(max(one.years for one in terms.values()), NO_SOURCE))
    return max(found, key=lambda one: (one.years, one.start == LAST_USE, bool(one.source)))


def _files() -> tuple[tuple[str, int], ...]:
    folders = (SHIPPED, Path(settings.DATA) / "rules")
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    return tuple((str(path), path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=4)
def _terms(files: tuple[tuple[str, int], ...]) -> dict[str, Term]:
    """The period by profile; a file of the host's stands before the shipped one. One that cannot be read says nothing:
    `passalong rules` and the pages tell about it."""
    found: dict[str, Term] = {}
    for name, _at in files:
        try:
            data = tomllib.loads(Path(name).read_text(encoding="utf-8")).get("retention")
            if data:
                found[Path(name).stem] = _term(data)
        except (OSError, ValueError, TypeError, KeyError):
            if Path(name).parent == SHIPPED:
                raise
    return found


def _term(data: dict[str, object]) -> Term:
    years, start, countries = data["years"], data.get("from", LAST_USE), data.get("countries", [])
    if not isinstance(years, int) or not 0 < years <= 100 or start not in (LAST_USE, BY_EVENT):
        raise ValueError("years or from")
    if not isinstance(countries, list):
        raise TypeError("countries")
    return Term(years, str(data["rule"])[:80], str(start), str(data.get("source", "")), tuple(map(str, countries)))


def end_of(term: Term, last_use: date, last_month: int = 12) -> date:
    """The last day something is kept that was used last on that day."""
    if term.start == BY_EVENT:
        return _years_on(last_use, term.years)
    year = last_use.year + (last_use.month > last_month)
    return date(year + term.years, last_month, monthrange(year + term.years, last_month)[1])


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def fiscal_month(practice_id: int) -> int:
    """The month the practice's fiscal year ends with; December unless set."""
    return FiscalYear.objects.filter(practice=practice_id).values_list("last_month", flat=True).first() or 12


def holds(practice: Practice) -> QuerySet[Hold]:
    """Holds that are in force today."""
    return Hold.objects.filter(practice=practice, ended_at=None, until__gte=clock.today())


def held_until(practice: Practice, subject_ids: Collection[str]) -> list[tuple[str, date]]:
    """(rule, last day) of all that keeps these rows, or what the record says of these people; mostly empty."""
    ids = [one for one in subject_ids if one]
    found: dict[str, date] = {}
    for rule, until in holds(practice).filter(subject__in=ids).values_list("rule", "until"):
        found[rule] = max(until, found.get(rule, until))
    spoken_of = Payload.objects.filter(practice=practice, people__person__in=ids).distinct().select_related("event")
    for rule, until in terms_of(practice.pk, list(spoken_of)).values():
        found[rule] = max(until, found.get(rule, until))
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


def terms_of(practice_id: int, payloads: list[Payload]) -> dict[int, tuple[str, date]]:
    """{payload's key: (rule, last day)} of those that a rule or a hold still keeps. Events must be at hand."""
    if not payloads:
        return {}
    today, found = clock.today(), _held(practice_id, payloads)
    for key, (rule, until) in due_dates(practice_id, payloads).items():
        if until >= today and (key not in found or found[key][1] < until):
            found[key] = rule, until
    return found


def due_dates(practice_id: int, payloads: Iterable[Payload]) -> dict[int, tuple[str, date]]:
    """{payload's key: (rule, last day)} by the rules, past or not; without those that have no date.

    A date written on a payload stands, for what was published where it is the later one.
    """
    practice = Practice.objects.get(pk=practice_id)
    the_term, month, some = term(practice), fiscal_month(practice_id), list(payloads)
    used = last_uses(practice_id, {one.event.subject for one in some if matter_of(one.event.kind)})
    found: dict[int, tuple[str, date]] = {}
    for payload in some:
        event = payload.event
        matter = matter_of(event.kind)
        if matter and matter.name == "sent" and payload.data.get("purpose") == PRIVATE:
            continue
        if matter:
            last = max(timezone.localdate(event.at), used.get((matter.name, event.subject), date.min))
            until = end_of(the_term, last, month)
            if payload.keep_until and matter.name != PUBLISHED:
                until = payload.keep_until  # set when its person was erased: it moves no more
            found[payload.pk] = the_term.rule, max(until, payload.keep_until or until)
        elif payload.keep_until:
            found[payload.pk] = str(payload.data.get("keep_rule", "record.keep_until")), payload.keep_until
    return found


def last_uses(practice_id: int, subjects: Collection[str]) -> dict[tuple[str, str], date]:
    """{(matter, public id): day of last use}: today for what is in use, else the day its use ended."""
    today = clock.today()
    kinds = {kind: (matter.name, kind in matter.opens) for matter in MATTERS for kind in matter.opens + matter.closes}
    rows = Event.objects.filter(practice=practice_id, subject__in=set(subjects) - {""}, kind__in=kinds)
    last: dict[tuple[str, str], date] = {}
    for kind, subject, at, data in rows.order_by("number").values_list("kind", "subject", "at", "payload__data"):
        matter, opens = kinds[kind]
        ends = (data or {}).get("expires_on")  # a consent given for a time
        last[matter, subject] = min(today, _day(ends) or today) if opens else timezone.localdate(at)
    return last


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def _held(practice_id: int, payloads: list[Payload]) -> dict[int, tuple[str, date]]:
    """By holds alone: on what an event is about, or on somebody its payload speaks of."""
    current = Hold.objects.filter(practice=practice_id, ended_at=None, until__gte=clock.today())
    by_subject: dict[str, tuple[str, date]] = {}
    for subject, rule, until in current.order_by("until").values_list("subject", "rule", "until"):
        by_subject[subject] = rule, until
    if not by_subject:
        return {}
    ids: dict[int, set[str]] = defaultdict(set)
    keys = [payload.pk for payload in payloads]
    for key, person in PayloadPerson.objects.filter(payload__in=keys).values_list("payload_id", "person"):
        ids[key].add(person)
    found = {}
    for payload in payloads:
        if on := [by_subject[one] for one in {payload.event.subject, *ids[payload.pk]} if one in by_subject]:
            found[payload.pk] = max(on, key=lambda one: one[1])
    return found
