"""Mail and meetings in bulk: who was on them together, never what was said.

Each message or event is counted once by its key. Addresses that belong to no contact are staged; pairs of addresses are
summed up. The practice's own addresses, lists and large rounds are no evidence that two others know each other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from passalong.accounts.models import Practice
from passalong.accounts.selectors import own_addresses
from passalong.contacts.models import ContactPoint, PointKind
from passalong.contacts.services.bulk import day, insert
from passalong.core.revisions import EVIDENCE, bump
from passalong.ties.models import Address, Encounter, ObservationKind
from passalong.ties.services.observations import PairSums, batches, forget, remaining, span

CHUNK = 1000
MOST_PEOPLE = 25
LEAST_TO_TELL_OWNER = 20  # messages; fewer do not tell whose mailbox it is
OWNER_SHARE = 0.5
RUNNER_UP = 0.8  # the owner is on clearly more messages than anybody else


class Met(NamedTuple):
    """One message or event: its key, its day, (address, name) of everybody on it, and whether it went to a list."""

    key: str
    on: date | None
    people: tuple[tuple[str, str], ...]
    is_bulk: bool = False


class Seen(NamedTuple):
    """What one intake adds to an address."""

    times: int
    first_on: date | None
    last_on: date | None
    name: str


@dataclass(slots=True)
class Counted:
    """What became of the messages or events."""

    records: int = 0
    new: int = 0
    known: int = 0
    left_out: int = 0
    pairs: int = 0
    staged: int = 0
    own: list[str] = field(default_factory=list)
    guessed_own: str = ""
    guessed_share: float = 0.0


def count_in(*, practice: Practice, batch_id: int | None, kind: str, met: Iterable[Met], guess_owner: bool) -> Counted:
    """Count the encounters in. Call it inside a transaction; logging the event is the caller's.

    Memory grows with the number of different addresses and pairs up to a bound, not with the number of messages.
    """
    intake = _Intake(practice, batch_id, kind)
    for chunk in _chunks(met):
        intake.take(chunk)
    intake.finish(guess_owner=guess_owner)
    return intake.counted


def _chunks(met: Iterable[Met]) -> Iterator[list[Met]]:
    source = iter(met)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


class _Intake:
    """One file: addresses met so far, what it adds to each, and the sums of pairs."""

    def __init__(self, practice: Practice, batch_id: int | None, kind: str) -> None:
        self.practice, self.batch_id, self.kind = practice, batch_id, kind
        self.counted = Counted()
        self.own_emails = own_addresses(practice)
        self.own: set[int] = set()
        self.ids: dict[str, int] = {}
        self.seen: dict[int, Seen] = {}
        self.pairs = PairSums(practice.pk, kind)

    def take(self, chunk: Sequence[Met]) -> None:
        self.counted.records += len(chunk)
        new = self._unread([one for one in chunk if not one.is_bulk and 0 < len(one.people) <= MOST_PEOPLE])
        self._know(dict(person for one in reversed(new) for person in one.people))
        insert(Encounter, ("practice", "kind", "key", "on", "people", "batch"), map(self._encounter, new))
        self.pairs.flush_if_large(self.own)

    def _unread(self, chunk: Sequence[Met]) -> list[Met]:
        """Those not counted before, each once."""
        by_key = {one.key: one for one in chunk}
        same = Encounter.objects.filter(practice=self.practice, kind=self.kind, key__in=by_key)
        for key in same.values_list("key", flat=True):
            del by_key[key]
        self.counted.new += len(by_key)
        self.counted.known += len(chunk) - len(by_key)
        self.counted.left_out = self.counted.records - self.counted.new - self.counted.known
        return list(by_key.values())

    def _know(self, people: dict[str, str]) -> None:
        """Make sure every address has a row, linked to the contact whose address it is."""
        missing = [email for email in people if email not in self.ids]
        self._remember(missing)
        missing = [email for email in missing if email not in self.ids]
        owners = _contacts_of(self.practice, missing)
        Address.objects.bulk_create(
            Address(
                practice=self.practice, email=email, name=people[email][:200], contact_id=owners.get(email),
                is_own=email in self.own_emails,
            )
            for email in missing
        )  # fmt: skip
        self.counted.staged += len(missing) - len(owners)
        self._remember(missing)

    def _remember(self, emails: Sequence[str]) -> None:
        rows = Address.objects.filter(practice=self.practice, email__in=emails)
        for pk, email, is_own in rows.values_list("pk", "email", "is_own"):
            self.ids[email] = pk
            if is_own or email in self.own_emails:
                self.own.add(pk)

    def _encounter(self, met: Met) -> tuple[Any, ...]:
        people = sorted({self.ids[email] for email, _name in met.people})
        for email, name in met.people:
            see(self.seen, self.ids[email], met.on, name)
        if len(people) > 1:
            self.pairs.add([pk for pk in people if pk not in self.own], 1 / (len(people) - 1), met.on)
        return self.practice.pk, self.kind, met.key, day(met.on), json.dumps(people), self.batch_id

    def finish(self, *, guess_owner: bool) -> None:
        if guess_owner and not self.own & set(self.seen):
            self._guess_owner()
        Address.objects.filter(pk__in=self.own, is_own=False).update(is_own=True)
        self.counted.pairs = self.pairs.finish(self.own)
        self._write_seen()
        emails = {pk: email for email, pk in self.ids.items()}
        self.counted.own = sorted(emails[pk] for pk in self.own & set(self.seen))

    def _guess_owner(self) -> None:
        """Whose mailbox this is: the one address on most messages, if it stands out."""
        total = self.counted.new
        top = Counter({pk: seen.times for pk, seen in self.seen.items()}).most_common(2)
        if total < LEAST_TO_TELL_OWNER or not top or top[0][1] < OWNER_SHARE * total:
            return
        if len(top) > 1 and top[1][1] > RUNNER_UP * top[0][1]:
            return
        self.own.add(top[0][0])
        self.counted.guessed_own = next(email for email, pk in self.ids.items() if pk == top[0][0])
        self.counted.guessed_share = top[0][1] / total

    def _write_seen(self) -> None:
        """Add what was seen to the address rows, a chunk at a time."""
        for ids in batches(sorted(self.seen), CHUNK):
            rows = list(Address.objects.filter(pk__in=ids))
            for row in rows:
                self._add_seen(row, self.seen[row.pk])
            write_addresses(rows)

    def _add_seen(self, row: Address, seen: Seen) -> None:
        row.seen += seen.times
        row.name = row.name or seen.name[:200]
        row.first_on, row.last_on = span(row.first_on, row.last_on, seen.first_on)
        row.first_on, row.last_on = span(row.first_on, row.last_on, seen.last_on)


def see(seen: dict[int, Seen], pk: int, on: date | None, name: str) -> None:
    """One more encounter of an address."""
    old = seen.get(pk, Seen(0, on, on, ""))
    seen[pk] = Seen(old.times + 1, *span(old.first_on, old.last_on, on), old.name or name)


def write_addresses(rows: Sequence[Address]) -> None:
    """Write counts, days and names of rows that exist, all at once."""
    Address.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["practice", "email"],
        update_fields=["seen", "name", "first_on", "last_on"],
    )


def _contacts_of(practice: Practice, emails: Sequence[str]) -> dict[str, int]:
    """Contacts by mail address; the one longest on file where two share it."""
    points = ContactPoint.objects.filter(practice=practice, kind=PointKind.EMAIL, key__in=emails)
    return dict(points.order_by("-contact_id").values_list("key", "contact_id"))


def take_back(*, practice: Practice, batch_id: int) -> int:
    """Uncount the encounters of one batch; sums and addresses are reckoned anew from what is left. Returns how many."""
    encounters = Encounter.objects.filter(practice=practice, batch_id=batch_id)
    touched = {pk for people in encounters.values_list("people", flat=True).iterator() for pk in people}
    gone, _by_model = encounters.delete()
    if gone:
        _reckon_anew(practice, touched)
    return gone


def _reckon_anew(practice: Practice, touched: set[int]) -> None:
    own = set(Address.objects.filter(practice=practice, is_own=True).values_list("pk", flat=True))
    seen: dict[int, Seen] = {}
    for kind in ObservationKind.values:
        forget(practice.pk, kind, touched)
        sums = PairSums(practice.pk, kind)
        for people, on in remaining(practice.pk, kind):
            met = [pk for pk in people if pk in touched]
            for pk in met:
                see(seen, pk, on, "")
            if len(met) > 1:
                sums.add([pk for pk in met if pk not in own], 1 / (len(people) - 1), on)
        sums.finish(own)
    _write_anew(practice, touched, seen)


def _write_anew(practice: Practice, touched: set[int], seen: dict[int, Seen]) -> None:
    """Addresses nobody is left to have seen go, unless a person dismissed them: that word is kept."""
    for ids in batches(sorted(touched), CHUNK):
        rows = list(Address.objects.filter(practice=practice, pk__in=ids))
        for row in rows:
            row.seen, row.first_on, row.last_on, _name = seen.get(row.pk, Seen(0, None, None, ""))
        write_addresses(rows)
        Address.objects.filter(practice=practice, pk__in=ids, seen=0, dismissed_at=None).delete()


def reckon_pairs_of(*, practice: Practice, addresses: set[int]) -> None:
    """Reckon the pairs of these addresses anew, after it was said whose they are."""
    met_with = set(addresses)
    for kind in ObservationKind.values:
        for people, _on in remaining(practice.pk, kind):
            if not addresses.isdisjoint(people):
                met_with.update(people)
    _reckon_anew(practice, met_with)
    bump(practice.pk, EVIDENCE)
