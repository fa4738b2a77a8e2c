"""Named reads: imports, remembered columns, addresses that wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from passalong.accounts.models import Practice
from passalong.exchange.models import ImportBatch, SavedMapping
from passalong.ties import selectors as ties
from passalong.ties.models import Address


def batches(practice: Practice) -> QuerySet[ImportBatch]:
    """Imports of the practice, the latest first."""
    return ImportBatch.objects.filter(practice=practice).defer("changes")


def batch(practice: Practice, public_id: str) -> ImportBatch:
    """One import; raises ImportBatch.DoesNotExist for another practice's."""
    return ImportBatch.objects.select_related("practice").get(practice=practice, public_id=public_id)


def saved_mapping(practice: Practice, signature: str) -> dict[str, str]:
    """Which column means what, as last chosen for a header like this."""
    found = SavedMapping.objects.filter(practice=practice, signature=signature).first()
    return dict(found.mapping) if found else {}


def addresses(practice: Practice, *, query: str = "", dismissed: bool = False) -> QuerySet[Address]:
    """Addresses of nobody on file: those that wait, or those set aside; the most seen first."""
    aside = Address.objects.filter(practice=practice, contact=None, is_own=False).exclude(dismissed_at=None)
    found = aside if dismissed else ties.staged_addresses(practice)
    for word in query.casefold().split():
        found = found.filter(Q(email__contains=word) | Q(name__icontains=word))
    return found.order_by("-seen", "pk")


def addresses_by_id(practice: Practice, public_ids: Sequence[str]) -> QuerySet[Address]:
    """Those of the addresses named that are the practice's and nobody's on file."""
    return Address.objects.filter(practice=practice, public_id__in=public_ids, contact=None, is_own=False)


def own_addresses(practice: Practice) -> QuerySet[Address]:
    """Addresses taken for the practice's own."""
    return Address.objects.filter(practice=practice, is_own=True).order_by("email")
