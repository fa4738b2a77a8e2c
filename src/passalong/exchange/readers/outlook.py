"""Outlook CSV: the classic 92 columns, the newer header, and Roundcube's copies of it.

Title means Mr. or Dr. here. Numbers of identity papers are never read; dates of "0/0/00" mean none.
"""

from __future__ import annotations

from passalong.exchange.readers.people import Profile

PHONES = ("car phone", "radio phone", "callback", "other phone", "business phone", "home phone", "mobile phone")
NOT_READ = (
    "e mail display name", "e mail 2 display name", "e mail 3 display name", "location", "office location", "account",
    "company main phone", "assistant s phone", "internet free busy", "user 1", "user 2", "user 3", "user 4",
    "government id number", "organizational id number", "profession", "sensitivity", "priority", "private",
)  # fmt: skip

CONTACTS = Profile(
    "outlook",
    marks=(
        frozenset({"e mail address", "e mail 2 address"}),
        frozenset({"e mail address", "e mail display name"}),
        frozenset({"first name", "last name", "business street", "business phone"}),
    ),
    words={"title": "prefix", **dict.fromkeys(PHONES, "phone"), **dict.fromkeys(NOT_READ, "")},
)
