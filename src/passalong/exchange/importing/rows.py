"""Rows read before: a row that was brought in once is known again, so that the same file changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from passalong.contacts.keys import fold, organization_key
from passalong.contacts.services.bulk import insert
from passalong.contacts.services.intake import Incoming
from passalong.exchange.importing.options import Options
from passalong.exchange.models import ImportBatch, ImportedRow
from passalong.exchange.readers import PersonRecord


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def scopes(batch: ImportBatch, options: Options) -> list[str]:
    """Where a row without mail address, phone or profile is the same person again: in this file, in this group."""
    named = [f"{batch.format}:file:{batch.filename}"]
    return [*named, f"group:{options.group_kind}:{organization_key(options.group)}"] if options.group else named


def identities(record: PersonRecord, within: Sequence[str]) -> list[str]:
    """Digests by which a row is known again: who it names, and for bare names, in which list."""
    who = (
        record.kind, fold(record.name), sorted(record.emails), sorted(phone.raw for phone in record.phones),
        sorted(record.urls), organization_key(record.organization), record.street, record.city, record.postcode,
        record.birth_date, record.uid,
    )  # fmt: skip
    has_key = record.emails or record.phones or record.urls
    return [_digest(who)] if has_key else [_digest(who, scope) for scope in within]


@dataclass(frozen=True, slots=True)
class Row:
    """A record, as it is brought in, with its digests. `content` covers all that is stored of it."""

    record: PersonRecord
    incoming: Incoming
    identities: Sequence[str]
    content: str


def row_of(record: PersonRecord, incoming: Incoming, within: Sequence[str]) -> Row:
    """The row with its digests."""
    content = _digest(
        incoming.full_name, incoming.emails, incoming.phones, incoming.urls, incoming.facts, record.relations,
        record.reason, record.review_on, *filter(None, (incoming.country, incoming.tax_only)),
    )  # fmt: skip
    return Row(record, incoming, identities(record, within), content)


class Repeat(NamedTuple):
    """A row that was brought in before: its key, whom it named, and by which batch."""

    pk: int
    contact_id: int | None
    organization_id: int | None
    batch_id: int


@dataclass(slots=True)
class Known:
    """Rows of a chunk that were read before."""

    contacts: dict[str, int]
    seen: dict[tuple[str, str], Repeat]

    def repeats(self, row: Row) -> list[Repeat]:
        """What was kept of exactly this row; nothing if it was not brought in before."""
        keys = ((identity, row.content) for identity in row.identities)
        return [self.seen[key] for key in keys if key in self.seen]

    def contact(self, row: Row) -> int | None:
        """The contact this row is known to be."""
        return next((self.contacts[one] for one in row.identities if one in self.contacts), None)


def known(practice_id: int, rows: Iterable[Row]) -> Known:
    """What is known of these rows. One query."""
    wanted = {identity for row in rows for identity in row.identities}
    found = ImportedRow.objects.filter(practice_id=practice_id, identity__in=wanted).order_by("-pk")
    result = Known({}, {})
    fields = ("identity", "content", "pk", "contact_id", "organization_id", "batch_id")
    for identity, content, *rest in found.values_list(*fields):
        repeat = result.seen[identity, content] = Repeat(*rest)
        if repeat.contact_id:
            result.contacts[identity] = repeat.contact_id
    return result


def remember(batch: ImportBatch, rows: Iterable[tuple[Row, int | None, int | None]]) -> None:
    """Keep the digests of rows with the contact or organization each became."""
    made = (
        (batch.practice_id, identity, row.content, contact_id, organization_id, batch.pk)
        for row, contact_id, organization_id in rows
        for identity in row.identities
    )
    fields = ("practice", "identity", "content", "contact", "organization", "batch")
    insert(ImportedRow, fields, made, on_conflict="ON CONFLICT DO NOTHING")
