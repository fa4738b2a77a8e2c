"""Many people at once: found by mail address, phone or profile page, else made; what they belong to noted.

A fixed number of queries a call, however many rows. What a person typed is never overwritten: empty fields are filled,
addresses and affiliations added. Every change to a row that was there before is handed back, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors
from passalong.contacts.keys import email_key, fold, phone_key, same_name, url_key
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.services.bulk import insert
from passalong.contacts.services.intake_facts import Fact, FactIntake, said
from passalong.contacts.services.people import refresh_search, split_name

JOINING = (PointKind.EMAIL, PointKind.URL, PointKind.PHONE)  # the strongest first
Key = tuple[str, str]


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One person as a file tells it. `identity` names the row among those read before, and is empty for none;
    phones are pairs of the number as written and in E.164, where that is known; country: two letters."""

    row: int
    full_name: str
    given_name: str = ""
    family_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    urls: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    identity: str = ""
    country: str = ""
    tax_only: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an older row that was filled: enough to take it back if nobody touched it since."""

    model: str
    pk: int
    field: str
    before: str
    after: str


class Carry(NamedTuple):
    """A row of some import that these rows told of as well: what it is, and what it said before and says now."""

    what: str
    target: int
    before: str = ""
    said: str = ""


@dataclass(slots=True)
class Taken:
    """What became of the rows, in their order."""

    contacts: list[Contact] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    carried: list[Carry] = field(default_factory=list)
    evidence: int = 0


def take_in(
    *, practice: Practice, batch_id: int | None, source: str, rows: Sequence[Incoming], known: Mapping[str, int]
) -> Taken:
    """Bring the rows in. `known`: identity of a row -> primary key of the contact it is known to be.

    Call it inside a transaction; logging the event is the caller's, who knows the whole file.
    """
    return _Intake(practice, batch_id, source, rows, known).run()


class _Intake:
    """One call: the rows, the contacts they may be, and what is to be written."""

    def __init__(
        self, practice: Practice, batch_id: int | None, source: str, rows: Sequence[Incoming], known: Mapping[str, int]
    ) -> None:
        self.practice, self.batch_id, self.source, self.rows = practice, batch_id, source, rows
        self.taken = Taken()
        self.keys = [self._keys(row) for row in rows]
        self.by_key: dict[Key, list[Contact]] = {}
        self.by_identity: dict[str, Contact] = {}
        self.points: dict[int, set[Key]] = {}  # by id() of the contact: new ones have no primary key yet
        self.imported_points: dict[tuple[int, Key], int] = {}
        self.new_contacts: list[Contact] = []
        self.said_points: dict[int, list[tuple[str, str, str]]] = {}  # new ones: kind, key, value
        self.facts = FactIntake(practice, batch_id, source)
        self.named: list[Contact] = []
        self._load(known)

    def _keys(self, row: Incoming) -> dict[Key, str]:
        found: dict[Key, str] = {(PointKind.EMAIL, email_key(value)): value for value in row.emails}
        found |= {(PointKind.URL, url_key(value)): value for value in row.urls}
        for value, e164 in row.phones:
            found[(PointKind.PHONE, e164 or phone_key(value, self.practice.country))] = value
        return {key: value for key, value in found.items() if key[1]}

    def _load(self, known: Mapping[str, int]) -> None:
        """Everybody on file who shares a key with a row or is known to be one, with all their keys."""
        wanted: dict[str, set[str]] = {kind: set() for kind in JOINING}
        for keys in self.keys:
            for kind, key in keys:
                wanted[kind].add(key)
        ids = set(known.values())
        for kind, values in wanted.items():
            if values:
                ids |= set(selectors.by_points(self.practice, kind, values).values_list("contact_id", flat=True))
        people = {c.pk: c for c in Contact.objects.filter(practice=self.practice, pk__in=ids).order_by("pk")}
        for point in ContactPoint.objects.filter(practice=self.practice, contact_id__in=people).order_by("contact_id"):
            contact = people[point.contact_id]
            self._index(contact, (point.kind, point.key))
            if point.batch_id:
                self.imported_points[id(contact), (point.kind, point.key)] = point.pk
        self.by_identity = {name: people[pk] for name, pk in known.items() if pk in people}

    def _index(self, contact: Contact, key: Key) -> None:
        self.points.setdefault(id(contact), set()).add(key)
        self.by_key.setdefault(key, []).append(contact)

    def run(self) -> Taken:
        outcomes = [self._place(row, keys) for row, keys in zip(self.rows, self.keys, strict=True)]
        self.facts.prepare([(row.row, c, row.facts) for row, c in zip(self.rows, self.taken.contacts, strict=True)])
        self._write_people()
        learned = self.facts.write()
        self.taken.outcomes = [
            Outcome.UPDATED if more and outcome == Outcome.UNCHANGED else outcome
            for outcome, more in zip(outcomes, learned, strict=True)
        ]
        self.taken.warnings += self.facts.warnings
        self.taken.changes += [Change("affiliation", *change) for change in self.facts.changes]
        self.taken.evidence = self.facts.made
        self.taken.carried = list(self._carried())
        self._refresh_older()
        return self.taken

    def _write_people(self) -> None:
        """New people with their search text, new names, new points. Says of a new person what refresh_search would."""
        said = self.facts.words()
        for contact in self.new_contacts:
            values = [value for kind, key, value in self.said_points.get(id(contact), ())]
            words = [contact.full_name, *values, *said.get(id(contact), ())]
            contact.search = fold(" ".join(dict.fromkeys(filter(None, words))))[:8000]
        Contact.objects.bulk_create(self.new_contacts)
        told = ["full_name", "given_name", "family_name", "sort_key", "country"]
        Contact.objects.bulk_update(dict.fromkeys(self.named), told, batch_size=500)
        insert(ContactPoint, ("practice", "contact", "kind", "key", "value", "batch"), self._point_rows())

    def _point_rows(self) -> Iterator[tuple[object, ...]]:
        for contact in dict.fromkeys(self.taken.contacts):
            for kind, key, value in self.said_points.get(id(contact), ()):
                yield self.practice.pk, contact.pk, kind, key, value, self.batch_id

    def _carried(self) -> Iterator[Carry]:
        """Rows of imports these rows told of, among them those made just now that a later word may change."""
        new = {id(contact) for contact in self.new_contacts}
        for contact in dict.fromkeys(self.taken.contacts):
            if contact.batch_id and id(contact) not in new:
                yield Carry("contact", contact.pk)
        for contact, keys in zip(self.taken.contacts, self.keys, strict=True):
            for key in keys:
                if (id(contact), key) in self.imported_points:
                    yield Carry("point", self.imported_points[id(contact), key])
        for fact, before in self.facts.told.values():
            if fact.batch_id:
                yield Carry("affiliation", fact.pk, before, said(fact))

    def _refresh_older(self) -> None:
        new = {id(contact) for contact in self.new_contacts}
        told = zip(self.taken.contacts, self.taken.outcomes, strict=True)
        older = {c.pk for c, outcome in told if outcome != Outcome.UNCHANGED and id(c) not in new}
        refresh_search(self.practice, sorted(older))

    def _place(self, row: Incoming, keys: dict[Key, str]) -> Outcome:
        """Find or make the row's contact and add its keys."""
        found = self._find(row, keys)
        contact = found or self._make(row)
        named = bool(found) and self._fill(contact, row)
        missing = [key for key in keys if key not in self.points.get(id(contact), ())]
        for key in missing:
            self._add_point(contact, key, keys[key])
        if row.identity:
            self.by_identity.setdefault(row.identity, contact)
        self.taken.contacts.append(contact)
        if not found:
            return Outcome.CREATED
        return Outcome.UPDATED if named or missing else Outcome.UNCHANGED

    def _find(self, row: Incoming, keys: dict[Key, str]) -> Contact | None:
        if row.identity in self.by_identity:
            return self.by_identity[row.identity]
        sharing = [(key, contact) for key in _strongest_first(keys) for contact in self.by_key.get(key, ())]
        fitting = [contact for _key, contact in sharing if same_name(_said(contact.full_name), row.full_name)]
        if sharing and not fitting:
            key, other = sharing[0]
            sentence = _("Shares %(what)s with %(name)s but has another name, so it was kept apart.")
            self._warn(row, sentence, keys[key], other)
        elif len({id(contact) for contact in fitting}) > 1:
            other = next(contact for contact in fitting if contact is not fitting[0])
            sentence = _("Fits two people on file, %(what)s and %(name)s. It was added to the first.")
            self._warn(row, sentence, fitting[0].full_name, other)
        return fitting[0] if fitting else None

    def _warn(self, row: Incoming, sentence: str, what: str, other: Contact) -> None:
        self.taken.warnings.append((row.row, sentence % {"what": what[:80], "name": other.full_name}))

    def _make(self, row: Incoming) -> Contact:
        contact = Contact(practice=self.practice, source=self.source, batch_id=self.batch_id)
        contact.country, contact.tax_only = row.country, row.tax_only
        _name(contact, row, row.full_name or next(iter(row.emails), "") or row.phones[0][0])
        self.new_contacts.append(contact)
        return contact

    def _fill(self, contact: Contact, row: Incoming) -> bool:
        """What an older contact learns besides points and facts."""
        if row.tax_only and not contact.tax_only:
            told = _("%(name)s is on file from elsewhere already, so the mark “known from tax work only” was not set.")
            self.taken.warnings.append((row.row, told % {"name": contact.full_name}))
        learned = self._fill_country(contact, row)
        return self._fill_name(contact, row) or learned

    def _fill_country(self, contact: Contact, row: Incoming) -> bool:
        if contact.country or not row.country:
            return False
        contact.country = row.country
        if contact.pk:
            self.named.append(contact)
            self.taken.changes.append(Change("contact", contact.pk, "country", "", row.country))
        return True

    def _fill_name(self, contact: Contact, row: Incoming) -> bool:
        """A contact known by an address only gets its name; nothing else about names changes."""
        if _said(contact.full_name) or not row.full_name:
            return False
        before = contact.full_name
        _name(contact, row, row.full_name)
        if contact.pk:
            self.named.append(contact)
            self.taken.changes.append(Change("contact", contact.pk, "full_name", before, contact.full_name))
        return True

    def _add_point(self, contact: Contact, key: Key, value: str) -> None:
        self.said_points.setdefault(id(contact), []).append((str(key[0]), key[1], value[:320]))
        self._index(contact, key)


def _strongest_first(keys: Mapping[Key, str]) -> list[Key]:
    """Keys by which people are joined; digits that are no valid number join nobody."""
    good = [key for key in keys if key[0] != PointKind.PHONE or key[1].startswith("+")]
    return sorted(good, key=lambda key: JOINING.index(PointKind(key[0])))


def _said(full_name: str) -> str:
    """The name, empty where an address or a number stands in for it."""
    return "" if "@" in full_name or not any(ch.isalpha() for ch in full_name) else full_name


def _name(contact: Contact, row: Incoming, full_name: str) -> None:
    contact.full_name = " ".join(full_name.split())[:200]
    given, family = row.given_name, row.family_name
    if not given and not family and _said(full_name) and " " in full_name:
        given, family = split_name(full_name)
    contact.given_name, contact.family_name = given[:100], family[:100]
    contact.sort_key = selectors.sort_key_of(contact.full_name)
