"""What the clock does about care in every practice: seeds that fall due, asks that met silence.

It moves nobody nearer.
"""

from __future__ import annotations

import logging

from passalong.accounts.models import Practice
from passalong.introductions.services import seeds, silence

logger = logging.getLogger(__name__)


def keep_up() -> None:
    """Write down seeds and silences, and let go of what stayed silent after its follow-up. A practice that fails does
    not hold up the others."""
    for practice in Practice.objects.order_by("pk").iterator():
        try:
            seeds.write_due(practice)
            silence.find(practice)
            silence.let_go(practice)
        except Exception:
            logger.exception("Care of practice %s was not kept up", practice.public_id)
