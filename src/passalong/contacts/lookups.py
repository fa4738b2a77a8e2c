"""Rows that pages name by public id: another practice's are not found."""

from __future__ import annotations

from django.http import Http404

from passalong.accounts.models import Practice
from passalong.contacts import selectors
from passalong.contacts.models import Affiliation, Contact, Organization


def person_or_404(practice: Practice, public_id: str) -> Contact:
    """The person, or the page that says there is none."""
    try:
        return selectors.contact(practice, public_id)
    except Contact.DoesNotExist as missing:
        raise Http404 from missing


def affiliation_or_404(practice: Practice, public_id: str) -> Affiliation:
    """The affiliation, or the page that says there is none."""
    try:
        return selectors.affiliation(practice, public_id)
    except Affiliation.DoesNotExist as missing:
        raise Http404 from missing


def organization_or_404(practice: Practice, public_id: str) -> Organization:
    """The organization, or the page that says there is none."""
    try:
        return selectors.organization(practice, public_id)
    except Organization.DoesNotExist as missing:
        raise Http404 from missing
