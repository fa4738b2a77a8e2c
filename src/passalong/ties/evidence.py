"""The practice's evidence as the engine reads it. People and groups go by their primary keys as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F

from passalong.accounts.models import Practice
from passalong.compliance.selectors import sources_off
from passalong.compliance.sensitive import EvidenceSource
from passalong.contacts.models import Affiliation, Contact, Organization, OrganizationKind
from passalong.core import clock
from passalong.engine import knows
from passalong.ties.models import Answer, Observation, ObservationKind, Statement

TOWN = 1_000  # a practice's contacts are drawn from at least so many: twenty contacts are no village of twenty
# Of firms and schools we hold a few people by chance; how many happen to be on file says nothing of their size.
LIKELY_SIZE: dict[str, int] = {OrganizationKind.FIRM: 20, OrganizationKind.SCHOOL: 300}
AnswerRow = tuple[str, str, str, str, float | None]


def data_set_of(practice: Practice) -> knows.DataSet:
    """All evidence of the practice as of today: six queries, whatever its size. What begins later is none yet."""
    tomorrow = clock.today() + timedelta(days=1)
    everything = knows.DataSet.from_tables(
        people=[
            (str(pk), name) for pk, name in Contact.objects.filter(practice=practice).values_list("pk", "full_name")
        ],
        affiliations=_text(
            Affiliation.objects.filter(practice=practice).values_list(
                "contact_id", "kind", "organization_id", "start", "end"
            ),
            (0, 2),
        ),
        groups=[
            (str(pk), kind, name, size or LIKELY_SIZE.get(kind))
            for pk, kind, name, size in Organization.objects.filter(practice=practice).values_list(
                "pk", "kind", "name", "size"
            )
        ],
        traits=[],
        ties=_ties(practice),
        answers=answer_rows(practice),
        drawn_from=TOWN,
    )
    return everything.until(tomorrow.isoformat())


def _text(rows: Iterable[tuple[Any, ...]], columns: tuple[int, ...]) -> list[tuple[Any, ...]]:
    return [tuple(str(v) if i in columns else v for i, v in enumerate(row)) for row in rows]


# What was seen counts only while its source is on: compliance.selectors.sources_off.
KIND_OF = {EvidenceSource.MAIL: ObservationKind.MAIL, EvidenceSource.CALENDAR: ObservationKind.MEETING}


def _ties(practice: Practice) -> list[tuple[str, str, str, float, str, str]]:
    off = [KIND_OF[source] for source in sources_off(practice)]
    seen = (
        Observation.objects.exclude(kind__in=off)
        .filter(practice=practice, low__contact__isnull=False, high__contact__isnull=False)
        .exclude(low__contact=F("high__contact"))
        .values_list("low__contact_id", "high__contact_id", "kind", "weight", "first_on", "last_on")
    )
    said = Statement.objects.filter(practice=practice).values_list("contact_a_id", "contact_b_id", "kind", "on")
    rows = [(str(a), str(b), k, w, _iso(first), _iso(last)) for a, b, k, w, first, last in seen]
    return rows + [(str(a), str(b), k, 1.0, _iso(on), _iso(on)) for a, b, k, on in said]


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def answer_rows(practice: Practice, after: int = 0) -> list[AnswerRow]:
    """What clients said, in the order they said it; after: primary key from which on it is wanted."""
    said = Answer.objects.filter(practice=practice, pk__gt=after).order_by("answered_at", "pk")
    columns = said.values_list("client_id", "prospect_id", "answer", "answered_at", "shown_p")
    return [(str(client), str(prospect), what, at.date().isoformat(), p) for client, prospect, what, at, p in columns]
