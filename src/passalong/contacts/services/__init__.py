"""Verbs on people and organizations."""

from passalong.contacts.services.affiliations import (
    add_affiliation,
    organization_for,
    remove_affiliation,
    set_affiliation,
)
from passalong.contacts.services.households import join_household, leave_household
from passalong.contacts.services.organizations import edit_organization
from passalong.contacts.services.people import (
    add_contact,
    add_own_point,
    by_own_words,
    delete_contact,
    edit_contact,
    note_given,
    refresh_search,
)
from passalong.contacts.services.standing import become_prospect, end_standing, retract_standing, set_standing

__all__ = [
    "add_affiliation",
    "add_contact",
    "add_own_point",
    "become_prospect",
    "by_own_words",
    "delete_contact",
    "edit_contact",
    "edit_organization",
    "end_standing",
    "join_household",
    "leave_household",
    "note_given",
    "organization_for",
    "refresh_search",
    "remove_affiliation",
    "retract_standing",
    "set_affiliation",
    "set_standing",
]
