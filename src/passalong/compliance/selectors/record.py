"""Named reads on the record: what happened, with words, who and when; and the very bytes. The practice comes first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from passalong.accounts.models import Practice
from passalong.accounts.selectors import members
from passalong.compliance.record_words import ROOMS, about, outsider, text_words, words_of
from passalong.compliance.selectors.retention import MATTERS, PUBLISHED, due_dates
from passalong.core.models import Blob, Event, Payload, PayloadPerson, RecordText

MOST_PEOPLE = 50  # of one name, in the filter
CHUNK = 500
SUFFIXES = {
    "text/html": "html",
    "text/plain": "txt",
    "application/pdf": "pdf",
    "application/json": "json",
    "message/rfc822": "eml",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text that was shown, sent or agreed to. size: bytes."""

    name: str
    digest: str
    media_type: str
    size: int

    @property
    def words(self) -> str:
        return text_words(self.name)

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.media_type.split(";")[0].strip().lower(), "bin")


@dataclass(frozen=True, slots=True)
class Line:
    """One event as people read it. who: a member's name, empty for readers and the clock. people: names of those it
    speaks of, as far as they are on file. data: None where it was erased or ran out."""

    event: Event
    words: str
    who: str
    people: tuple[str, ...]
    texts: tuple[Text, ...]
    data: dict[str, Any] | None

    @property
    def by(self) -> str:
        """Who did it, also where it was nobody of the practice; empty for the clock."""
        return self.who or outsider(self.event.kind)

    @property
    def about(self) -> str:
        return ", ".join(self.people) or about(self.event.kind)

    @property
    def is_gone(self) -> bool:
        return self.data is None


def moment(day: date) -> datetime:
    """When this day begins where the practice is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def entries(
    practice: Practice,
    *,
    since: date | None = None,
    until: date | None = None,
    kind: str = "",
    ids: Collection[str] | None = None,
) -> QuerySet[Event]:
    """Events in order. kind: how it begins, or the name of a matter of the rules of keeping; ids: public ids of which
    one must be spoken of."""
    found = Event.objects.filter(practice=practice).select_related("payload").order_by("number")
    if since:
        found = found.filter(at__gte=moment(since))
    if until:
        found = found.filter(at__lt=moment(until + timedelta(days=1)))
    if kind:
        named = Q()
        for one in _beginnings(kind):
            named |= Q(kind__startswith=one)
        found = found.filter(named)
    if ids is not None:
        spoken_of = PayloadPerson.objects.filter(practice=practice, person__in=ids).values("payload__event")
        found = found.filter(Q(subject__in=ids) | Q(pk__in=spoken_of))
    return found


def _beginnings(kind: str) -> tuple[str, ...]:
    return next((matter.kinds for matter in MATTERS if matter.name == kind), (kind,))


def kinds() -> list[tuple[str, list[tuple[str, Any]]]]:
    """The groups to look through, for a select."""
    return [
        ("", [(matter.name, matter.words) for matter in MATTERS]),
        ("room", list(ROOMS.items())),
    ]


def runs(events: QuerySet[Event]) -> Iterator[list[Event]]:
    """Events in order of their numbers, a run at a time, however many there are."""
    at = -1
    while run := list(events.filter(number__gt=at)[:CHUNK]):
        yield run
        at = run[-1].number


def lines(practice: Practice, events: Iterable[Event]) -> list[Line]:
    """These events in words: five queries whatever their number."""
    shown = list(events)
    texts = _texts(shown)
    ids: dict[int, list[str]] = {}
    spoken_of = PayloadPerson.objects.filter(payload__event__in=[one.pk for one in shown]).order_by("pk")
    for event, person in spoken_of.values_list("payload__event", "person"):
        ids.setdefault(event, []).append(person)
    everybody = {one for some in ids.values() for one in some} | {one.subject for one in shown}
    names = {member.public_id: str(member.user) for member in members(practice)}
    people = names | names_of(practice, everybody)
    return [
        Line(
            event,
            words_of(event.kind, data := _data(event)),
            names.get(event.actor, event.actor),
            tuple(dict.fromkeys(people[one] for one in (event.subject, *ids.get(event.pk, ())) if one in people)),
            tuple(texts.get(event.pk, ())),
            data,
        )
        for event in shown
    ]


def _data(event: Event) -> dict[str, Any] | None:
    payload: Payload | None = getattr(event, "payload", None)
    return payload.data if payload else None


def _texts(events: list[Event]) -> dict[int, list[Text]]:
    found: dict[int, list[Text]] = {}
    rows = RecordText.objects.filter(payload__event__in=[one.pk for one in events]).order_by("pk")
    told = ("payload__event", "name", "blob__digest", "blob__media_type", "blob__size")
    for event, name, digest, media_type, size in rows.values_list(*told):
        found.setdefault(event, []).append(Text(name, digest, media_type, size))
    return found


def names_of(practice: Practice, ids: Collection[str]) -> dict[str, str]:
    """{public id: name} of those on file. The room of people stands above this one and is asked by name."""
    contact = apps.get_model("contacts", "Contact")
    some = sorted(set(ids) - {""})
    rows = contact._default_manager.filter(practice=practice, public_id__in=some)
    return dict(rows.values_list("public_id", "full_name"))


def people_named(practice: Practice, query: str) -> list[str]:
    """Public ids of people of this name on file, and what was typed itself, as it may be a public id."""
    contact = apps.get_model("contacts", "Contact")
    found = contact._default_manager.filter(practice=practice)
    for word in query.split():
        found = found.filter(full_name__icontains=word)
    return [*found.order_by("pk").values_list("public_id", flat=True)[:MOST_PEOPLE], query.strip()[:20]]


def entry(practice: Practice, number: int) -> Line:
    """One event by its number; raises Event.DoesNotExist."""
    return lines(practice, [Event.objects.select_related("payload").get(practice=practice, number=number)])[0]


def kept_until(line: Line) -> tuple[str, date] | None:
    """The rule that keeps an event's contents, and the last day; None where no rule speaks of it."""
    payload: Payload | None = getattr(line.event, "payload", None)
    return due_dates(line.event.practice_id, [payload]).get(payload.pk) if payload else None


def text(practice: Practice, number: int, digest: str) -> Blob:
    """The bytes of one text of one event; raises Blob.DoesNotExist."""
    named = RecordText.objects.filter(practice=practice, payload__event__number=number, blob__digest=digest)
    found = named.select_related("blob").first()
    if found is None:
        raise Blob.DoesNotExist
    return found.blob


def published_on(practice: Practice, day: date) -> list[Line]:
    """Editions that were before readers at the end of this day, each with its very bytes."""
    matter = next(one for one in MATTERS if one.name == PUBLISHED)
    rows = entries(practice, until=day).filter(kind__in=matter.opens + matter.closes)
    last: dict[str, Event] = {}
    for event in rows.iterator(chunk_size=CHUNK):
        if event.kind in matter.opens:
            last[event.subject] = event
        else:
            last.pop(event.subject, None)
    return lines(practice, last.values())


def ids_meant(practice: Practice, typed: str) -> list[str]:
    """Public ids of what was typed: a person's whole name, or an id that is on file or on the record."""
    contact = apps.get_model("contacts", "Contact")
    people = contact._default_manager.filter(Q(public_id=typed) | Q(full_name__iexact=typed), practice=practice)
    if found := list(people.values_list("public_id", flat=True)[:2]):
        return found
    recorded = Event.objects.filter(practice=practice, subject=typed).exists()
    spoken_of = PayloadPerson.objects.filter(practice=practice, person=typed).exists()
    return [typed] if typed and (recorded or spoken_of) else []
