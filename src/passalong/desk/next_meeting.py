"""The next client meeting on Today: with whom, when, and whether anybody may be asked for. The gameplan itself is
fetched when the page is seen, for it wakes the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.introductions.selectors.care import why_not_asked
from passalong.introductions.selectors.seeds import next_of
from passalong.prospecting import agenda
from passalong.prospecting.models import Appointment

SHOWN = 3  # further meetings beside the next


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """why_not: why nobody is asked for, empty when somebody may be. say: what to say of how the practice works, by the
    seeds, from `say_on` on."""

    appointment: Appointment
    client: Contact
    why_not: str
    say: str
    say_on: date | None


@dataclass(frozen=True, slots=True)
class Meetings:
    """The next meeting and those after it."""

    next: NextMeeting | None
    later: tuple[Appointment, ...]
    unclear: int


def meetings(practice: Practice) -> Meetings:
    """A fixed number of queries."""
    rows = agenda.upcoming(practice, SHOWN + 1)
    unclear = agenda.to_come(practice).filter(client=None).count()
    first = rows[0] if rows else None
    if first is None or first.client is None:
        return Meetings(None, (), unclear)
    why = why_not_asked(practice, [first.client.pk]).get(first.client.pk, "")
    seed = next_of(first.client)
    say, say_on = (str(seed.text.title), seed.due_on) if seed else ("", None)
    return Meetings(NextMeeting(first, first.client, why, say, say_on), tuple(rows[1:]), unclear)
