"""Mail that came back or was reported as spam. Only the recipient of the message named by our own token is concerned:
whatever address a report quotes, it stops nobody else's mail."""

from __future__ import annotations

import re

from django.db import transaction

from passalong.core import clock, events
from passalong.mail.models import Message, SuppressionReason, Trouble, TroubleKind
from passalong.mail.services.suppression import suppress

_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}")
_REASONS = {TroubleKind.HARD: SuppressionReason.BOUNCED, TroubleKind.COMPLAINT: SuppressionReason.COMPLAINED}


@transaction.atomic
def note(message: Message, kind: str, *, status: str = "", said: str = "") -> bool:
    """Write down what happened to this message; whether it is news. Hard and complaint stop all mail to its recipient,
    soft is only counted (selectors.inbound.is_on_hold)."""
    _row, made = Trouble.objects.get_or_create(
        message=message,
        kind=TroubleKind(kind),
        defaults={
            "practice_id": message.practice_id,
            "key": message.address_key,
            "at": clock.now(),
            "status": status[:12],
            "said": _ADDRESS.sub("…", said[:1000])[:300],
        },
    )
    if not made:
        return False
    if reason := _REASONS.get(TroubleKind(kind)):
        suppress(message.practice_id, message.address_key, reason=reason, message=message)
    events.record(message.practice_id, "mail:trouble", subject=message.public_id, trouble=str(kind), status=status[:12])
    return True
