"""Named reads on evidence and answers."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.ties.models import Address, Answer, Statement


def answers_of(client: Contact) -> dict[int, Answer]:
    """The client's latest answer on each prospect, by the prospect's primary key."""
    said = Answer.objects.filter(practice=client.practice_id, client=client).select_related("prospect")
    return {answer.prospect_id: answer for answer in said.order_by("answered_at", "pk")}


def answers_about(prospect: Contact) -> QuerySet[Answer]:
    """What clients said about this person, latest first. For the desk only."""
    return (
        Answer.objects.filter(practice=prospect.practice_id, prospect=prospect)
        .select_related("client")
        .order_by("-answered_at", "-pk")
    )


def statements_of(contact: Contact) -> QuerySet[Statement]:
    """What was said or noticed about this person and others, latest first. For the desk only."""
    return (
        Statement.objects.filter(practice=contact.practice_id)
        .filter(Q(contact_a=contact) | Q(contact_b=contact))
        .select_related("contact_a", "contact_b", "told_by")
        .order_by("-on", "-pk")
    )


def statement(practice: Practice, public_id: str) -> Statement:
    """One statement; raises Statement.DoesNotExist for another practice's."""
    return Statement.objects.select_related("contact_a", "contact_b").get(practice=practice, public_id=public_id)


def staged_addresses(practice: Practice, query: str = "") -> QuerySet[Address]:
    """Addresses met in mail and calendars that no contact has yet, the most seen first."""
    found = Address.objects.filter(practice=practice, contact=None, dismissed_at=None, is_own=False)
    if query:
        found = found.filter(Q(email__icontains=query) | Q(name__icontains=query))
    return found.order_by("-seen", "email")
