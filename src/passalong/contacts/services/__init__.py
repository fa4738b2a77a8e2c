"""Verbs on people and organizations."""

from passalong.contacts.services.affiliations import (
    add_affiliation,
    organization_for,
    remove_affiliation,
    set_affiliation,
)
from passalong.contacts.services.people import (
    add_contact,
    delete_contact,
    edit_contact,
    end_standing,
    join_household,
    refresh_search,
    set_standing,
)

__all__ = [
    "add_affiliation",
    "add_contact",
    "delete_contact",
    "edit_contact",
    "end_standing",
    "join_household",
    "organization_for",
    "refresh_search",
    "remove_affiliation",
    "set_affiliation",
    "set_standing",
]
