"""Addresses met in mail and calendars: linked to contacts, made contacts by a person's word, or set aside."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.selectors import source_refusal
from passalong.compliance.sensitive import EvidenceSource
from passalong.contacts.models import ContactPoint, PointKind, Source
from passalong.contacts.services.intake import Incoming, Taken, take_in
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.ties.models import Address


def link(practice: Practice) -> int:
    """Give every staged address the contact whose mail address it is. One query; returns how many were linked."""
    owners = ContactPoint.objects.filter(practice=practice, kind=PointKind.EMAIL, key=OuterRef("email"))
    owner = Subquery(owners.order_by("contact_id").values("contact_id")[:1])
    staged = Address.objects.filter(practice=practice, contact=None, is_own=False)
    known = ContactPoint.objects.filter(practice=practice, kind=PointKind.EMAIL).values("key")
    return staged.filter(email__in=known).update(contact=owner)


def link_everywhere() -> int:
    """Link in every practice; evidence is new where something was linked."""
    linked = {practice.pk: link(practice) for practice in Practice.objects.all()}
    for practice_id, count in linked.items():
        if count:
            bump(practice_id, EVIDENCE)
    return sum(linked.values())


@transaction.atomic
def promote(*, by: Member, addresses: Sequence[Address], batch_id: int | None = None) -> Taken:
    """Make these staged addresses contacts, or join them to the contact whose address they are."""
    demand(by, "contacts.edit")
    if why := source_refusal(by.practice, EvidenceSource.MAIL):
        raise Refused(why)
    rows = [Incoming(row=n, full_name=one.name, emails=(one.email,)) for n, one in enumerate(addresses, 1)]
    taken = take_in(practice=by.practice, batch_id=batch_id, source=Source.MAIL, rows=rows, known={})
    for address, contact in zip(addresses, taken.contacts, strict=True):
        address.contact = contact
        address.dismissed_at = None
    Address.objects.bulk_update(addresses, ["contact", "dismissed_at"], batch_size=200)
    events.record(by.practice_id, "ties:addresses_promoted", actor=by.public_id, count=len(addresses))
    bump(by.practice_id, EVIDENCE)
    return taken


@transaction.atomic
def dismiss(*, by: Member, addresses: QuerySet[Address]) -> int:
    """Set staged addresses aside: they are not shown again, and stay no contacts."""
    demand(by, "contacts.edit")
    count = addresses.filter(practice=by.practice, contact=None, dismissed_at=None).update(dismissed_at=clock.now())
    events.record(by.practice_id, "ties:addresses_dismissed", actor=by.public_id, count=count)
    return count


@transaction.atomic
def bring_back(*, by: Member, addresses: QuerySet[Address]) -> int:
    """Undo setting aside."""
    demand(by, "contacts.edit")
    count = addresses.filter(practice=by.practice).exclude(dismissed_at=None).update(dismissed_at=None)
    events.record(by.practice_id, "ties:addresses_brought_back", actor=by.public_id, count=count)
    return count
