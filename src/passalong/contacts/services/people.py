"""Add, edit and remove people by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.compliance.sensitive import NOTE
from passalong.contacts import selectors
from passalong.contacts.countries import letters_of
from passalong.contacts.keys import email_key, fold, phone_key, url_key
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    ContactPoint,
    PointKind,
    Source,
)
from passalong.contacts.services.own import demand_own
from passalong.contacts.services.standing import set_standing
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.core.rows import check_row

UNREADABLE = {
    PointKind.EMAIL: __("“%(value)s” is no mail address: write it as name@example.com."),
    PointKind.PHONE: __("“%(value)s” is no phone number: write it with its area code."),
    PointKind.URL: __("“%(value)s” is no page: write it as www.example.com/name."),
}
MAX_NOTES = 4000
MAX_POINT = 320  # characters a mail address, phone or profile may have


def point_key(kind: str, value: str, country: str) -> str:
    """What equal mail addresses, phones or profile pages share; empty when the value is none."""
    if kind == PointKind.EMAIL:
        return email_key(value)
    return phone_key(value, country) if kind == PointKind.PHONE else url_key(value)


def split_name(full_name: str) -> tuple[str, str]:
    """(given, family) of a full name, by nameparser; titles and suffixes go with neither."""
    from nameparser import HumanName

    name = HumanName(full_name)
    return " ".join(filter(None, (name.first, name.middle))), name.last


@transaction.atomic
def add_contact(
    *,
    by: Member,
    full_name: str,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    urls: Iterable[str] = (),
    notes: str = "",
    source: str = Source.HAND,
    do_not_ask: bool = False,
    public_sector: bool = False,
    country: str = "",
    tax_only: bool = False,
    standing: str = "",
    since: date | None = None,
) -> Contact:
    """Put a person on file, standing with the practice as `standing` says from `since` on, if given.

    Raises Refused when a mail address is somebody else's.
    """
    demand(by, "contacts.edit")
    contact = Contact(practice=by.practice, source=source)
    contact.do_not_ask, contact.public_sector, contact.tax_only = do_not_ask, public_sector, tax_only
    contact.country = _country(country)
    _note(contact, notes)
    _name(contact, full_name)
    contact.save()
    _set_points(contact, {PointKind.EMAIL: emails, PointKind.PHONE: phones, PointKind.URL: urls})
    refresh_search(by.practice, [contact.pk])
    events.record(by.practice_id, "contacts:added", actor=by.public_id, subject=contact.public_id)
    if standing:
        set_standing(by=by, contact=contact, kind=standing, since=since)
    bump(by.practice_id, EVIDENCE)
    return contact


@transaction.atomic
def by_own_words(*, practice: Practice, full_name: str, reach: str) -> Contact:
    """Put somebody on file who gave name and mail address or phone themselves, on a page that said what becomes of it:
    nobody need tell them that they are on file. No member does this; it is the person's own act."""
    now = clock.now()
    contact = Contact(practice=practice, source=Source.KIT, informed_at=now)
    _name(contact, full_name)
    contact.save()
    add_own_point(contact, reach)
    refresh_search(practice, [contact.pk])
    events.record(practice.pk, "contacts:by_own_words", subject=contact.public_id)
    bump(practice.pk, EVIDENCE)
    return contact


def add_own_point(contact: Contact, reach: str) -> None:
    """Add the mail address or phone a person gave, unless it is known of them; what is neither is passed over."""
    kind = PointKind.EMAIL if email_key(reach) else PointKind.PHONE
    if key := point_key(kind, reach, contact.practice.country):
        ContactPoint.objects.get_or_create(
            practice_id=contact.practice_id,
            contact=contact,
            kind=kind,
            key=key,
            defaults={"value": reach.strip()[:MAX_POINT]},
        )


@transaction.atomic
def note_given(*, by: Member, contact: Contact, reach: str) -> None:
    """Keep that the person gave this mail address or phone themselves, today, to be reached by; one that is on file
    counts as given from now on. Raises Refused for what is neither, and for somebody else's mail address."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    kind = PointKind.EMAIL if email_key(reach) else PointKind.PHONE
    key = point_key(kind, reach, contact.practice.country)
    if not key or len(reach.strip()) > MAX_POINT:
        raise Refused(_("Write a mail address or a phone number."), field="reach")
    if kind == PointKind.EMAIL and not contact.points.filter(kind=kind, key=key).exists():
        _refuse_taken(contact, {key}, field="reach")
    add_own_point(contact, reach)
    contact.points.filter(kind=kind, key=key).update(given_on=clock.today())
    refresh_search(by.practice, [contact.pk])
    events.record(by.practice_id, "contacts:reach_given", actor=by.public_id, subject=contact.public_id)


@transaction.atomic
def edit_contact(
    *,
    by: Member,
    contact: Contact,
    full_name: str,
    emails: Iterable[str],
    phones: Iterable[str],
    urls: Iterable[str] = (),
    notes: str = "",
    do_not_ask: bool = False,
    public_sector: bool = False,
    country: str | None = None,
    tax_only: bool | None = None,
) -> Contact:
    """Change a person's own facts: name, addresses, notes and marks. What is None stays as it is."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    if contact.objected_at and not do_not_ask:
        raise Refused(_("They asked themselves not to be asked about. It stays."), field="do_not_ask")
    contact.do_not_ask, contact.public_sector = do_not_ask, public_sector
    contact.country = contact.country if country is None else _country(country)
    contact.tax_only = contact.tax_only if tax_only is None else tax_only
    if notes != contact.notes:
        _note(contact, notes)
    _name(contact, full_name)
    contact.save()
    _set_points(contact, {PointKind.EMAIL: emails, PointKind.PHONE: phones, PointKind.URL: urls})
    refresh_search(by.practice, [contact.pk])
    events.record(by.practice_id, "contacts:edited", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)
    return contact


