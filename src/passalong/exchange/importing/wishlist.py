"""Rows of a wish list: whom they mean, and their entry on the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from passalong.accounts.models import Member, Practice
from passalong.contacts.keys import fold, organization_key
from passalong.contacts.models import Affiliation, AffiliationKind, Contact, Organization, Source
from passalong.contacts.selectors import sort_key_of
from passalong.contacts.services.intake import Carry
from passalong.exchange.importing.carrying import said
from passalong.exchange.importing.rows import Row
from passalong.exchange.models import ImportBatch
from passalong.prospecting.models import Prospect


def people_meant(practice: Practice, rows: Sequence[Row]) -> dict[str, int]:
    """Identity -> contact for bare names that exactly one person on file carries, at the firm the row names if any."""
    keys = {sort_key_of(row.record.name) for row in rows}
    found = Contact.objects.filter(practice=practice, sort_key__in=keys) if keys else Contact.objects.none()
    by_name: dict[str, list[int]] = {}
    for pk, name in found.values_list("pk", "full_name"):
        by_name.setdefault(fold(name), []).append(pk)
    firms = _firms([pk for pks in by_name.values() for pk in pks])
    meant: dict[str, int] = {}
    for row in rows:
        firm = organization_key(row.record.organization)
        fitting = [pk for pk in by_name.get(fold(row.record.name), []) if not firm or firm in firms.get(pk, set())]
        if len(fitting) == 1:
            meant[row.incoming.identity] = fitting[0]
    return meant


def _firms(contact_ids: Sequence[int]) -> dict[int, set[str]]:
    jobs = Affiliation.objects.filter(contact_id__in=contact_ids, kind=AffiliationKind.EMPLOYER)
    found: dict[int, set[str]] = {}
    for pk, key in jobs.values_list("contact_id", "organization__key"):
        found.setdefault(pk, set()).add(key)
    return found


def wish(
    by: Member, batch: ImportBatch, landed: Iterable[tuple[Row, Contact | None, Organization | None]]
) -> list[Carry]:
    """Put each row on the wish list. Returns the entries that imports made, with what they say."""
    from passalong.prospecting import services

    carried = []
    for row, contact, organization in landed:
        if contact or organization:
            before = _entry(by.practice, contact, organization)
            entry, _new = services.add_prospect(
                by=by, contact=contact, organization=organization, reason=row.record.reason,
                source=Source.WISH_LIST, review_on=_whole_date(row.record.review_on), batch=batch,
            )  # fmt: skip
            if entry.batch_id:
                carried.append(Carry("prospect", entry.pk, said(before) if before else "", said(entry)))
    return carried


def _entry(practice: Practice, contact: Contact | None, organization: Organization | None) -> Prospect | None:
    return Prospect.objects.filter(practice=practice, contact=contact, organization=organization).first()


def _whole_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
