"""Places as people name them: US, UK, EU, CA (Canada), US-WA, GB, DE."""

from __future__ import annotations

import re

import phonenumbers

from passalong.accounts.imprint import STATES
from passalong.compliance.rulebook.reading import read_book

POSSIBLE = "US, UK, EU, CA (Canada), a state such as US-WA, or the two letters of a country such as DE"


def read_place(text: str) -> tuple[str, str]:
    """Country and region from a place's name; region is empty where none is named.

    Raises ValueError with one sentence that lists what is possible.
    """
    country, _dash, region = text.strip().upper().partition("-")
    groups = read_book().places
    if country in groups and country not in phonenumbers.SUPPORTED_REGIONS:
        members = groups[country]
        country = members[0] if len(members) == 1 else country
    elif country not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"“{text}” is no place. Possible: {POSSIBLE}.")
    is_right = region in STATES if country == "US" else bool(re.fullmatch(r"[A-Z0-9]{1,3}", region))
    if _dash and not is_right:
        raise ValueError(f"“{text}” names no state or region. Possible: {POSSIBLE}.")
    return country, region