@transaction.atomic
def delete_contact(*, by: Member, contact: Contact) -> None:
    """Take a person off file with all that hangs on them."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    events.record(by.practice_id, "contacts:deleted", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)
    contact.delete()


def _country(text: str) -> str:
    letters = letters_of(text)
    if text.strip() and not letters:
        refusal = _("“%(value)s” is no country we know: write its two letters, as DE or US.")
        raise Refused(refusal % {"value": text.strip()[:40]}, field="country")
    return letters


def _note(contact: Contact, notes: str) -> None:
    refusal = refusals(contact.practice)(NOTE, notes)
    if refusal:
        raise Refused(refusal, field="notes")
    contact.notes = notes


def _name(contact: Contact, full_name: str) -> None:
    name = " ".join(full_name.split())
    if not name:
        raise Refused(_("A person needs a name."), field="full_name")
    if contact.pk is None or name[:200] != contact.full_name:  # a file may know the parts better than we can split
        contact.full_name = name[:200]
        given, family = split_name(name)
        contact.given_name, contact.family_name = given[:100], family[:100]
        contact.sort_key = selectors.sort_key_of(name)
    check_row(contact, exclude=["search", "batch"])
    if len(contact.notes) > MAX_NOTES:
        raise Refused(_("Notes have at most %(most)d characters.") % {"most": MAX_NOTES}, field="notes")


def _set_points(contact: Contact, wanted: dict[PointKind, Iterable[str]]) -> None:
    """Make the contact's points exactly those wanted; a value that cannot be one is refused by field."""
    fields = {PointKind.EMAIL: "emails", PointKind.PHONE: "phones", PointKind.URL: "urls"}
    for kind, values in wanted.items():
        keys: dict[str, str] = {}
        for value in filter(None, (v.strip() for v in values)):
            key = point_key(kind, value, contact.practice.country)
            if not key or len(value) > MAX_POINT:
                raise Refused(str(UNREADABLE[kind]) % {"value": value[:80]}, field=fields[kind])
            keys[key] = value
        existing = set(contact.points.filter(kind=kind).values_list("key", flat=True))
        if kind == PointKind.EMAIL:
            _refuse_taken(contact, set(keys) - existing)  # families share addresses that imports brought
        contact.points.filter(kind=kind).exclude(key__in=keys).delete()
        ContactPoint.objects.bulk_create(
            ContactPoint(practice_id=contact.practice_id, contact=contact, kind=kind, key=key, value=value)
            for key, value in keys.items()
            if key not in existing
        )


def _refuse_taken(contact: Contact, keys: set[str], field: str = "emails") -> None:
    other = selectors.by_points(contact.practice, PointKind.EMAIL, keys).exclude(contact=contact).first()
    if other:
        raise Refused(
            _("%(value)s belongs to %(name)s already.") % {"value": other.value, "name": other.contact},
            field=field,
        )


def refresh_search(practice: Practice, contact_ids: Sequence[int], chunk: int = 500) -> None:
    """Write anew what search compares: names, addresses, organizations, notes. Three queries a chunk."""
    for at in range(0, len(contact_ids), chunk):
        ids = contact_ids[at : at + chunk]
        found = {c.pk: c for c in Contact.objects.filter(practice=practice, pk__in=ids)}
        words: dict[int, list[str]] = {pk: [c.full_name, c.notes] for pk, c in found.items()}
        for pk, value in ContactPoint.objects.filter(contact_id__in=found).values_list("contact_id", "value"):
            words[pk].append(value)
        joined = Affiliation.objects.filter(contact_id__in=found).exclude(kind=AffiliationKind.HOUSEHOLD)
        for pk, name, role in joined.values_list("contact_id", "organization__name", "role"):
            words[pk] += [name, role]
        for pk, contact in found.items():
            contact.search = fold(" ".join(dict.fromkeys(filter(None, words[pk]))))[:8000]
        Contact.objects.bulk_update(found.values(), ["search"], batch_size=chunk)
