"""Verbs on the wish list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.compliance.sensitive import NOTE
from passalong.contacts import services as contacts
from passalong.contacts.keys import organization_key
from passalong.contacts.models import AffiliationKind, Contact, Disclosure, Organization, Source, StandingKind
from passalong.contacts.selectors import has_been_client, namesakes
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.prospecting.models import Prospect

REVIEW_AFTER = timedelta(days=180)


@transaction.atomic
def add_prospect(
    *,
    by: Member,
    contact: Contact | None = None,
    organization: Organization | None = None,
    reason: str = "",
    life_event: str = "",
    source: str = Source.HAND,
    review_on: date | None = None,
    batch: Any = None,
) -> tuple[Prospect, bool]:
    """Put a person or a firm on the wish list: (entry, whether it is new or came back).

    One that is on it already keeps its first date and fills what was empty.
    """
    demand(by, "prospecting.edit")
    if (contact is None) == (organization is None):
        raise Refused(_("Name a person or a firm."), field="name")
    demand_own(by, contact, organization)
    if contact is not None and contact.objected_at:
        raise Refused(_("%(name)s asked to be left alone.") % {"name": contact}, field="name")
    _check_texts(by, contact, life_event, reason)
    entry, made = Prospect.objects.get_or_create(
        practice=by.practice,
        contact=contact,
        organization=organization,
        defaults={
            "reason": reason[:500],
            "life_event": life_event[:200],
            "source": source,
            "added_on": clock.today(),
            "review_on": review_on or clock.today() + REVIEW_AFTER,
            "batch": batch,
        },
    )
    back = entry.dropped_at is not None
    if not made:
        entry.reason = entry.reason or reason[:500]
        entry.life_event = entry.life_event or life_event[:200]
        entry.review_on = review_on or entry.review_on
        entry.dropped_at = None
        entry.save()
    if contact and (made or back):
        contacts.become_prospect(by=by, contact=contact, batch_id=batch.pk if batch else None)
    if (made or back) and batch is None:
        _record(by, "prospecting:wished", entry)
    return entry, made or back


@transaction.atomic
def wish_by_hand(
    *,
    by: Member,
    what: str,
    name: str,
    firm: str = "",
    role: str = "",
    town: str = "",
    is_public: bool = False,
    reason: str = "",
    life_event: str = "",
    review_on: date | None = None,
) -> Prospect:
    """Put a person or a firm, on file or not, on the wish list with what is known of them."""
    rest: dict[str, Any] = {"by": by, "reason": reason, "life_event": life_event, "review_on": review_on}
    if what == "firm":
        organization = contacts.organization_for(by.practice, name, AffiliationKind.EMPLOYER, town=town)
        return add_prospect(organization=organization, **rest)[0]
    person = on_file(by, name, firm) or contacts.add_contact(by=by, full_name=name, source=Source.WISH_LIST)
    disclosure = Disclosure.PUBLIC if is_public else Disclosure.PRIVATE
    for kind, organization_name, its_role in ((AffiliationKind.EMPLOYER, firm, role), (AffiliationKind.TOWN, town, "")):
        if organization_name.strip():
            contacts.add_affiliation(
                by=by,
                contact=person,
                kind=kind,
                organization=organization_name,
                role=its_role,
                disclosure=disclosure,
                source=Source.WISH_LIST,
            )
    return add_prospect(contact=person, **rest)[0]


@transaction.atomic
def edit_prospect(*, by: Member, entry: Prospect, reason: str, life_event: str, review_on: date | None) -> Prospect:
    """Change why, what happened in their life, and when to look again."""
    demand(by, "prospecting.edit")
    demand_own(by, entry)
    _check_texts(by, entry.contact, life_event, reason)
    entry.reason, entry.life_event, entry.review_on = reason[:500], life_event[:200], review_on
    entry.save(update_fields=["reason", "life_event", "review_on"])
    _record(by, "prospecting:wish_edited", entry)
    return entry


@transaction.atomic
def drop_prospect(*, by: Member, entry: Prospect) -> None:
    """Take the entry off the wish list; it can be put back."""
    demand(by, "prospecting.edit")
    demand_own(by, entry)
    entry.dropped_at = clock.now()
    entry.save(update_fields=["dropped_at"])
    if entry.contact:
        contacts.end_standing(by=by, contact=entry.contact, kind=StandingKind.PROSPECT)
    _record(by, "prospecting:dropped", entry)


@transaction.atomic
def restore_prospect(*, by: Member, entry: Prospect) -> None:
    """Put a dropped entry back."""
    demand(by, "prospecting.edit")
    demand_own(by, entry)
    entry.dropped_at = None
    entry.save(update_fields=["dropped_at"])
    if entry.contact:
        contacts.become_prospect(by=by, contact=entry.contact)
    _record(by, "prospecting:restored", entry)


def _record(by: Member, kind: str, entry: Prospect) -> None:
    people = [entry.contact.public_id] if entry.contact else []
    events.record(by.practice_id, kind, actor=by.public_id, subject=entry.public_id, people=people)


def _check_texts(by: Member, person: Contact | None, life_event: str, reason: str) -> None:
    """An event in life, or why one would love to meet somebody, must not tell what the law protects most."""
    refusal, of_client = refusals(by.practice), person is None or has_been_client(person)
    if life_event and (why := refusal("life_event", life_event, of_client=of_client)):
        raise Refused(why, field="life_event")
    if reason and (why := refusal(NOTE, reason)):
        raise Refused(why, field="reason")


def on_file(by: Member, full_name: str, organization: str) -> Contact | None:
    """The one person of this very name, at this firm if one is named."""
    same = namesakes(by.practice, full_name)
    if organization.strip():
        key = organization_key(organization)
        return same.filter(affiliations__organization__key=key).first()
    return same.first() if same.count() == 1 else None
