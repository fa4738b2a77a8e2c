"""Which clients take part in an entry of a calendar: by mail address first, else by full name."""

from __future__ import annotations

from collections import defaultdict

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.prospecting.ics import Entry

LONGEST_NAME = 6  # words


class Matcher:
    """Addresses and names of a practice's present clients, read once: two queries whatever their number."""

    def __init__(self, practice: Practice) -> None:
        people = contacts.clients(practice).only("pk", "public_id", "practice", "full_name")
        self._people = {one.pk: one for one in people}
        self._by_name: dict[str, set[int]] = defaultdict(set)
        for one in self._people.values():
            self._by_name[fold(one.full_name)].add(one.pk)
        self._by_address: dict[str, set[int]] = defaultdict(set)
        points = ContactPoint.objects.filter(practice=practice, kind=PointKind.EMAIL)
        for pk, key in points.filter(contact__in=people.order_by()).values_list("contact_id", "key"):
            self._by_address[key].add(pk)

    def clients_of(self, entry: Entry) -> list[Contact]:
        """The clients in it, by name. Invited by address beats invited by name, which beats being in the title; a name
        of one word says nothing."""
        found = self._all(self._by_address, entry.addresses)
        found = found or self._all(self._by_name, [fold(name) for name in entry.names if " " in fold(name)])
        found = found or self._all(self._by_name, _runs(fold(entry.title)))
        return sorted((self._people[pk] for pk in found), key=lambda one: (one.full_name, one.pk))

    @staticmethod
    def _all(known: dict[str, set[int]], keys: list[str] | tuple[str, ...]) -> set[int]:
        found: set[int] = set()
        for key in keys:
            found |= known.get(key, set())
        return found


def _runs(text: str) -> list[str]:
    """Every run of two to six words."""
    words = text.split()[:60]
    return [
        " ".join(words[at : at + length])
        for at in range(len(words))
        for length in range(2, min(LONGEST_NAME, len(words) - at) + 1)
    ]
