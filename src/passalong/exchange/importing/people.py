"""Cards and rows into contacts, organizations and affiliations, a thousand at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.contacts.countries import letters_of
from passalong.contacts.keys import fold
from passalong.contacts.models import AffiliationKind, Contact, Disclosure, Organization, Source
from passalong.contacts.selectors import sort_key_of
from passalong.contacts.services.intake import Incoming, Outcome, take_in
from passalong.contacts.services.intake_facts import Fact, NamedGroup, organizations_for
from passalong.exchange.importing import places, rows
from passalong.exchange.importing.carrying import Carrying
from passalong.exchange.importing.forgotten import Forgotten
from passalong.exchange.importing.options import Options
from passalong.exchange.importing.report import Report
from passalong.exchange.importing.rows import Row
from passalong.exchange.models import ImportBatch
from passalong.exchange.readers import PersonRecord

CHUNK = 1000
YES = frozenset(["1", "x", "y", "yes", "true", "ja", "j", "oui", "si", "sim", "igen", "tax", "taxonly"])
SOURCES = {"linkedin": Source.LINKEDIN, "directory": Source.DIRECTORY, "wishlist": Source.WISH_LIST}
NAMES_STREET = ("google", "vcard", "directory")  # elsewhere the first street is mostly the office's
Progress = Callable[[int, int], None]
Landed = tuple[Row, Contact | None, Organization | None]


class PeopleImport:
    """One file of people. `landed` is called with the rows of each chunk and what they became."""

    def __init__(self, by: Member, batch: ImportBatch, options: Options, report: Report) -> None:
        self.by, self.batch, self.options, self.report = by, batch, options, report
        self.practice = by.practice
        self.source = SOURCES.get(batch.format, Source.ADDRESS_BOOK)
        self.within = rows.scopes(batch, options)
        self.carrying = Carrying(batch)
        self.said_same = self._said_same()
        self.forgotten = Forgotten(by.practice)

    def run(self, records: Sequence[PersonRecord], on_progress: Progress | None) -> Iterator[list[Landed]]:
        """Bring the records in; yields the rows of each chunk that were not known before, and what they became."""
        source, done = iter(records), 0
        while chunk := list(islice(source, CHUNK)):
            yield self._take(chunk)
            done += len(chunk)
            if on_progress:
                on_progress(done, len(records))

    def _take(self, chunk: Sequence[PersonRecord]) -> list[Landed]:
        for record in chunk:
            self.report.tally.add(record)
        prepared = [self._prepare(record) for record in chunk if self._is_somebody(record)]
        known = rows.known(self.practice.pk, prepared)
        fresh, repeats = [], []
        for row in prepared:
            again = known.repeats(row)
            repeats += again
            fresh += [] if again else [row]
        self.carrying.repeats += repeats
        self.report.unchanged += len(prepared) - len(fresh)
        self.report.members += sum(row.record.kind == "person" for row in prepared) if self.options.group else 0
        landed = self._organizations([row for row in fresh if row.record.kind != "person"])
        landed += self._people([row for row in fresh if row.record.kind == "person"], known)
        rows.remember(self.batch, ((row, c.pk if c else None, o.pk if o else None) for row, c, o in landed))
        return landed

    def _is_somebody(self, record: PersonRecord) -> bool:
        if record.kind == "person" and self.forgotten.names(record.emails, ((p.raw, p.e164) for p in record.phones)):
            self.report.note(record.row, _("This person asked to be forgotten and was left out."))
        elif record.kind != "person" or record.name or record.emails:
            return True
        else:
            self.report.note(record.row, _("This row has no name and no mail address and was left out."))
        self.report.unchanged += 1
        return False

    def _prepare(self, record: PersonRecord) -> Row:
        incoming = Incoming(
            row=record.row, full_name=record.name, given_name=record.given_name, family_name=record.family_name,
            emails=record.emails, phones=tuple((phone.raw, phone.e164) for phone in record.phones), urls=record.urls,
            facts=facts_of(record, self.batch.format, self.options),
            country=letters_of(record.country), tax_only=self.options.tax_only or is_yes(record.tax_only),
        )  # fmt: skip
        row = rows.row_of(record, incoming, self.within)
        return replace(row, incoming=replace(incoming, identity=row.identities[0]))

    def _people(self, people: Sequence[Row], known: rows.Known) -> list[Landed]:
        if not people:
            return []
        sure = {row.incoming.identity: pk for row in people if (pk := self._contact_of(row, known))}
        sure |= self._named_on_file([row for row in people if row.incoming.identity not in sure])
        taken = take_in(
            practice=self.practice, batch_id=self.batch.pk, source=self.source,
            rows=[row.incoming for row in people], known=sure,
        )  # fmt: skip
        self.report.count(taken.outcomes)
        self.report.notes += taken.warnings
        self.report.changes += taken.changes
        self.carrying.note(taken.carried)
        self._tell_of_namesakes(people, taken.contacts, taken.outcomes)
        return [(row, contact, None) for row, contact in zip(people, taken.contacts, strict=True)]

    def _contact_of(self, row: Row, known: rows.Known) -> int | None:
        return self.said_same.get(str(row.record.row)) or known.contact(row)

    def _said_same(self) -> dict[str, int]:
        """Row -> contact, as a person said on the preview."""
        ids = set(self.options.same.values())
        found = Contact.objects.filter(practice=self.practice, public_id__in=ids).values_list("public_id", "pk")
        people = dict(found) if ids else {}
        return {row: people[public_id] for row, public_id in self.options.same.items() if public_id in people}

    def _named_on_file(self, people: Sequence[Row]) -> dict[str, int]:
        """A list of people one would love to meet refers to people: a bare name means the one so called on file."""
        if self.batch.format != "wishlist":
            return {}
        from passalong.exchange.importing.wishlist import people_meant

        return people_meant(self.practice, [row for row in people if not _has_key(row.record)])

    def _tell_of_namesakes(
        self, people: Sequence[Row], contacts: Sequence[Contact], outcomes: Sequence[Outcome]
    ) -> None:
        """Say where a bare name is on file already: nothing tells whether it is the same person."""
        bare = [
            (row, contact)
            for row, contact, outcome in zip(people, contacts, outcomes, strict=True)
            if outcome == Outcome.CREATED and not _has_key(row.record)
        ]
        made = {contact.pk for _row, contact in bare}
        keys = {contact.sort_key for _row, contact in bare}
        others = Contact.objects.filter(practice=self.practice, sort_key__in=keys).exclude(pk__in=made)
        namesakes = {fold(name) for name in others.values_list("full_name", flat=True)} if keys else set()
        for row, contact in bare:
            if fold(contact.full_name) in namesakes:
                self.report.note(row.record.row, _NAMESAKE() % {"name": contact.full_name})

    def _organizations(self, firms: Sequence[Row]) -> list[Landed]:
        named = [NamedGroup(row.record.name, AffiliationKind.EMPLOYER, places.town(row.record.city)) for row in firms]
        found, made = organizations_for(practice=self.practice, batch_id=self.batch.pk, named=named)
        self.report.created += made
        self.report.unchanged += len(firms) - made
        return [(row, None, found.get(group.key)) for row, group in zip(firms, named, strict=True)]


def _NAMESAKE() -> str:
    return _(
        "Somebody called %(name)s is on file already. Nothing in this row tells whether it is the same person, so it "
        "was kept apart."
    )


def is_yes(cell: str) -> bool:
    """Whether a cell says yes."""
    return fold(cell).replace(" ", "") in YES


def _has_key(record: PersonRecord) -> bool:
    return bool(record.emails or record.phones or record.urls)


def facts_of(record: PersonRecord, format_: str, options: Options) -> tuple[Fact, ...]:
    """What a row says its person belongs to."""
    facts = []
    is_public = options.public or format_ == "linkedin"
    disclosure = Disclosure.PUBLIC if is_public else Disclosure.PRIVATE
    start, end = record.start, record.end
    if options.group:
        role = record.role or ("" if record.organization else record.title)
        facts.append(Fact(options.group_kind, options.group, role, start or options.since, end, disclosure))
        start = end = ""
    if record.organization:
        role = record.title or record.role
        facts.append(Fact(AffiliationKind.EMPLOYER, record.organization, role, start, end, disclosure))
    return (*facts, *_home(record, format_))


def _home(record: PersonRecord, format_: str) -> list[Fact]:
    """Town and street, for the desk only."""
    town = places.town(record.city) if format_ != "linkedin" else ""
    street = places.street(record.street, town) if format_ in NAMES_STREET and record.street else ""
    found = [(AffiliationKind.TOWN, town), (AffiliationKind.STREET, street)]
    return [Fact(kind, name, town=town) for kind, name in found if name]


def namesakes_of(records: Sequence[PersonRecord]) -> dict[str, list[PersonRecord]]:
    """Rows that carry a bare name, by its sort key."""
    found: dict[str, list[PersonRecord]] = {}
    for record in records:
        if record.kind == "person" and record.name and not _has_key(record):
            found.setdefault(sort_key_of(record.name), []).append(record)
    return found
