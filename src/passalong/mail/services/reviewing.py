"""Verbs of a member on what arrived: whose it is, or nobody's. Nothing follows from it but a wish to be left alone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.mail.models import Decision, Inbound, Verdict
from passalong.mail.services.receiving import follow_wish, keep_until


@transaction.atomic
def accept(*, by: Member, inbound: Inbound, contact: Contact) -> Inbound:
    """This is from this person, somebody says. It stands on the person's page from now on; a wish for no more messages
    that could not be followed by itself is followed now. Raises Refused."""
    if contact.practice_id != by.practice_id:
        raise Refused(_("This belongs to another practice."), field="person")
    found = _decided(by, inbound, Decision.ACCEPTED)
    found.contact, found.keep_until = contact, keep_until(Verdict.MATCHED)
    found.save()
    if found.message is not None and found.message.contact_id == contact.pk:
        follow_wish(found)
    _tell(by, found, [contact.public_id])
    return found


@transaction.atomic
def refuse(*, by: Member, inbound: Inbound, is_spam: bool = False) -> Inbound:
    """It is not from that person, or spam: kept until its day, shown on nobody's page, told nobody. Raises Refused."""
    found = _decided(by, inbound, Decision.SPAM if is_spam else Decision.NOT)
    found.contact = None
    found.save()
    _tell(by, found, [])
    return found


def _decided(by: Member, inbound: Inbound, decision: Decision) -> Inbound:
    demand(by, "mail.write")
    found = Inbound.objects.select_for_update().get(pk=inbound.pk, practice=by.practice_id)
    if not found.is_open:
        raise Refused(_("Somebody has already said what this message is."))
    found.decision, found.decided_by, found.decided_at = decision, by, clock.now()
    return found


def _tell(by: Member, found: Inbound, people: list[str]) -> None:
    events.record(
        by.practice_id,
        "mail:decided",
        actor=by.public_id,
        subject=found.public_id,
        people=people,
        decision=found.decision,
    )
