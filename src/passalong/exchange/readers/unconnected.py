"""A list that says of nobody where they meet: without the name of its group it connects its people with nobody."""

from __future__ import annotations

from collections import Counter

from passalong.exchange.readers.records import PersonRecord, Reading

NOBODY = "These people will not be connected with each other: name the group they belong to."
MOST = (
    "Only {some:,} of these {all:,} people share a firm or a relative; the others will not be connected with each "
    "other: name the group they belong to."
)


def unconnected(reading: Reading) -> str:
    """One sentence where most people of a list would be connected with nobody else in it; empty elsewhere."""
    if reading.format != "directory":
        return ""
    people = [one for one in reading.records if isinstance(one, PersonRecord) and one.kind == "person"]
    firms = Counter(one.organization.casefold() for one in people if one.organization)
    connected = sum(firms[one.organization.casefold()] > 1 or bool(one.relations) for one in people)
    if len(people) < 2 or 2 * connected >= len(people):
        return ""
    return MOST.format(some=connected, all=len(people)) if connected else NOBODY
