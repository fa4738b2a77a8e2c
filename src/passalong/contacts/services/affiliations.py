"""What people belong to: organizations found or made, affiliations added, changed, removed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.contacts.keys import is_partial_date, organization_key, partial_date
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    Disclosure,
    Organization,
    OrganizationKind,
    Source,
)
from passalong.contacts.selectors import has_been_client
from passalong.contacts.services.own import demand_own
from passalong.contacts.services.people import refresh_search
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump

# The kind an organization gets when it is first met under an affiliation of this kind.
ORGANIZATION_KIND = {
    AffiliationKind.EMPLOYER: OrganizationKind.FIRM,
    AffiliationKind.SCHOOL: OrganizationKind.SCHOOL,
    AffiliationKind.ASSOCIATION: OrganizationKind.ASSOCIATION,
    AffiliationKind.BOARD: OrganizationKind.ASSOCIATION,
    AffiliationKind.CLUB: OrganizationKind.CLUB,
    AffiliationKind.TOWN: OrganizationKind.TOWN,
    AffiliationKind.STREET: OrganizationKind.STREET,
    AffiliationKind.VENDOR: OrganizationKind.FIRM,
    AffiliationKind.CUSTOMER: OrganizationKind.FIRM,
    AffiliationKind.EVENT: OrganizationKind.EVENT,
}


def realm_of(kind: str) -> str:
    """The realm of names an organization met under this affiliation kind belongs to."""
    found = ORGANIZATION_KIND.get(AffiliationKind(kind)) if kind in AffiliationKind.values else None
    return Organization.REALMS.get(OrganizationKind(found), "body") if found else "body"


def organization_for(practice: Practice, name: str, affiliation_kind: str, *, town: str = "") -> Organization:
    """The organization of this name, made if need be."""
    name = " ".join(name.split())[:200]
    if not organization_key(name):
        raise Refused(_("An organization needs a name."), field="organization")
    kind = (
        ORGANIZATION_KIND.get(AffiliationKind(affiliation_kind), OrganizationKind.OTHER)
        if affiliation_kind in AffiliationKind.values
        else OrganizationKind.OTHER
    )
    found, _made = Organization.objects.get_or_create(
        practice=practice,
        realm=realm_of(affiliation_kind),
        key=organization_key(name),
        defaults={"name": name, "kind": kind, "town": town},
    )
    return found


def _check(contact: Contact, kind: str, name: str, start: str, end: str) -> None:
    refusal = refusals(contact.practice)(kind, name, of_client=has_been_client(contact))
    if refusal:
        raise Refused(refusal, field="organization")
    for field, value in (("start", start), ("end", end)):
        if not is_partial_date(value):
            raise Refused(
                _("“%(value)s” is not a date: write 2003, 2003-05 or 2003-05-17.") % {"value": value[:40]},
                field=field,
            )
    if start and end and end < start[: len(end)]:
        raise Refused(_("The end lies before the beginning."), field="end")


@transaction.atomic
def add_affiliation(
    *,
    by: Member,
    contact: Contact,
    kind: str,
    organization: str,
    role: str = "",
    start: str = "",
    end: str = "",
    disclosure: str = Disclosure.PRIVATE,
    told_by: Contact | None = None,
    source: str = Source.HAND,
    recorded_on: date | None = None,
) -> Affiliation:
    """Note that a contact belongs to an organization. The same fact twice is one; a word that says less than is on
    file, or says it to other eyes, stands in a row of its own.

    Raises Refused on a protected kind, unreadable dates or an empty name.
    """
    demand(by, "contacts.edit")
    demand_own(by, contact, told_by)
    fact = Affiliation(practice=by.practice, contact=contact, kind=kind.strip().casefold()[:30])
    fact.role, fact.start, fact.end = " ".join(role.split())[:120], partial_date(start), partial_date(end)
    fact.disclosure, fact.told_by = disclosure, told_by
    fact.source, fact.recorded_on = source, recorded_on or clock.today()
    _check_new(fact)
    _check(contact, fact.kind, organization, fact.start, fact.end)
    fact.organization = organization_for(by.practice, organization, fact.kind)
    known = _told_again(fact)
    if known is None:
        fact.save()
        _log("added", by, fact)
    refresh_search(by.practice, [contact.pk])
    bump(by.practice_id, EVIDENCE)
    return known or fact


def _log(act: str, by: Member, fact: Affiliation) -> None:
    events.record(
        by.practice_id,
        f"contacts:affiliation_{act}",
        actor=by.public_id,
        subject=fact.contact.public_id,
        kind=fact.kind,
    )


def _check_new(fact: Affiliation) -> None:
    if not fact.kind:
        raise Refused(_("Say how the person belongs to it."), field="kind")
    if fact.kind == AffiliationKind.HOUSEHOLD:
        raise Refused(_("Say with whom the person lives under “Household”."), field="kind")
    if fact.disclosure not in Disclosure.values or (fact.disclosure == Disclosure.TOLD and not fact.told_by):
        raise Refused(_("Say who told us."), field="disclosure")


def _on_file(fact: Affiliation) -> list[Affiliation]:
    """The facts on file that this one may repeat, those from the same date first, then where either has none."""
    known = list(
        Affiliation.objects.filter(contact=fact.contact, organization=fact.organization, kind=fact.kind).order_by("pk")
    )
    exact = [one for one in known if one.start == fact.start]
    return exact + [one for one in known if one.start != fact.start and not (one.start and fact.start)]


def _told_again(fact: Affiliation) -> Affiliation | None:
    """The row that this word repeats, with what it learned from it; None when the word needs a row of its own.

    A row never opens more than was said to those who may see it: it is filled by words for the same eyes only, and
    opens only to a word that itself says all the row holds.
    """
    known = _on_file(fact)
    same = next((one for one in known if _eyes(one) == _eyes(fact)), None)
    if same:
        return _fill(same, fact)
    said = next((one for one in known if _stands_before(one, fact) and _says_all(one, fact)), None)
    if said:
        return said
    opened = next((one for one in known if not _stands_before(one, fact) and _says_all(fact, one)), None)
    if opened:
        opened.disclosure, opened.told_by = fact.disclosure, fact.told_by or opened.told_by
        return _fill(opened, fact)
    return None


def _eyes(fact: Affiliation) -> tuple[str, int | None]:
    """For whom the fact is."""
    return fact.disclosure, fact.told_by_id if fact.disclosure == Disclosure.TOLD else None


def _stands_before(known: Affiliation, fact: Affiliation) -> bool:
    """Whether the row need not open to the word: public before told before private, and a person's own word about
    themselves before another's."""
    order = [Disclosure.PRIVATE, Disclosure.TOLD, Disclosure.PUBLIC]
    known_at, said_at = order.index(Disclosure(known.disclosure)), order.index(Disclosure(fact.disclosure))
    return known_at > said_at or (known_at == said_at and fact.told_by_id != fact.contact_id)


