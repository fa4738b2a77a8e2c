"""Rows that pages name by public id: another practice's are not found."""

from __future__ import annotations

from passalong.accounts.models import Practice
from passalong.contacts import selectors
from passalong.contacts.models import Affiliation, Contact, Organization
from passalong.core.lookups import or_404


def person_or_404(practice: Practice, public_id: str) -> Contact:
    """The person, or the page that says there is none."""
    return or_404(selectors.contact, practice, public_id)


def affiliation_or_404(practice: Practice, public_id: str) -> Affiliation:
    """The affiliation, or the page that says there is none."""
    return or_404(selectors.affiliation, practice, public_id)


def organization_or_404(practice: Practice, public_id: str) -> Organization:
    """The organization, or the page that says there is none."""
    return or_404(selectors.organization, practice, public_id)
