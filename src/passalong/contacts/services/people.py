"""Add, edit and remove people by hand; their standing and household."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts import selectors
from passalong.contacts.keys import email_key, fold, phone_key, url_key
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    ContactPoint,
    Disclosure,
    Organization,
    OrganizationKind,
    PointKind,
    Source,
    Standing,
    StandingKind,
)
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump


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
) -> Contact:
    """Put a person on file. Raises Refused when an address belongs to somebody else of another name."""
    demand(by, "contacts.edit")
    contact = Contact(practice=by.practice, source=source, notes=notes)
    contact.do_not_ask, contact.public_sector = do_not_ask, public_sector
    _name(contact, full_name)
    contact.save()
    _set_points(contact, {PointKind.EMAIL: emails, PointKind.PHONE: phones, PointKind.URL: urls})
    refresh_search(by.practice, [contact.pk])
    events.record(by.practice_id, "contacts:added", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)
    return contact


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
) -> Contact:
    """Change a person's own facts."""
    demand(by, "contacts.edit")
    contact.notes, contact.do_not_ask, contact.public_sector = notes, do_not_ask, public_sector
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
    events.record(by.practice_id, "contacts:deleted", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)
    contact.delete()


def _name(contact: Contact, full_name: str) -> None:
    name = " ".join(full_name.split())
    if not name:
        raise Refused(_("A person needs a name."), field="full_name")
    contact.full_name = name[:200]
    given, family = split_name(name)
    contact.given_name, contact.family_name = given[:100], family[:100]
    contact.sort_key = selectors.sort_key_of(name)
    try:
        contact.clean_fields(exclude=["search", "batch"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="full_name") from error


def _set_points(contact: Contact, wanted: dict[PointKind, Iterable[str]]) -> None:
    """Make the contact's points exactly those wanted; a value that cannot be one is refused by field."""
    fields = {PointKind.EMAIL: "emails", PointKind.PHONE: "phones", PointKind.URL: "urls"}
    for kind, values in wanted.items():
        keys: dict[str, str] = {}
        for value in filter(None, (v.strip() for v in values)):
            key = point_key(kind, value, contact.practice.country)
            if not key:
                raise Refused(_("“%(value)s” cannot be read.") % {"value": value[:80]}, field=fields[kind])
            keys[key] = value
        if kind == PointKind.EMAIL:
            _refuse_taken(contact, set(keys))
        existing = set(contact.points.filter(kind=kind).values_list("key", flat=True))
        contact.points.filter(kind=kind).exclude(key__in=keys).delete()
        ContactPoint.objects.bulk_create(
            ContactPoint(practice_id=contact.practice_id, contact=contact, kind=kind, key=key, value=value)
            for key, value in keys.items()
            if key not in existing
        )


def _refuse_taken(contact: Contact, keys: set[str]) -> None:
    other = selectors.by_points(contact.practice, PointKind.EMAIL, keys).exclude(contact=contact).first()
    if other:
        raise Refused(
            _("%(value)s belongs to %(name)s already.") % {"value": other.value, "name": other.contact},
            field="emails",
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


@transaction.atomic
def set_standing(
    *, by: Member, contact: Contact, kind: str, since: date | None = None, until: date | None = None
) -> None:
    """Say where the person stands from `since` on. Client and former client replace each other; prospect ends when
    a person becomes a client."""
    demand(by, "contacts.edit")
    if kind not in StandingKind.values:
        raise Refused(_("Choose one of the standings listed."), field="kind")
    since = since or clock.today()
    if until and until < since:
        raise Refused(_("The end lies before the beginning."), field="until")
    replaced = {
        StandingKind.CLIENT: (StandingKind.FORMER_CLIENT, StandingKind.PROSPECT),
        StandingKind.FORMER_CLIENT: (StandingKind.CLIENT,),
    }.get(StandingKind(kind), ())
    contact.standings.filter(kind__in=replaced, until=None).update(until=since)
    Standing.objects.update_or_create(
        practice=by.practice,
        contact=contact,
        kind=kind,
        until=None,
        defaults={"since": since, "until": until},
    )
    events.record(by.practice_id, "contacts:standing", actor=by.public_id, subject=contact.public_id, kind=kind)


@transaction.atomic
def end_standing(*, by: Member, contact: Contact, kind: str, until: date | None = None) -> None:
    """A standing ends: a client becomes a former client, others just end."""
    demand(by, "contacts.edit")
    if kind == StandingKind.CLIENT:
        set_standing(by=by, contact=contact, kind=StandingKind.FORMER_CLIENT, since=until)
        return
    contact.standings.filter(kind=kind, until=None).update(until=until or clock.today())
    events.record(by.practice_id, "contacts:standing_ended", actor=by.public_id, subject=contact.public_id, kind=kind)


@transaction.atomic
def join_household(*, by: Member, contact: Contact, other: Contact) -> None:
    """Two contacts live together: both belong to one household, an existing one where there is one."""
    demand(by, "contacts.edit")
    if contact.pk == other.pk:
        raise Refused(_("Choose another person."), field="other")
    home = Organization.objects.filter(
        realm=OrganizationKind.HOUSEHOLD, affiliations__contact__in=[contact, other]
    ).first()
    if home is None:
        name = _("%(name)s household") % {"name": contact.family_name or contact.full_name}
        home = Organization(practice=by.practice, name=name, kind=OrganizationKind.HOUSEHOLD, realm="household")
        home.key = home.public_id
        home.save()
    for person in (contact, other):
        Affiliation.objects.get_or_create(
            practice=by.practice,
            contact=person,
            organization=home,
            kind=AffiliationKind.HOUSEHOLD,
            start="",
            defaults={"recorded_on": clock.today(), "disclosure": Disclosure.PRIVATE},
        )
    events.record(by.practice_id, "contacts:household", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)