def _says_all(fact: Affiliation, other: Affiliation) -> bool:
    """Whether one fact says everything the other does."""
    pairs = ((fact.role, other.role), (fact.start, other.start), (fact.end, other.end))
    return all(not theirs or theirs == mine for mine, theirs in pairs)


def _fill(known: Affiliation, fact: Affiliation) -> Affiliation:
    """Fill what is empty, and keep it."""
    known.role, known.start, known.end = known.role or fact.role, known.start or fact.start, known.end or fact.end
    if known.start and known.end and known.end < known.start[: len(known.end)]:
        may_say = known.may_be_shown_to(known.contact_id)  # the sheet may lie between two people
        begins = _("On file this begins in %(start)s.") % {"start": known.start}
        raise Refused(begins if may_say else _("These dates do not fit what is on file."), field="end")
    known.save(update_fields=["role", "start", "end", "disclosure", "told_by"])
    return known


@transaction.atomic
def set_affiliation(
    *, by: Member, affiliation: Affiliation, role: str, start: str, end: str, is_public: bool
) -> Affiliation:
    """Change dates, role and whether the fact is publicly known."""
    demand(by, "contacts.edit")
    demand_own(by, affiliation)
    start, end = partial_date(start), partial_date(end)
    _check(affiliation.contact, affiliation.kind, affiliation.organization.name, start, end)
    affiliation.role, affiliation.start, affiliation.end = role[:120], start, end
    if is_public:
        affiliation.disclosure = Disclosure.PUBLIC
    elif affiliation.disclosure == Disclosure.PUBLIC:
        affiliation.disclosure = Disclosure.TOLD if affiliation.told_by_id else Disclosure.PRIVATE
    twins = [one for one in _on_file(affiliation) if one.pk != affiliation.pk and one.start == start]
    if any(_eyes(one) == _eyes(affiliation) for one in twins):
        raise Refused(_("This is on file already from the same date on."), field="start")
    affiliation.save()
    _log("changed", by, affiliation)
    refresh_search(by.practice, [affiliation.contact_id])
    bump(by.practice_id, EVIDENCE)
    return affiliation


@transaction.atomic
def remove_affiliation(*, by: Member, affiliation: Affiliation) -> None:
    """Take the fact off file."""
    demand(by, "contacts.edit")
    demand_own(by, affiliation)
    contact_id = affiliation.contact_id
    _log("removed", by, affiliation)
    affiliation.delete()
    refresh_search(by.practice, [contact_id])
    bump(by.practice_id, EVIDENCE)
