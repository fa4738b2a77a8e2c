"""Which clients probably know a person. For the desk only: nothing of this is ever shown to a client."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.engine import knows
from passalong.ties import knowledge
from passalong.ties import selectors as ties

TOP = 5


@dataclass(frozen=True, slots=True)
class Knower:
    """A client who may know the person, how probably and why."""

    client: Contact
    p: float
    reasons: tuple[knows.Reason, ...]
    lives_with: bool


def likely_knowers(practice: Practice, person: Contact, top: int = TOP) -> list[Knower]:
    """The clients who most probably know this person, best first. Those who have answered are left out: their word
    stands, nothing is inferred. So are those whom nothing connects."""
    said = {answer.client_id for answer in ties.answers_about(person)}
    clients = [client for client in contacts.clients(practice) if client.pk not in said and client.pk != person.pk]
    probable = knowledge.p_knows(practice, [(client.pk, person.pk) for client in clients])
    best = heapq.nlargest(top, zip(probable, range(len(clients)), strict=True), key=lambda pair: (pair[0], -pair[1]))
    home = contacts.household_of(person)
    scorer = knowledge.scorer_of(practice)
    found = [
        Knower(one, p, tuple(scorer.explain(str(one.pk), str(person.pk)).reasons), one.pk in home)
        for one, p in ((clients[at], p) for p, at in best)
    ]
    return [one for one in found if any(reason.points > 0 for reason in one.reasons)]
