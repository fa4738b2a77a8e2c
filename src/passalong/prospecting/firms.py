"""How probably a client knows somebody at a firm (M8).

The client's own tie to the firm counts once, not once for each known person there: p = 1 - (1 - p_tie) * prod(1 -
p_i), where p_i is the probability of knowing person i without the points that rest on this very firm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passalong.contacts.models import Affiliation, AffiliationKind
from passalong.engine import knows

# Who works or sits somewhere knows people there; who buys or sells there mostly does. Our own judgement, written
# down so that it can be argued with; answers do not move it yet.
P_BY_TIE: dict[str, float] = {
    AffiliationKind.EMPLOYER: 0.95,
    AffiliationKind.BOARD: 0.95,
    AffiliationKind.VENDOR: 0.7,
    AffiliationKind.CUSTOMER: 0.7,
}
P_OTHER_TIE = 0.5


@dataclass(frozen=True, slots=True)
class FirmTie:
    """Probability, band and the one person there whom the client most probably knows (primary key or None)."""

    p: float
    low: float
    high: float
    best: int | None


def tie_to(client_facts: Iterable[Affiliation], organization_id: int) -> float:
    """Probability from the client's own tie to the firm alone, 0 without one."""
    kinds = [fact.kind for fact in client_facts if fact.organization_id == organization_id]
    return max((P_BY_TIE.get(kind, P_OTHER_TIE) for kind in kinds), default=0.0)


def firm_tie(organization_id: int, p_tie: float, people: Sequence[tuple[int, knows.Ranked]]) -> FirmTie:
    """Join the client's own tie with the known people there, each (primary key, ranked against the client)."""
    group = str(organization_id)
    own = [(pk, row, _without(row, group)) for pk, row in people]

    def joined(which: int) -> float:
        return 1 - (1 - p_tie) * math.prod(1 - ps[which] for _pk, _row, ps in own)

    best = max(own, key=lambda one: one[1].p_knows, default=None)
    return FirmTie(joined(0), joined(1), joined(2), best[0] if best else None)


def _without(row: knows.Ranked, group: str) -> tuple[float, float, float]:
    """(p, low, high) of a ranked person with the points of one group taken back, on the log-odds scale."""
    points = sum(reason.points for reason in row.reasons if reason.group_id == group)
    return _moved(row.p_knows, points), _moved(row.p_low, points), _moved(row.p_high, points)


def _moved(p: float, points: float) -> float:
    p = min(max(p, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-(math.log(p / (1 - p)) - points)))
