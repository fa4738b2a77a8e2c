"""What would go if a batch were taken back, counted before anybody says so; nothing is written."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, QuerySet

from passalong.contacts.models import Affiliation, Contact
from passalong.exchange.importing.keeping import held, live_notes, said_by_hand
from passalong.exchange.models import ImportBatch
from passalong.prospecting.models import Prospect
from passalong.ties.models import Encounter


class Going(NamedTuple):
    """How many of each kind go, and how many people stay because something else is known about them."""

    people: int
    facts: int
    wishes: int
    met: int
    filled: int
    staying: int

    @property
    def is_nothing(self) -> bool:
        return not any(self[:5])


def going(batch: ImportBatch) -> Going:
    """Counts for the question before the undo."""
    made = Contact.objects.filter(batch=batch)
    gone = made.exclude(said_by_hand(batch) | held(Contact, batch)).exclude(Exists(live_notes(batch, "contact")))
    noted = made.filter(said_by_hand(batch)).values("pk")  # these keep the facts they came with
    facts = Affiliation.objects.filter(batch=batch).exclude(contact__in=noted)
    count, people = made.count(), gone.count()
    return Going(
        people=people,
        facts=_not_shared(facts, batch, "affiliation"),
        wishes=_not_shared(Prospect.objects.filter(batch=batch), batch, "prospect"),
        met=Encounter.objects.filter(practice=batch.practice, batch=batch).count(),
        filled=len(batch.changes),
        staying=count - people,
    )


def _not_shared(rows: QuerySet[Affiliation] | QuerySet[Prospect], batch: ImportBatch, what: str) -> int:
    return rows.exclude(Exists(live_notes(batch, what))).count()
