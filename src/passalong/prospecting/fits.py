"""How well people fit the ideal client, whether or not they stand on the wish list. Asked by dotted path from below."""

from __future__ import annotations

from collections.abc import Collection

from passalong.accounts.models import Practice
from passalong.prospecting import selectors
from passalong.prospecting.models import Prospect


def percent_of(practice: Practice, contact_ids: Collection[int]) -> dict[int, int]:
    """Fit in percent by primary key; empty where the practice has not said what fits. Three queries."""
    if not contact_ids or not selectors.traits(practice):
        return {}
    found = Prospect.objects.filter(practice=practice, contact__in=contact_ids)
    entries = {entry.contact_id: entry for entry in found if entry.contact_id}
    for pk in contact_ids:
        entries.setdefault(pk, Prospect(practice=practice, contact_id=pk))
    return {row.entry.contact_id or 0: row.fit.percent for row in selectors.wishes(practice, entries.values())}
