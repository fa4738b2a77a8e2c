"""How an introduction stands for its referrer: told from what they themselves said and did, and nothing else.

Where the introduction really stands may tell what the friend did. So it is not asked: the acts that the referrer did,
or told the practice, are played through a table of their own. An act of the friend, of the clock, or of the practice
towards the friend is not among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Seen(StrEnum):
    """Where it stands in the referrer's own eyes."""

    NOTHING = ""
    ASKED = "asked"
    AGREED = "agreed"
    PASSED = "passed"
    YES = "yes"
    INTRODUCED = "introduced"
    NO = "no"
    NOT_NOW = "not_now"
    RATHER_NOT = "rather_not"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Act:
    """One act on an introduction. day: on which it happened, as they say; at: when it was written down. theirs: the
    referrer did it, or told the practice, or was asked; hidden acts hold a place so that `undo` finds its own."""

    act: str
    day: date
    at: datetime
    theirs: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands for them; since which day, as they say; and when that was written down."""

    seen: Seen
    since: date | None = None
    at: datetime | None = None


_OPEN = (Seen.AGREED, Seen.PASSED)
AFTER: dict[str, tuple[tuple[Seen, ...], Seen]] = {
    "ask": ((Seen.NOTHING,), Seen.ASKED),
    "agree": ((Seen.NOTHING, Seen.ASKED), Seen.AGREED),
    "pass along": ((Seen.AGREED,), Seen.PASSED),
    "report a yes": (_OPEN, Seen.YES),
    "report a no": (_OPEN, Seen.NO),
    "report a not now": (_OPEN, Seen.NOT_NOW),
    "introduce": ((Seen.YES,), Seen.INTRODUCED),
    "rather not": ((Seen.ASKED,), Seen.RATHER_NOT),
    "withdraw": ((Seen.ASKED, *_OPEN, Seen.YES), Seen.WITHDRAWN),
}
UNDO = "undo"
OVER = (Seen.NO, Seen.NOT_NOW, Seen.RATHER_NOT, Seen.WITHDRAWN)

# What the referrer can say at each: act, and the words of its button.
CAN_SAY: dict[Seen, tuple[tuple[str, Promise], ...]] = {
    Seen.ASKED: (("agree", _("Yes, I will introduce them")), ("rather not", _("I would rather not"))),
    Seen.AGREED: (
        ("pass along", _("I passed it along")),
        ("report a yes", _("They said yes")),
        ("report a not now", _("They said not now")),
        ("report a no", _("They said no")),
        ("withdraw", _("I have thought better of it")),
    ),
    Seen.PASSED: (
        ("report a yes", _("They said yes")),
        ("report a not now", _("They said not now")),
        ("report a no", _("They said no")),
        ("withdraw", _("I have thought better of it")),
    ),
    Seen.YES: (("introduce", _("I have introduced you")), ("withdraw", _("I have thought better of it"))),
}

# With a name that may stand there, and without.
WORDS: dict[Seen, tuple[Promise, Promise]] = {
    Seen.ASKED: (_("Would you introduce us to %(name)s?"), _("Would you introduce us to the person we spoke of?")),
    Seen.AGREED: (_("You would introduce us to %(name)s."), _("You would introduce us to somebody.")),
    Seen.PASSED: (_("You passed it along to %(name)s."), _("You passed it along to somebody.")),
    Seen.YES: (_("You told us that %(name)s said yes."), _("You told us that they said yes.")),
    Seen.INTRODUCED: (_("You introduced us to %(name)s."), _("You introduced us to somebody.")),
    Seen.NO: (_("You told us that %(name)s said no."), _("You told us that they said no.")),
    Seen.NOT_NOW: (_("You told us that %(name)s said not now."), _("You told us that they said not now.")),
    Seen.RATHER_NOT: (_("You would rather not introduce us to %(name)s."), _("You would rather not.")),
    Seen.WITHDRAWN: (_("You thought better of introducing us to %(name)s."), _("You thought better of it.")),
}


def played(acts: Iterable[Act]) -> Standing:
    """Where it stands after these acts, in the order in which they were written down. One the table does not hold is
    passed over; `undo` takes back the one before it, whether that one shows or not."""
    path = [Standing(Seen.NOTHING)]
    for one in acts:
        if one.act == UNDO:
            path = path[:-1] if len(path) > 1 else path
            continue
        before, to = AFTER.get(one.act, ((), Seen.NOTHING))
        holds = one.theirs and path[-1].seen in before
        path.append(Standing(to, one.day, one.at) if holds else path[-1])
    return path[-1]


def sentence(standing: Standing, name: str) -> str:
    """How it stands, in one sentence to the referrer. name: empty where none may stand there."""
    named, nameless = WORDS[standing.seen]
    return str(named) % {"name": name} if name else str(nameless)
