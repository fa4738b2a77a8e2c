"""Visits to the pieces of an issue, from the journal of all visits (kits/journal.py) into the database."""

from __future__ import annotations

from typing import Any

from passalong.audience.models import IssueItem, ItemHit
from passalong.kits.services.hits import columns


def of_items(entries: list[dict[str, Any]]) -> list[ItemHit]:
    """Rows to be, of pieces that are still there. For kits.services.hits."""
    items = {entry["link"] for entry in entries}
    practices = dict(IssueItem.objects.filter(pk__in=items).values_list("pk", "practice_id"))
    return [
        ItemHit(practice_id=practices[entry["link"]], link_id=entry["link"], **columns(entry))
        for entry in entries
        if entry["link"] in practices
    ]
