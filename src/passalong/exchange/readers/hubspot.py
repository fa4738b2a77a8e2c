"""HubSpot contact exports: columns are chosen by the user, so they are told by their names.

The contact's owner is a colleague, not a fact about the contact; dates of the record itself are not read.
"""

from __future__ import annotations

from passalong.exchange.readers.people import Profile

OWN_MARKS = ("contact owner", "lead status", "lifecycle stage", "associated company", "original source", "create date")
NOT_READ = (
    "contact owner", "lead status", "lifecycle stage", "original source", "create date", "last modified date",
    "last activity date", "associated company ids", "associated deal", "associated deal ids",
)  # fmt: skip

CONTACTS = Profile(
    "hubspot",
    marks=tuple(frozenset({"record id", mark}) for mark in OWN_MARKS),
    words={"record id": "uid", "associated company": "organization", **dict.fromkeys(NOT_READ, "")},
)
