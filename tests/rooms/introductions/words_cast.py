"""What tests of clients' messages share: a practice of a profession, its second person, an introduction agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests import make
from tests.rooms.introductions.cast import PUBLIC, Passed
from tests.rooms.portal.cast import published

from passalong.accounts.models import Member, Role
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.introductions.models import Introduction, Recommendation, Template
from passalong.introductions.services import open_introduction, recommending, templates

SAID = "They took a week to understand our shop before they said a word."
WHY = "The words were read with counsel in May."


@dataclass
class Words:
    """A kit that was passed along, and somebody Ann agreed to introduce."""

    passed: Passed
    friend: Contact
    introduction: Introduction

    @property
    def by(self) -> Member:
        return self.passed.by

    def body(self, said: str = SAID) -> str:
        return recommending.look(link=self.passed.kit.link, referrer=self.passed.ann, said=said).body

    def confirmed(self, said: str = SAID, body: str = "") -> Recommendation:
        """As the client did on the tablet."""
        return recommending.confirm_at_desk(
            by=self.by,
            referrer=self.passed.ann,
            link=self.passed.kit.link,
            said=said,
            body=body or self.body(said),
            on="tablet",
            introduction=self.introduction,
        )

    def approver(self) -> Member:
        return make.member(self.passed.practice, role=Role.APPROVER)

    def proposed(self, empathy: str = "It may be nothing for you.", why: str = WHY) -> Template:
        return templates.propose(by=self.by, empathy=empathy, involves="They write back within a day.", why=why)


def words_of(passed: Passed, profession: str = "consultant", *also: str) -> Words:
    passed.works_as(profession, *also)
    friend = make.contact(passed.by, "Jo Lind", email="jo@lind.example")
    friend.country = "US"
    friend.save()
    opened = open_introduction(by=passed.by, referrer=passed.ann, prospect=friend)
    return Words(passed, friend, opened)


def light(settings: Any) -> Passed:
    """A kit that is out and can be passed along, without a mail server."""
    settings.PUBLIC_URL = PUBLIC
    PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
    kit = published()
    kit.owner.practice.name = "Harbour Wealth"
    kit.owner.practice.save()
    return Passed(kit, None)  # type: ignore[arg-type]  # nothing is sent
