"""Readers of foreign files: bytes in, normalised records out. No network, no Django, every step bounded.

read() tells the format, reads the file and returns a Reading; messages() walks through a mailbox without keeping it.
Anything that cannot be read raises Refused with one sentence for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from passalong.exchange.readers import detect, ics, mbox, vcard
from passalong.exchange.readers.columns import FIELDS, signature
from passalong.exchange.readers.dates import iso as iso_date
from passalong.exchange.readers.mbox import messages
from passalong.exchange.readers.records import (
    Address,
    Attendee,
    MeetingRecord,
    MessageRecord,
    PersonRecord,
    Phone,
    Reading,
    Refused,
    Relation,
    RowNote,
    Tally,
    WrongUse,
)
from passalong.exchange.readers.source import Source, open_source
from passalong.exchange.readers.tables import read_table
from passalong.exchange.readers.unconnected import unconnected

__all__ = [
    "FIELDS",
    "FORMATS",
    "Address",
    "Attendee",
    "MeetingRecord",
    "MessageRecord",
    "PersonRecord",
    "Phone",
    "Reading",
    "Refused",
    "Relation",
    "RowNote",
    "Tally",
    "WrongUse",
    "iso_date",
    "messages",
    "read",
    "signature",
    "unconnected",
]

FORMATS = detect.KNOWN
LANES = {"vcard": "vcard", "ics": "ics", "mbox": "mbox"}


def read(
    source: Path | bytes,
    *,
    filename: str | None = None,
    as_: str = "auto",
    mapping: Mapping[str, str] | None = None,
    region: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """Read one foreign file.

    as_ names the format (auto tells it by content); mapping names columns of a table by field, over the guess, an empty
    column meaning "do not read this"; region (ISO country) completes national phone numbers. on_progress is called now
    and then with (done, total), total 0 where unknown. Sizes and counts are bounded by readers.limits. Raises Refused.
    """
    detect.check_name(as_)
    opened = open_source(source, filename)
    lane = LANES.get(as_) or detect.lane(opened)
    if as_ != "auto" and as_ not in LANES and lane not in ("zip", "table"):
        raise WrongUse(
            f"{opened.name} is a {lane} file, not {as_}; leave out --as or say --as {lane}.",
            on_page=f"{opened.name} is a {lane} file: choose “Find out by itself” as what it is.",
        )
    if mapping and lane in LANES:
        raise WrongUse(
            f"{opened.name} is a {lane} file and has no columns to map; leave out --map.",
            on_page=f"{opened.name} has columns, a {lane} file has none: choose “Find out by itself” as what it is.",
        )
    return _read(lane, opened, as_, mapping, region, on_progress)


def _read(
    lane: str,
    source: Source,
    as_: str,
    mapping: Mapping[str, str] | None,
    region: str | None,
    on_progress: Callable[[int, int], None] | None,
) -> Reading:
    if lane == "vcard":
        return vcard.read(source, region=region, on_progress=on_progress)
    if lane == "ics":
        return ics.read(source, on_progress=on_progress)
    if lane == "mbox":
        return mbox.read(source, on_progress=on_progress)
    return read_table(source, as_, mapping, region, packed=lane == "zip", on_progress=on_progress)
