"""Other people named on a card: kept where the one named is on file under exactly that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from passalong.compliance.selectors import keeps_business_only, refusals
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, Source
from passalong.contacts.selectors import have_been_clients, sort_key_of
from passalong.core import clock
from passalong.exchange.importing.report import Report
from passalong.exchange.importing.rows import Row
from passalong.exchange.models import ImportBatch
from passalong.ties.models import Statement, StatementKind

KINDS = {
    **dict.fromkeys(
        ("spouse", "partner", "domestic_partner", "child", "parent", "mother", "father", "brother", "sister", "sibling",
         "relative", "son", "daughter", "husband", "wife"),
        StatementKind.RELATIVE,
    ),
    **dict.fromkeys(("manager", "assistant"), StatementKind.WORKS_WITH),
}  # fmt: skip
CHUNK = 500


class Named(NamedTuple):
    """Contact names somebody as a relative or colleague."""

    contact_id: int
    kind: str
    name: str
    row: int = 0


def named_in(landed: Iterable[tuple[Row, Contact | None, object]]) -> list[Named]:
    """The people named on these rows whose relation means something here."""
    return [
        Named(contact.pk, KINDS[relation.kind], relation.name, row.record.row)
        for row, contact, _organization in landed
        if contact
        for relation in row.record.relations
        if relation.kind in KINDS and fold(relation.name)
    ]


def state(batch: ImportBatch, named: Sequence[Named], report: Report) -> None:
    """Keep what can be kept, each pair once; of what is refused the report tells row and reason."""
    named = _welcome(batch, named, report)
    for at in range(0, len(named), CHUNK):
        _state(batch, named[at : at + CHUNK])


def _welcome(batch: ImportBatch, named: Sequence[Named], report: Report) -> list[Named]:
    """A European practice keeps relatives of clients only."""
    refusal = refusals(batch.practice)
    clients = have_been_clients(batch.practice) if keeps_business_only(batch.practice) else set()
    kept = []
    for one in named:
        if why := refusal(one.kind, of_client=one.contact_id in clients):
            report.note(one.row, why)
        else:
            kept.append(one)
    return kept


def _state(batch: ImportBatch, named: Sequence[Named]) -> None:
    people = _on_file(batch.practice_id, {one.name for one in named})
    pairs = {
        (min(one.contact_id, other), max(one.contact_id, other), one.kind)
        for one in named
        if (other := people.get(fold(one.name))) and other != one.contact_id
    }
    ids = {pk for low, high, _kind in pairs for pk in (low, high)}
    rows = Statement.objects.filter(practice_id=batch.practice_id, contact_a__in=ids, contact_b__in=ids)
    known = {(min(a, b), max(a, b), kind) for a, b, kind in rows.values_list("contact_a_id", "contact_b_id", "kind")}
    today = clock.today()
    Statement.objects.bulk_create(
        Statement(
            practice_id=batch.practice_id, contact_a_id=low, contact_b_id=high, kind=kind, on=today,
            source=Source.ADDRESS_BOOK, batch=batch,
        )
        for low, high, kind in sorted(pairs - known)
    )  # fmt: skip


def _on_file(practice_id: int, names: Iterable[str]) -> dict[str, int]:
    """Folded name -> the one contact so called; names that several carry mean nobody."""
    keys = {sort_key_of(name) for name in names}
    found: dict[str, list[int]] = {}
    rows = Contact.objects.filter(practice_id=practice_id, sort_key__in=keys)
    for pk, name in rows.values_list("pk", "full_name"):
        found.setdefault(fold(name), []).append(pk)
    return {name: pks[0] for name, pks in found.items() if len(pks) == 1}
