"""A small practice in which one client plausibly knows a few prospects."""

from __future__ import annotations

from tests import make

from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, Disclosure
from passalong.prospecting import services


class Town:
    """Ann is a client; Ben shares a small board with her, Cara a school, Dov nothing, Eve is a client too."""

    def __init__(self) -> None:
        self.owner = make.member()
        self.practice = self.owner.practice
        self.ann = make.client(self.owner, "Ann Okafor")
        self.ben = self.wish("Ben Sato")
        self.cara = self.wish("Cara Lind")
        self.dov = self.wish("Dov Katz")
        for person in (self.ann, self.ben):
            self.fact(person, "board", "Harbor Foundation", "2015")
        for person in (self.ann, self.cara):
            self.fact(person, "school", "Weston College", "1990", "1994")
        for number in range(12):  # a crowd, so that sharing something is worth something
            other = make.contact(self.owner)
            self.fact(other, "school", "Weston College", "1990", "1994")
            self.fact(other, "town", f"Town {number % 3}")

    def wish(self, name: str) -> Contact:
        person = make.contact(self.owner, name)
        services.add_prospect(by=self.owner, contact=person)
        return person

    def fact(self, person, kind, name, start="", end="", disclosure=Disclosure.PUBLIC, told_by=None, role=""):
        return contacts.add_affiliation(
            by=self.owner,
            contact=person,
            kind=kind,
            organization=name,
            start=start,
            end=end,
            disclosure=disclosure,
            told_by=told_by,
            role=role,
        )
