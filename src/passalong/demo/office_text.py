"""What was written and said in the demo practice lately."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from passalong.compliance.models import Receiver, ValueKind

# Clients of the invented cast: who gets or wrote what.
DRAFTED, HELD, ANSWERED = "Gus Papadakis", "Walter Brandt", "Beth Kowalczyk"
GIVEN, DECLINED, ASKED = "Peggy Lindqvist", "Samir Haddad", "Tomasz Wierzba"
CORRECTS, COPIES = "Clara Ferreira", "Denise Fournier"

DRAFT = (
    "Before we meet",
    """\
Dear Gus,

when we sit down, may we look at the lease of the building as well? If you find it, please bring the page with
the years on it. Nothing else is needed.

Miriam""",
)
TO_WHO_LEFT = (
    "The figures you asked for",
    """\
Dear Walter,

the figures for the yard are ready. I can bring them by, or you pick them up.

Miriam""",
)
SENT = (
    "Thank you for last week",
    """\
Dear Beth,

thank you for your time. I have put the three open questions on one page. Does the week after next suit you?

Miriam""",
)
NEVER_LEFT = "Invented: this message never left."
ANSWER = """\
Dear Miriam,

the week after next is good, any day but Wednesday. My sister would like to come along, is that all right?

Beth
"""

BOTTLE: dict[str, Any] = {
    "kind": ValueKind.GIFT,
    "what": "A bottle of wine",
    "cost": Decimal(40),
    "receiver": Receiver.CLIENT,
    "reason": "Thanks for a long year: two moves, one sale and much patience.",
    "for_referral": False,
}
VOUCHER: dict[str, Any] = {
    "kind": ValueKind.CASH,
    "what": "A voucher of the bookshop",
    "cost": Decimal(25),
    "receiver": Receiver.CLIENT,
    "reason": "A thank-you for the introduction to his brother-in-law.",
    "for_referral": True,
}
VOUCHER_DECLINED = "He would rather take nothing, and gave it back."

ABROAD: dict[str, Any] = {
    "kind": ValueKind.ENTERTAINMENT,
    "what": "Two seats at the theatre in Vancouver",
    "cost": Decimal(120),
    "receiver": Receiver.CLIENT,
    "reason": "They were in town for the same trade fair; paid in Canadian dollars.",
    "for_referral": False,
}
HAMPER: dict[str, Any] = {
    "kind": ValueKind.GIFT,
    "what": "A hamper from the farm shop",
    "cost": Decimal(60),
    "receiver": Receiver.CLIENT,
    "reason": "For the twenty-fifth birthday of the firm.",
    "for_referral": False,
}
HAMPER_ASKED = "Everybody gets one at a round birthday; it has nothing to do with introductions."

CORRECTION = "I have not been on the committee of the School Parents since last summer. Please take that out."
