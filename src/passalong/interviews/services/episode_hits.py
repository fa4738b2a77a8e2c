"""Visits to episodes, from the journal of all visits (kits/journal.py) into the database."""

from __future__ import annotations

from typing import Any

from passalong.interviews.models import EpisodeHit, EpisodeLink
from passalong.kits.services.hits import columns


def of_episodes(entries: list[dict[str, Any]]) -> list[EpisodeHit]:
    """Rows to be, of episodes' links that are still there. For kits.services.hits."""
    links = {entry["link"] for entry in entries}
    practices = dict(EpisodeLink.objects.filter(pk__in=links).values_list("pk", "practice_id"))
    return [
        EpisodeHit(practice_id=practices[entry["link"]], link_id=entry["link"], **columns(entry))
        for entry in entries
        if entry["link"] in practices
    ]
