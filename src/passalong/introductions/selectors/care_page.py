"""Everything the page of care shows of one person, and the few lines of it on the person's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.introductions.models import Introduction, Promise
from passalong.introductions.selectors import agreements, care, lessons, seeds

REFERS = (StandingKind.CLIENT, StandingKind.PARTNER)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the person's page says of care. promises: open ones, the earliest first; agreement: one line."""

    promises: list[Promise]
    agreement: str
    seed: seeds.NextSeed | None
    refers: bool
    why: str


def page_of(person: Contact) -> dict[str, Any]:
    """All of it, for a fixed number of queries."""
    refers = is_referrer(person)
    promised = list(care.open_promises(person.practice).filter(to=person))
    good, of = care.kept_in_time(person)
    return {
        "refers": refers,
        "why": _why_not_asked(person, promised) if refers else "",
        "promises": promised,
        "settled": care.settled_promises(person),
        "in_time": {"good": good, "of": of},
        "agreement": agreements.shown_to(person) if refers else None,
        "earlier": agreements.earlier(person) if refers else [],
        "seed": seeds.next_of(person),
        "sown": seeds.sown_with(person),
        "reading": lessons.reading_of(person) if refers else None,
        "introduction": introduction_of(person),
        "today": clock.today(),
        "now": clock.now(),
    }


def summary_of(person: Contact) -> Summary:
    """The few lines on the person's page."""
    refers = is_referrer(person)
    promised = list(care.open_promises(person.practice).filter(to=person))
    why = _why_not_asked(person, promised) if refers else ""
    found = agreements.in_force(person) if refers else None
    line = (agreements.acknowledged_words(found) or str(agreements.WAITING)) if found else ""
    return Summary(promised, line, seeds.next_of(person), refers, why)


def _why_not_asked(person: Contact, promised: list[Promise]) -> str:
    return care.why_not_asked(person.practice, [person.pk], promised).get(person.pk, "")


def is_referrer(person: Contact) -> bool:
    """Whether this is a client or a partner: somebody who may refer."""
    return any(one.kind in REFERS and one.until is None for one in person.standings.all())


def introduction_of(person: Contact) -> Introduction | None:
    """The open introduction of somebody who was introduced: what is promised to them hangs on it, and the one who
    introduced them is asked for nobody before it is kept."""
    rows = Introduction.objects.filter(prospect=person, is_open=True)
    return rows.select_related("referrer").order_by("-pk").first()
