"""From a typed name to one person on file: the field that asks, and who is meant by what it got."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors
from passalong.contacts.models import Contact
from passalong.core.errors import Refused

# Suggestions while typing, where there is JavaScript; the page holds an empty <datalist id="people-names">.
ASK_PERSON: dict[str, str | Promise] = {
    "hx-trigger": "input changed delay:200ms",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
    "autocomplete": "off",
    "list": "people-names",
    "hx-get": reverse_lazy("contacts:people"),
    "hx-target": "#people-names",
}


class SeveralMeant(Refused):
    """More than one person on file may be meant: `people`."""

    def __init__(self, text: str, field: str, people: Collection[Contact]) -> None:
        super().__init__(_("Several people are meant by “%(name)s”: choose one.") % {"name": text}, field=field)
        self.people = list(people)


def person_meant(practice: Practice, text: str, *, chosen: str, field: str) -> Contact | None:
    """The person a typed name, mail address or id means, None where nobody does. chosen: the public id that was picked
    among several, which counts while the text still means that person. Raises SeveralMeant for the field."""
    found = selectors.people_meant(practice, text)
    found = [person for person in found if person.public_id == chosen] or found
    if len(found) > 1:
        raise SeveralMeant(text, field, found)
    return found[0] if found else None
