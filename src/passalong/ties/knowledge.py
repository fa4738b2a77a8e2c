"""The practice's evidence as the engine reads it, and the scorer made from it.

A scorer is built once for a state of the evidence and kept in memory; in small practices an answer makes a new one,
so that answers teach at once. People and groups go by their primary keys as text.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from passalong.accounts.models import Practice
from passalong.contacts.models import Affiliation, Contact, Organization, OrganizationKind
from passalong.core.revisions import ANSWERS, EVIDENCE, current
from passalong.engine import knows
from passalong.ties.models import Answer, Observation, Statement

TOWN = 1_000  # a practice's contacts are drawn from at least so many: twenty contacts are no village of twenty
# Of firms and schools we hold a few people by chance; how many happen to be on file says nothing of their size.
LIKELY_SIZE: dict[str, int] = {OrganizationKind.FIRM: 20, OrganizationKind.SCHOOL: 300}
SMALL = 3_000  # people up to which an answer is worked in at once
KEPT = 4  # scorers held in memory

_scorers: OrderedDict[tuple[str, int, int], knows.Scorer] = OrderedDict()
_lock = threading.Lock()


def data_set_of(practice: Practice) -> knows.DataSet:
    """All evidence of the practice: six queries, whatever its size."""
    return knows.DataSet.from_tables(
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
        answers=[
            (str(client), str(prospect), answer, at.date().isoformat())
            for client, prospect, answer, at in Answer.objects.filter(practice=practice)
            .order_by("answered_at", "pk")
            .values_list("client_id", "prospect_id", "answer", "answered_at")
        ],
        drawn_from=TOWN,
    )


def _text(rows: Iterable[tuple[Any, ...]], columns: tuple[int, ...]) -> list[tuple[Any, ...]]:
    return [tuple(str(v) if i in columns else v for i, v in enumerate(row)) for row in rows]


def _ties(practice: Practice) -> list[tuple[str, str, str, float, str, str]]:
    seen = (
        Observation.objects.filter(practice=practice, low__contact__isnull=False, high__contact__isnull=False)
        .exclude(low__contact=F("high__contact"))
        .values_list("low__contact_id", "high__contact_id", "kind", "weight", "first_on", "last_on")
    )
    said = Statement.objects.filter(practice=practice).values_list("contact_a_id", "contact_b_id", "kind", "on")
    rows = [(str(a), str(b), k, w, _iso(first), _iso(last)) for a, b, k, w, first, last in seen]
    return rows + [(str(a), str(b), k, 1.0, _iso(on), _iso(on)) for a, b, k, on in said]


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def scorer_of(practice: Practice) -> knows.Scorer:
    """The scorer for the evidence as it stands now."""
    evidence = current(practice.pk, EVIDENCE)
    answers = current(practice.pk, ANSWERS)
    with _lock:
        for key, scorer in reversed(_scorers.items()):
            if key[:2] == (practice.public_id, evidence) and (key[2] == answers or scorer.data.size > SMALL):
                _scorers.move_to_end(key)
                return scorer
    scorer = knows.Scorer(data_set_of(practice))
    with _lock:
        _scorers[practice.public_id, evidence, answers] = scorer
        while len(_scorers) > KEPT:
            _scorers.popitem(last=False)
    return scorer


def rank(practice: Practice, client: Contact, candidates: Iterable[int]) -> dict[int, knows.Ranked]:
    """How probably the client knows each candidate (primary keys), with reasons, best first."""
    wanted = [str(pk) for pk in candidates]
    if not wanted:
        return {}
    ranked = scorer_of(practice).rank(str(client.pk), candidates=wanted, top=len(wanted))
    return {int(row.prospect_id): row for row in ranked}


def chances(practice: Practice, client: Contact, candidates: Iterable[int]) -> dict[int, float]:
    """The probability alone for each candidate (primary keys): far cheaper than `rank`, which gives reasons."""
    wanted = list(candidates)
    if not wanted:
        return {}
    found = scorer_of(practice).p(str(client.pk), [str(pk) for pk in wanted])
    return dict(zip(wanted, (float(p) for p in found), strict=True))


def p_knows(practice: Practice, pairs: list[tuple[int, int]]) -> list[float]:
    """Probability for each (client, prospect) pair of primary keys."""
    if not pairs:
        return []
    return [float(p) for p in scorer_of(practice).score([(str(c), str(p)) for c, p in pairs])]
