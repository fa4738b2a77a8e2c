"""Which program wrote a table, and reading it as that program's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from passalong.exchange.readers import (
    directory,
    google,
    hubspot,
    limits,
    linkedin,
    outlook,
    people,
    source,
    table,
    xlsx,
)
from passalong.exchange.readers.people import Profile
from passalong.exchange.readers.records import Reading, Refused
from passalong.exchange.readers.source import Source
from passalong.exchange.readers.table import Table

# In this order: the more particular header first.
PROFILES = (
    linkedin.CONNECTIONS,
    linkedin.POSITIONS,
    google.CONTACTS,
    hubspot.CONTACTS,
    outlook.CONTACTS,
    directory.WISHLIST,
)
BY_NAME = {profile.format: profile for profile in reversed((*PROFILES, directory.DIRECTORY))}
LINKEDIN_FILES = ("Connections.csv", "Positions.csv")


def read_table(
    opened: Source,
    as_: str,
    mapping: Mapping[str, str] | None,
    region: str | None,
    *,
    packed: bool,
    on_progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """Read a CSV, an Excel workbook or a LinkedIn archive."""
    tables = _open(opened, packed, on_progress)
    profile = _profile(tables, as_)
    reading = people.read(tables, profile, mapping, region)
    reading.source = opened.name
    return reading


def _open(opened: Source, packed: bool, on_progress: Callable[[int, int], None] | None) -> list[Table]:
    if not packed:
        return [table.read(opened, on_progress=on_progress)]
    with source.open_archive(opened) as archive:
        is_workbook = "[Content_Types].xml" in archive.namelist()
    if is_workbook:
        return xlsx.read(opened, on_progress)
    for name in LINKEDIN_FILES:
        data = source.unzip_member(opened, name)
        if data:
            return [table.read(opened, data, on_progress)]
    raise Refused(f"{opened.name} is an archive without Connections.csv; unpack it and import the file you mean.")


def _profile(tables: Sequence[Table], as_: str) -> Profile:
    headers = [cells for one in tables for _, cells in one.rows[: limits.HEADER_SEARCH]]
    candidates = [profile for profile in PROFILES if as_ in ("auto", profile.format)]
    found = next((profile for profile in candidates for cells in headers if profile.recognises(cells)), None)
    return found or BY_NAME.get(as_, directory.DIRECTORY)
