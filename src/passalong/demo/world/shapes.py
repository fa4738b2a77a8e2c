"""What a demo world is made of: frozen records, joined by keys, and the truth that the practice does not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

Standing = Literal["client", "former_client", "prospect", "partner"]
Source = Literal["linkedin", "member list", "fact sheet", "address book", "mail", "calendar", "note"]
Disclosure = Literal["public", "told", "private"]
AffiliationKind = Literal[
    "employer", "school", "association", "board", "club", "town", "street", "vendor", "event", "household"
]
OrganizationKind = Literal["firm", "school", "association", "board", "club", "town", "street", "event", "household"]
ObservationKind = Literal["mail", "meeting", "mentioned", "relative", "linkedin", "told"]
AnswerWord = Literal["knows_well", "knows", "does_not_know", "rather_not"]
TieOrigin = Literal["group", "introduced", "family", "town"]
Mistake = Literal["dates", "organization", "namesake"]


@dataclass(frozen=True)
class Member:
    """Somebody who signs in to the practice."""

    name: str
    email: str
    role: Literal["owner", "assistant"]


@dataclass(frozen=True)
class Practice:
    """The practice itself; its members are no contacts."""

    name: str
    profession: str
    email: str
    town: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Trait:
    """One matchable trait of the ideal client; importance 1 (nice) to 3 (decides)."""

    kind: Literal["sector", "role", "town", "size", "event"]
    value: str
    importance: int


@dataclass(frozen=True)
class Profile:
    """The ideal client, and the practice's mission in its own words."""

    name: str
    biggest_problem: str
    fears: tuple[str, ...]
    motives: tuple[str, ...]
    traits: tuple[Trait, ...]
    mission: str


@dataclass(frozen=True)
class FitAnswer:
    """One answer of the fit check."""

    topic: str
    question: str
    answer: Literal["yes", "partly", "no"]
    note: str


@dataclass(frozen=True)
class Organization:
    """A firm, school, club, board, street ...; size is the headcount, not the number of our contacts there."""

    key: str
    name: str
    kind: OrganizationKind
    size: int
    town: str | None
    sector: str | None


@dataclass(frozen=True)
class Contact:
    """A person in the practice's book. connected_on is the day of the owner's LinkedIn connection, if any."""

    key: str
    given_name: str
    family_name: str
    prefix: str
    suffix: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    url: str | None
    connected_on: date | None
    standing: Standing | None
    standing_since: date | None
    standing_until: date | None
    do_not_ask: bool
    do_not_ask_why: str
    public_sector: bool
    notes: str

    @property
    def name(self) -> str:
        """Given and family name as people say them."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Affiliation:
    """The record that a contact belonged to an organization. start and end: "", "2014" or "2014-09"."""

    key: str
    contact: str
    kind: AffiliationKind
    organization: str
    role: str
    start: str
    end: str
    source: Source
    recorded_on: date
    disclosure: Disclosure
    told_by: str | None


@dataclass(frozen=True)
class Observation:
    """The record that two contacts had to do with each other; a told one carries the words and who said them."""

    key: str
    a: str
    b: str
    kind: ObservationKind
    count: int
    first_on: date
    last_on: date
    source: Source
    recorded_on: date
    disclosure: Disclosure
    told_by: str | None
    text: str


@dataclass(frozen=True)
class LifeEvent:
    """Something in a contact's life or firm that makes the practice useful now."""

    contact: str
    kind: str
    on: date
    text: str
    source: Source
    recorded_on: date
    disclosure: Disclosure
    told_by: str | None


@dataclass(frozen=True)
class Message:
    """Headers of a message that reached the practice; copied are other contacts on it."""

    key: str
    sent_at: datetime
    sender: str
    copied: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Appointment:
    """An entry of the practice's calendar with the contacts who attended."""

    key: str
    held_on: date
    title: str
    attendees: tuple[str, ...]


@dataclass(frozen=True)
class WishEntry:
    """A person (contact) or a firm (organization) the practice would love to meet; one of both is set."""

    contact: str | None
    organization: str | None
    reason: str
    source: str
    added_on: date
    review_on: date


@dataclass(frozen=True)
class ClientMeeting:
    """An earlier client meeting in which names were shown."""

    key: str
    client: str
    held_on: date
    went_well: str
    note: str


@dataclass(frozen=True)
class Answer:
    """What a client said about one name of an earlier meeting."""

    client: str
    prospect: str
    answer: AnswerWord
    answered_on: date
    meeting: str
    note: str


@dataclass(frozen=True)
class Tie:
    """Two contacts who truly know each other; strength 0 to 1; how it came about. a < b."""

    a: str
    b: str
    strength: float
    origin: TieOrigin


@dataclass(frozen=True)
class TrueAffiliation:
    """A membership as it really was; end None = still there."""

    contact: str
    kind: AffiliationKind
    organization: str
    role: str
    start: int
    end: int | None


@dataclass(frozen=True)
class Truth:
    """For measuring only; never loaded into a practice. wrong: key of an evidence row -> what is wrong with it."""

    ties: tuple[Tie, ...]
    affiliations: tuple[TrueAffiliation, ...]
    wrong: Mapping[str, Mistake]

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], float]:
        """(a, b) with a < b -> strength."""
        return {(tie.a, tie.b): tie.strength for tie in self.ties}

    def strength(self, one: str, other: str) -> float:
        """How well two contacts know each other; 0.0 if they do not."""
        return self.pairs.get((min(one, other), max(one, other)), 0.0)


@dataclass(frozen=True)
class World:
    """The whole invented practice on one day."""

    seed: int
    today: date
    practice: Practice
    profile: Profile
    fit_check: tuple[FitAnswer, ...]
    organizations: tuple[Organization, ...]
    contacts: tuple[Contact, ...]
    affiliations: tuple[Affiliation, ...]
    observations: tuple[Observation, ...]
    life_events: tuple[LifeEvent, ...]
    messages: tuple[Message, ...]
    calendar: tuple[Appointment, ...]
    wish_list: tuple[WishEntry, ...]
    meetings: tuple[ClientMeeting, ...]
    answers: tuple[Answer, ...]
    truth: Truth

    @cached_property
    def _people(self) -> Mapping[str, Contact]:
        return {contact.key: contact for contact in self.contacts}

    @cached_property
    def _groups(self) -> Mapping[str, Organization]:
        return {organization.key: organization for organization in self.organizations}

    def contact(self, key: str) -> Contact:
        """The contact of a key."""
        return self._people[key]

    def organization(self, key: str) -> Organization:
        """The organization of a key."""
        return self._groups[key]

    def standing(self, standing: Standing) -> tuple[Contact, ...]:
        """All contacts of a standing, in the order of the book."""
        return tuple(contact for contact in self.contacts if contact.standing == standing)

    @property
    def clients(self) -> tuple[Contact, ...]:
        """The present clients."""
        return self.standing("client")

    @property
    def evidence_rows(self) -> int:
        """Recorded facts that say who may know whom."""
        return len(self.affiliations) + len(self.observations)
