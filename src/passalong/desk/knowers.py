"""Which clients probably know a person. For the desk only: nothing of this is ever shown to a client."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.contacts.resting import why_resting
from passalong.engine import knows
from passalong.privacy.selectors.duties import demand_balanced
from passalong.ties import knowledge
from passalong.ties import selectors as ties

TOP = 5
SHORTLIST = 25  # clients weighed exactly


@dataclass(frozen=True, slots=True)
class Knower:
    """A client who may know the person, how probably and why."""

    client: Contact
    p: float
    reasons: tuple[knows.Reason, ...]
    lives_with: bool


def likely_knowers(practice: Practice, person: Contact, top: int = TOP) -> list[Knower]:
    """The clients who most probably know this person, best first. Those who have answered are left out: their word
    stands, nothing is inferred. So are those whom nothing connects. Of somebody who rests nothing is inferred at all.

    Raises Refused where a European practice has not written its balancing note.
    """
    if why_resting(person):
        return []
    if not contacts.has_been_client(person):
        demand_balanced(practice)
    said = {answer.client_id for answer in ties.answers_about(person)}
    asked = contacts.clients(practice).exclude(pk=person.pk).values_list("pk", flat=True)
    chances = _chances(practice, person.pk, _shortlist(practice, person.pk, [pk for pk in asked if pk not in said]))
    best = heapq.nlargest(top, chances.items(), key=lambda one: one[1])
    clients = Contact.objects.in_bulk([pk for pk, _p in best])
    home = contacts.household_of(person)
    scorer = knowledge.scorer_of(practice)
    found = [
        Knower(clients[pk], p, tuple(scorer.explain(str(pk), str(person.pk)).reasons), pk in home) for pk, p in best
    ]
    return [one for one in found if any(reason.points > 0 for reason in one.reasons)]


def _shortlist(practice: Practice, person: int, clients: list[int]) -> list[int]:
    """The clients most tied to the person. All evidence of a pair counts alike from both sides, and from the side of
    the one person it is gathered once, not once a client; what differs (how sociable each is) is added after."""
    if len(clients) <= SHORTLIST:
        return clients
    tied = knowledge.p_knows(practice, [(person, client) for client in clients])
    return [client for _p, client in heapq.nlargest(SHORTLIST, zip(tied, clients, strict=True))]


def _chances(practice: Practice, person: int, clients: list[int]) -> dict[int, float]:
    """How probably each client knows the person, by primary key."""
    return dict(zip(clients, knowledge.p_knows(practice, [(client, person) for client in clients]), strict=True))
