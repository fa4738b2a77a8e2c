"""Organizations: what is said of them by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.contacts.keys import organization_key
from passalong.contacts.models import Affiliation, Organization, OrganizationKind
from passalong.contacts.services.own import demand_own
from passalong.contacts.services.people import refresh_search
from passalong.core import events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.core.rows import check_row


@transaction.atomic
def edit_organization(
    *, by: Member, organization: Organization, name: str, kind: str, sector: str = "", town: str = "", size: int | None
) -> Organization:
    """Change what is known of an organization. `size`: how many people belong to it, None when not known.

    Raises Refused on a name another organization has, or one that would reveal what is protected.
    """
    demand(by, "contacts.edit")
    demand_own(by, organization)
    if organization.kind == OrganizationKind.HOUSEHOLD or kind == OrganizationKind.HOUSEHOLD:
        raise Refused(_("A household is changed on the pages of those who live in it."), field="kind")
    before, kind_before = organization.name, organization.kind
    organization.name, organization.kind = " ".join(name.split()), kind
    organization.sector, organization.town, organization.size = sector.strip(), town.strip(), size
    _set_key(organization)
    check_row(organization, exclude=["batch"])
    if (organization.name, kind) != (before, kind_before):
        _refuse_protected(organization)
    organization.save()
    if organization.name != before:
        members = Affiliation.objects.filter(organization=organization).values_list("contact_id", flat=True)
        refresh_search(by.practice, list(members.distinct()))
    events.record(by.practice_id, "contacts:organization_edited", actor=by.public_id, subject=organization.public_id)
    bump(by.practice_id, EVIDENCE)
    return organization


def _refuse_protected(organization: Organization) -> None:
    """Ask about the new name and kind as about each way in which people belong."""
    refusal = refusals(organization.practice)
    held = Affiliation.objects.filter(organization=organization).values_list("kind", flat=True).distinct()
    for kind in (organization.kind, *held):
        sentence = refusal(kind, organization.name, of_client=True)  # the name, not the belonging, is new
        if sentence:
            raise Refused(sentence, field="name")


def _set_key(organization: Organization) -> None:
    organization.key = organization_key(organization.name)
    if not organization.key:
        raise Refused(_("An organization needs a name."), field="name")
    if organization.kind in OrganizationKind.values:
        organization.realm = Organization.REALMS.get(OrganizationKind(organization.kind), "body")
    twin = Organization.objects.filter(
        practice=organization.practice_id, realm=organization.realm, key=organization.key
    ).exclude(pk=organization.pk)
    if twin.exists():
        raise Refused(_("Another organization has this name: “%(name)s”.") % {"name": twin[0].name}, field="name")
