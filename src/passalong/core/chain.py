"""The chain of a practice's events: how it is hashed, and whether it still is as it was written.

    digest of a payload   sha256 of json([salt, data])
    hash of an event      sha256 of json([previous hash, number, at, actor, kind, subject, digest])

json: keys sorted, separators "," and ":", everything beyond ASCII escaped; `at` is ISO 8601 in UTC. The first event's
previous hash is empty. A payload that was erased leaves its digest; a later event says which were (`STUBS`).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.core import blobs, revisions
from passalong.core.digests import event_hash, payload_digest
from passalong.core.models import Event, Payload, RecordText

__all__ = ["Checked", "Finding", "event_hash", "first_broken", "payload_digest", "plain", "ranges", "verify"]

TOPIC = "events"  # the counter that numbers them
STUBS = "stubs"  # in the data of an event that says whose payloads are gone: ranges of numbers
ERASED, PURGED = "core:payloads_erased", "core:payloads_purged"
CHUNK = 1000
MOST_FINDINGS = 50
LARGEST = 1e15  # a float beyond it is written otherwise by PostgreSQL than by Python
Range = tuple[int, int]

CHANGED, MISSING, CONTENT = _("was changed"), _("is missing"), _("says something else than was written")
TEXT, GONE = _("names a text whose bytes were changed or taken away"), _("lost its content without an entry saying why")


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as any database gives it back. Raises ValueError for a number that would come back otherwise."""
    found = json.loads(json.dumps(data, allow_nan=False, default=str))
    return {key: _plain_value(value) for key, value in found.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain_value(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain_value(one) for one in value]
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise ValueError(f"{value} cannot be kept in the record")
        return value or 0.0  # no minus zero
    return value.replace("\x00", "") if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Finding:
    """One event that is not as it was written."""

    number: int
    what: str | Promise


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at one practice's chain found. head: number and hash of its last event; stubs: payloads that were
    erased or ran out. findings: by number, the first `MOST_FINDINGS` of them."""

    events: int
    stubs: int
    texts: int
    head: tuple[int, str]
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        return not self.findings


def verify(practice_id: int, tell: Callable[[int, int], None] | None = None) -> Checked:
    """Read a practice's whole chain, its payloads and every text's bytes. `tell` is called with (done, all) now and
    then. Memory stays small however many events there are."""
    began, expected = time.monotonic(), revisions.current(practice_id, TOPIC)
    walk = _Walk(practice_id, set(blobs.false_ones(practice_id)))
    found = list(islice(walk.findings(expected, tell), MOST_FINDINGS))
    found.sort(key=lambda one: one.number)
    seconds = time.monotonic() - began
    return Checked(walk.events, walk.stubs, walk.texts, (walk.number, walk.previous), seconds, tuple(found))


def first_broken(practice_id: int) -> int | None:
    """The number of the first event that is not as it was written, or None."""
    findings = verify(practice_id).findings
    return findings[0].number if findings else None


@dataclass(slots=True)
class _Walk:
    """Along the chain, a run of events at a time."""

    practice_id: int
    false_blobs: set[int]
    events: int = 0
    stubs: int = 0
    texts: int = 0
    number: int = 0
    previous: str = ""
    without: list[Range] = field(default_factory=list)
    told: list[Range] = field(default_factory=list)

    def findings(self, expected: int, tell: Callable[[int, int], None] | None) -> Iterator[Finding]:
        for run in _runs(self.practice_id):
            texts = _texts_of(run)
            for event in run:
                yield from self._look(event, texts.get(event.pk, {}))
            if tell:
                tell(self.number, max(expected, self.number))
        if self.number < expected:
            yield Finding(self.number + 1, MISSING)
        elif self.number > (counted := revisions.current(self.practice_id, TOPIC)):  # others may have written meanwhile
            yield Finding(counted + 1, CHANGED)
        yield from (Finding(number, GONE) for number in _beyond(self.without, self.told))

    def _look(self, event: Event, texts: dict[str, tuple[str, int]]) -> Iterator[Finding]:
        due, at = self.number + 1, event.at.isoformat()
        hashed = event_hash(self.previous, event.number, at, event.actor, event.kind, event.subject, event.digest)
        if event.number != due:
            yield Finding(due, MISSING)
        elif event.previous_hash != self.previous or event.hash != hashed:
            yield Finding(event.number, CHANGED)
        self.number, self.previous, self.events = event.number, event.hash, self.events + 1
        payload: Payload | None = getattr(event, "payload", None)
        if payload is None:
            self.stubs += 1
            _extend(self.without, event.number)
            return
        if payload.practice_id != event.practice_id or payload_digest(payload.salt, payload.data) != event.digest:
            yield Finding(event.number, CONTENT)
            return
        if event.kind in (ERASED, PURGED):
            self.told += [(first, last) for first, last in payload.data.get(STUBS, ())]
        self.texts += len(texts)
        named = {name: digest for name, (digest, _pk) in texts.items()}
        is_false = any(pk in self.false_blobs for _digest, pk in texts.values())
        is_otherwise = is_false or named != payload.data.get("texts", {})
        if is_otherwise and Payload.objects.filter(pk=payload.pk).exists():  # not erased while we read
            yield Finding(event.number, TEXT)


def _runs(practice_id: int) -> Iterator[list[Event]]:
    """Events in order, a run at a time. Each run is a query of its own, so that writers never wait for the reader."""
    at = -1
    events = Event.objects.filter(practice_id=practice_id).select_related("payload").order_by("number")
    while run := list(events.filter(number__gt=at)[:CHUNK]):
        yield run
        at = run[-1].number


def _texts_of(run: list[Event]) -> dict[int, dict[str, tuple[str, int]]]:
    """{event's key: {name: (digest, blob's key)}}."""
    found: dict[int, dict[str, tuple[str, int]]] = {}
    keys = [event.pk for event in run]
    rows = RecordText.objects.filter(payload__event__in=keys)
    for event, name, digest, pk in rows.values_list("payload__event_id", "name", "blob__digest", "blob_id"):
        found.setdefault(event, {})[name] = (digest, pk)
    return found


def ranges(numbers: Iterable[int]) -> list[Range]:
    """1, 2, 3, 7 -> (1, 3), (7, 7)."""
    found: list[Range] = []
    for number in sorted(set(numbers)):
        _extend(found, number)
    return found


def _extend(found: list[Range], number: int) -> None:
    if found and found[-1][1] == number - 1:
        found[-1] = found[-1][0], number
    else:
        found.append((number, number))


def _beyond(without: list[Range], told: list[Range]) -> Iterator[int]:
    """Numbers of the first ranges that the others do not cover."""
    covers = iter(sorted(told))
    first, last = next(covers, (0, 0))
    for start, end in without:
        number = start
        while number <= end:
            while last < number and (following := next(covers, None)):
                first, last = following
            if first <= number <= last:
                number = last + 1
            else:
                yield number
                number += 1
