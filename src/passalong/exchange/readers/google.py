"""Google Contacts CSV, both generations: " ::: " parts several values in a cell, "* " marks Google's own labels."""

from __future__ import annotations

import re

from passalong.exchange.readers import columns, values
from passalong.exchange.readers.people import Named, Profile, with_relations
from passalong.exchange.readers.records import PersonRecord, Relation

NUMBERED = {
    "e mail {} value": "email",
    "phone {} value": "phone",
    "website {} value": "url",
    "organization {} name": "organization",
    "organization {} title": "title",
    "organization {} department": "department",
    "address {} formatted": "formatted",
    "address {} street": "street",
    "address {} city": "city",
    "address {} region": "region",
    "address {} postal code": "postcode",
    "address {} country": "country",
}
NOT_READ = (
    "location",
    "occupation",
    "organization 1 location",
    "organization 1 job description",
    "subject",
    "short name",
)
RELATION = re.compile(r"(relation \d+) value")
KINDS = {"spouse": "spouse", "partner": "spouse", "child": "child", "manager": "manager", "assistant": "assistant"}


def finish(record: PersonRecord, row: Named) -> PersonRecord:
    """Add the people named under Relation N."""
    folded = {columns.fold(column): cell for column, cell in row.items() if cell and column[:8].lower() == "relation"}
    more = []
    for column, cell in folded.items():
        if match := RELATION.fullmatch(column):
            label = folded.get(f"{match[1]} label") or folded.get(f"{match[1]} type") or "contact"
            label = values.line(label).removeprefix("* ").lower().replace(" ", "_")
            more += [Relation(KINDS.get(label, label), values.line(name)) for name in cell.split(":::")]
    return with_relations(record, more)


CONTACTS = Profile(
    "google",
    marks=(
        frozenset({"e mail 1 value"}),
        frozenset({"phone 1 value"}),
        frozenset({"given name", "family name", "group membership"}),
        frozenset({"organization name", "organization title", "labels"}),
    ),
    words={
        **{pattern.format(number): field for pattern, field in NUMBERED.items() for number in range(1, 21)},
        **dict.fromkeys(NOT_READ, ""),
    },
    separator=":::",
    finish=finish,
)
