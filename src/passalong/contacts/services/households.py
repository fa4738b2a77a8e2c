"""Who lives with whom: one household a person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.contacts.models import (
    Affiliation,
    AffiliationKind,
    Contact,
    Disclosure,
    Organization,
    OrganizationKind,
)
from passalong.contacts.selectors import has_been_client
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump


def _home_of(contact: Contact) -> Organization | None:
    return Organization.objects.filter(
        realm=OrganizationKind.HOUSEHOLD,
        affiliations__contact=contact,
        affiliations__kind=AffiliationKind.HOUSEHOLD,
    ).first()


def _new_home(by: Member, contact: Contact) -> Organization:
    name = _("%(name)s household") % {"name": contact.family_name or contact.full_name}
    home = Organization(practice=by.practice, name=name[:200], kind=OrganizationKind.HOUSEHOLD, realm="household")
    home.key = home.public_id
    home.save()
    return home


@transaction.atomic
def join_household(*, by: Member, contact: Contact, other: Contact) -> None:
    """Two contacts live together. The first joins the other's household, or the other joins the first's; whoever
    had another household leaves it."""
    demand(by, "contacts.edit")
    demand_own(by, contact, other)
    if contact.pk == other.pk:
        raise Refused(_("Choose another person."), field="other")
    both_clients = has_been_client(contact) and has_been_client(other)
    if refusal := refusals(by.practice)(AffiliationKind.HOUSEHOLD, of_client=both_clients):
        raise Refused(refusal, field="other")
    home = _home_of(other) or _home_of(contact) or _new_home(by, contact)
    for person in (contact, other):
        person.affiliations.filter(kind=AffiliationKind.HOUSEHOLD).exclude(organization=home).delete()
        Affiliation.objects.get_or_create(
            practice=by.practice,
            contact=person,
            organization=home,
            kind=AffiliationKind.HOUSEHOLD,
            start="",
            defaults={"recorded_on": clock.today(), "disclosure": Disclosure.PRIVATE},
        )
    _clear_empty(by)
    events.record(by.practice_id, "contacts:household", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)


@transaction.atomic
def leave_household(*, by: Member, contact: Contact) -> None:
    """This person lives with nobody on file any more; a household of one is none."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    home = _home_of(contact)
    if home is None:
        return
    home.affiliations.filter(contact=contact).delete()
    if home.affiliations.count() < 2:
        home.delete()
    events.record(by.practice_id, "contacts:household_left", actor=by.public_id, subject=contact.public_id)
    bump(by.practice_id, EVIDENCE)


def _clear_empty(by: Member) -> None:
    Organization.objects.filter(practice=by.practice, realm=OrganizationKind.HOUSEHOLD, affiliations=None).delete()
