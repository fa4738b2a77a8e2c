"""A kit that is out, a practice that may write, its client who passed the kit along, and somebody who answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.mailhost import Sink
from tests.rooms.mail.outgoing import sink_of
from tests.rooms.portal.cast import Published, published

from passalong.accounts.models import Member, Practice
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.services import consent
from passalong.contacts.models import Contact, ContactPoint
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.introductions.models import Reply
from passalong.introductions.services import Answer, record_reply

PUBLIC = "https://refer.practice.example"
PAGE = b"<p>May we tell Ann?</p>"


@dataclass
class Passed:
    """All of a kit passed along. sink: the mail server of the practice."""

    kit: Published
    sink: Sink

    @property
    def by(self) -> Member:
        return self.kit.owner

    @property
    def practice(self) -> Practice:
        return self.kit.owner.practice

    @property
    def ann(self) -> Contact:
        return self.kit.referrer

    def works_as(self, *professions: str) -> None:
        self.practice.profession, self.practice.also = professions[0], list(professions[1:])
        self.practice.save()

    def answers(self, wish: str = "yes", *, name: str = "Jo Lind", reach: str = "jo@lind.example") -> Reply:
        """By the reader's own hand, who names who passed it along."""
        answer = Answer("two_questions", True, wish, name=name, reach=reach, passed_by="Ann Okafor")
        view = f"view{Reply.objects.count():08}"
        return record_reply(link=self.kit.link, edition=self.kit.edition, answer=answer, view=view)

    def asked(self, reply: Reply) -> Grant:
        found, _token = consent.ask(by=self.by, about=reply.public_id, person_key=reply.person_key, recipient=self.ann)
        return found

    def granted(self, reply: Reply, *scope: str) -> Grant:
        choice = {"answer": "tell", "scope": sorted(scope)}
        return consent.grant(grant=self.asked(reply), scope=scope, page=PAGE, choice=choice)

    def news(self) -> Grant:
        return Grant.objects.filter(purpose=Purpose.UPDATE).order_by("-pk")[0]


@contextmanager
def passed_along() -> Iterator[Passed]:
    """The practice with its mail server, an address of its own outside, and Ann on file with hers."""
    with Sink() as sink, sink_of(sink):
        PublicCheck.objects.create(url=PUBLIC, seen_at=clock.now())
        kit = published()
        practice = kit.owner.practice
        practice.name, practice.imprint = "Harbour Wealth", "1 Harbour Street"
        practice.save()
        reached = {"kind": "email", "value": "ann@client.example", "key": "ann@client.example"}
        ContactPoint.objects.create(practice=practice, contact=kit.referrer, **reached)
        yield Passed(kit, sink)
