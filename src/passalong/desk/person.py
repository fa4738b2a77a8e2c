"""What the page of a person shows, joined from the rooms: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, prefetch_related_objects

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Affiliation, AffiliationKind, Contact, ContactPoint, Standing, StandingKind
from passalong.core.staged import Card
from passalong.desk.story import Line, story_of
from passalong.interviews.selectors import guests
from passalong.introductions import selectors as introductions
from passalong.introductions.models import Introduction
from passalong.kits.selectors.passing import Offered, offered_to
from passalong.prospecting import selectors as prospecting
from passalong.prospecting.facts import Helpful, most_helpful
from passalong.prospecting.models import Meeting, Prospect
from passalong.ties import selectors as ties
from passalong.ties.models import Answer, Statement

MANY = 50  # rows of one kind that a person's page shows


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with all that hangs on them. For the desk."""

    person: Contact
    points: list[ContactPoint]
    standings: list[Standing]
    facts: list[Affiliation]
    household: list[Contact]
    statements: list[Statement]
    wish: Prospect | None
    helpful: list[Helpful]
    meetings: list[Meeting]
    said: list[Answer]
    asked: list[Answer]
    introductions: list[Introduction]
    talks: list[Card]
    kits: list[Offered]
    story: list[Line]

    @property
    def present(self) -> list[Standing]:
        """Where the person stands now."""
        return [standing for standing in self.standings if standing.until is None]

    @property
    def job(self) -> Affiliation | None:
        """Where the person works now."""
        return contacts.present_job(self.facts)

    @property
    def is_client(self) -> bool:
        return any(standing.kind == StandingKind.CLIENT for standing in self.present)

    @property
    def is_partner(self) -> bool:
        return any(standing.kind == StandingKind.PARTNER for standing in self.present)

    @property
    def may_be_guest(self) -> bool:
        """Whether an interview with them may be planned."""
        return guests.may_be_guest(self.person, self.talks)

    @property
    def may_be_asked_about(self) -> bool:
        """Whether clients may be asked for an introduction: not to those who are or were clients themselves."""
        return not any(standing.kind in contacts.HAS_BEEN_CLIENT for standing in self.standings)


def person_page(practice: Practice, person: Contact) -> PersonPage:
    """Everything on one person, who takes their standings along to what other rooms show on the page."""
    prefetch_related_objects([person], "standings")
    standings = _in_order(person)
    is_client = any(s.kind == StandingKind.CLIENT and s.until is None for s in standings)
    known = list(contacts.affiliations_of(person)[: 4 * MANY])
    wish = Prospect.objects.filter(practice=practice, contact=person, dropped_at=None).first()
    meetings = list(prospecting.meetings(practice, person)[:MANY])
    both_ways = introductions.introductions(practice).filter(Q(referrer=person) | Q(prospect=person))
    agreed = list(both_ways[:MANY])
    talks = guests.talks_with(person, MANY)
    subjects = [person, *([wish] if wish else []), *meetings, *agreed]
    return PersonPage(
        person=person,
        points=list(person.points.order_by("kind", "pk")),
        standings=standings,
        facts=[fact for fact in known if fact.kind != AffiliationKind.HOUSEHOLD],
        household=list(contacts.housemates(person)),
        statements=list(ties.statements_of(person)[:MANY]),
        wish=wish,
        helpful=most_helpful(practice, known) if is_client else [],
        meetings=meetings,
        said=sorted(ties.answers_of(person).values(), key=lambda answer: answer.answered_at, reverse=True)[:MANY],
        asked=_latest_by_client(ties.answers_about(person)[:MANY]),
        introductions=agreed,
        talks=talks,
        kits=offered_to(person) if is_client and not person.do_not_ask else [],
        story=story_of(practice, [row.public_id for row in subjects]),
    )


def _in_order(person: Contact) -> list[Standing]:
    """Present standings first, then past ones, the latest first."""
    latest = sorted(person.standings.all(), key=lambda standing: standing.since or date.min, reverse=True)
    return sorted(latest, key=lambda standing: standing.until is not None)


def _latest_by_client(answers: Iterable[Answer]) -> list[Answer]:
    """Each client's last word, latest first."""
    last: dict[int, Answer] = {}
    for answer in answers:
        last.setdefault(answer.client_id, answer)
    return list(last.values())
