"""What was said or noticed about two people."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.compliance.sensitive import NOTE
from passalong.contacts.models import Contact, Source
from passalong.contacts.selectors import has_been_client
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.ties.models import Statement, StatementKind


@transaction.atomic
def add_statement(
    *,
    by: Member,
    contact: Contact,
    other: Contact,
    kind: str,
    text: str = "",
    on: date | None = None,
    told_by: Contact | None = None,
    source: str = Source.HAND,
) -> Statement:
    """Note that two contacts have to do with each other, or fell out. The same note on a day is one."""
    demand(by, "contacts.edit")
    demand_own(by, contact, told_by)
    if kind not in StatementKind.values:
        raise Refused(_("Choose how they have to do with each other."), field="kind")
    if contact.pk == other.pk or other.practice_id != contact.practice_id:
        raise Refused(_("Choose another person."), field="other")
    both_clients = has_been_client(contact) and has_been_client(other)
    refusal = refusals(by.practice)
    if why := refusal(kind, of_client=both_clients):
        raise Refused(why, field="kind")
    if text and (why := refusal(NOTE, text)):
        raise Refused(why, field="text")
    statement, _made = Statement.objects.get_or_create(
        practice=by.practice,
        contact_a=contact,
        contact_b=other,
        kind=kind,
        on=on or clock.today(),
        defaults={"text": text[:500], "told_by": told_by, "source": source},
    )
    events.record(by.practice_id, "ties:stated", actor=by.public_id, subject=contact.public_id, kind=kind)
    bump(by.practice_id, EVIDENCE)
    return statement


@transaction.atomic
def remove_statement(*, by: Member, statement: Statement) -> None:
    """Take a note back."""
    demand(by, "contacts.edit")
    demand_own(by, statement)
    events.record(
        by.practice_id,
        "ties:statement_removed",
        actor=by.public_id,
        subject=statement.contact_a.public_id,
        people=[statement.contact_b.public_id],
        kind=statement.kind,
    )
    statement.delete()
    bump(by.practice_id, EVIDENCE)
