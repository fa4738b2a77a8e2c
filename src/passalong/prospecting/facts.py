"""The three facts about a client that would help most (M8, first day).

A fact helps as far as it can be shared with prospects: for each kind we know nothing about in this client, count the
prospects of whom we do know one, rarer groups weighing more: each group of n prospects adds n * ln(1 + N / n), N
being the largest group.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Affiliation, AffiliationKind
from passalong.prospecting import selectors

QUESTIONS: dict[str, str | Promise] = {
    AffiliationKind.EMPLOYER: _("Where have you worked before, and when?"),
    AffiliationKind.SCHOOL: _("Which schools did you go to?"),
    AffiliationKind.BOARD: _("On which boards do you sit, or did you?"),
    AffiliationKind.ASSOCIATION: _("Which professional or civic groups do you belong to?"),
    AffiliationKind.CLUB: _("Which clubs or teams are you in?"),
    AffiliationKind.VENDOR: _("Whose services do you use: accountant, builder, printer, software?"),
    AffiliationKind.CUSTOMER: _("Who are your own best customers?"),
    AffiliationKind.TOWN: _("Where have you lived?"),
    AffiliationKind.STREET: _("On which street do you live?"),
}
ENOUGH_OF_A_KIND = {AffiliationKind.EMPLOYER: 2}  # one job is the present one; the past ones are what helps


@dataclass(frozen=True, slots=True)
class Helpful:
    """A question worth asking, the kind of fact it brings, and how many prospects it could connect."""

    kind: str
    question: str | Promise
    prospects: int


def most_helpful(practice: Practice, client_facts: Sequence[Affiliation], top: int = 3) -> list[Helpful]:
    """The questions that would help most for this client, at most `top`. One narrow query, however long the wish
    list."""
    have = Counter(fact.kind for fact in client_facts)
    members = selectors.wished_groups(practice)
    prospects = max((count for _kind, count in members), default=0)
    gain: Counter[str] = Counter()
    reach: Counter[str] = Counter()
    for kind, count in members:
        gain[kind] += count * math.log(1 + prospects / count)  # type: ignore[assignment]
        reach[kind] += count
    asked = [kind for kind in QUESTIONS if have[kind] < ENOUGH_OF_A_KIND.get(AffiliationKind(kind), 1)]
    asked.sort(key=lambda kind: -gain[kind])  # stable: without prospects the order above stands
    return [Helpful(kind, QUESTIONS[kind], reach[kind]) for kind in asked[:top]]
