"""What a practice may keep, give, tell and publish, and the record of why."""

from passalong.compliance.models.approvals import Approval, Decision
from passalong.compliance.models.categories import AllowedCategory
from passalong.compliance.models.consent import Given, Grant, GrantState, Purpose
from passalong.compliance.models.ledger import Giver, Receiver, ValueEntry, ValueKind
from passalong.compliance.models.retention import FiscalYear, Hold

__all__ = [
    "AllowedCategory",
    "Approval",
    "Decision",
    "FiscalYear",
    "Given",
    "Giver",
    "Grant",
    "GrantState",
    "Hold",
    "Purpose",
    "Receiver",
    "ValueEntry",
    "ValueKind",
]
