"""Whether a file of this content may be read into this practice at all."""

from __future__ import annotations

from passalong.accounts.models import Practice
from passalong.compliance.selectors import source_refusal
from passalong.compliance.sensitive import EvidenceSource
from passalong.core.errors import Refused
from passalong.exchange.readers import Reading

SOURCES = {"messages": EvidenceSource.MAIL, "meetings": EvidenceSource.CALENDAR}


def demand_welcome(practice: Practice, reading: Reading) -> None:
    """Raise Refused where this practice takes in no mail, or no calendars."""
    source = SOURCES.get(reading.content)
    if source and (why := source_refusal(practice, source)):
        raise Refused(f"{reading.source}: {why}", field="file")
