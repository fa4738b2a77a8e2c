"""LinkedIn archives: Connections.csv (also inside the .zip) and Positions.csv.

Connections: a preamble of any form, a byte order mark, CRLF; the address of the profile anywhere or missing; letters
such as "CFA, MBA" in the last name; the word "undefined". Positions: the archive owner's own jobs; nobody is named, so
the importer decides whose they are.
"""

from __future__ import annotations

from dataclasses import replace

from passalong.exchange.readers import names
from passalong.exchange.readers.people import Named, Profile
from passalong.exchange.readers.records import PersonRecord


def finish(record: PersonRecord, row: Named) -> PersonRecord:
    """Part letters from the last name and complete the profile's address."""
    family, letters = names.split_credentials(record.family_name)
    urls = tuple(url if "://" in url else f"https://{url}" for url in record.urls if url.casefold() != "undefined")
    name = names.join(record.given_name, family)
    kind = "person" if name else record.kind
    return replace(
        record, kind=kind, name=name or record.name, family_name=family, suffix=letters or record.suffix, urls=urls
    )


CONNECTIONS = Profile(
    "linkedin",
    marks=(frozenset({"first name", "last name", "connected on"}),),
    words={"position": "title", "company": "organization", "connected on": "connected_on"},
    finish=finish,
)


def finish_position(record: PersonRecord, row: Named) -> PersonRecord:
    """A job is a fact about a person who is not in the row, not a card of the company."""
    return replace(record, kind="person", name="")


POSITIONS = Profile(
    "linkedin",
    content="positions",
    marks=(frozenset({"company name", "title", "started on", "finished on"}),),
    words={"company name": "organization", "title": "title", "location": "city", "description": "notes"},
    finish=finish_position,
)
