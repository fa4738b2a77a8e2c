"""One thing of value as it is written down, and which facts of it are read rather than ticked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from passalong.compliance.models import Giver, Receiver, ValueKind

BETWEEN_PROFESSIONALS = (Receiver.PARTNER, Receiver.LICENSED, Receiver.COUNTERPARTY)
KIND_FACTS: dict[str, str] = {str(kind): str(kind) for kind in ValueKind if kind != ValueKind.GIFT}
# Read from the other answers; never ticked.
DERIVED = frozenset(
    [
        *KIND_FACTS.values(),
        *(f"to_{one}" for one in Receiver.values),
        *("for_referral", "unrelated", "offered_before", "received", "other_currency", "tax_client"),
    ]
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is written down of one thing of value; values as in the model. facts: what else was ticked."""

    kind: str
    what: str
    cost: Decimal
    receiver: str
    reason: str
    given_on: date
    market: Decimal | None = None
    giver: str = Giver.PRACTICE
    for_referral: bool | None = None
    introduction: str = ""
    offered_before: bool = False
    facts: frozenset[str] = field(default_factory=frozenset)

    @property
    def value(self) -> Decimal:
        return max(self.cost, self.market or self.cost)
