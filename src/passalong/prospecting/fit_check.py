"""Does working by referral suit this practice, and what should be mended first? (M2)

Ten statements, each true or not. The rule is plain and shown: eight or more true, and all four that everything else
rests on, means yes. Otherwise not yet, and the two to mend first are the missing ones in order of weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Question:
    """One statement; `must` marks those everything rests on, `mend` says what to do when it is not true."""

    id: str
    text: _StrPromise
    mend: _StrPromise
    must: bool = False


QUESTIONS: tuple[Question, ...] = (
    Question(
        "served_well",
        _("Most of our clients would say today that we serve them well."),
        _("Ask five clients what went well and what did not, and put right what you hear before you ask for names."),
        must=True,
    ),
    Question(
        "know_ideal",
        _("We can say in two sentences whom we help best and with what problem."),
        _("Write down your three best clients and what they have in common: that is your ideal client."),
        must=True,
    ),
    Question(
        "meet_clients",
        _("We meet or call each good client at least once a year."),
        _("Book a review meeting with each good client this quarter: introductions are made in conversation."),
        must=True,
    ),
    Question(
        "promises_kept",
        _("We keep what we promise clients: dates, calls back, documents."),
        _("List every open promise to clients and keep them first. An ask before that costs more than it brings."),
        must=True,
    ),
    Question(
        "have_capacity",
        _("We could take on ten more clients like our best without serving anyone worse."),
        _("Free the time first: decide which work you stop doing or hand on."),
    ),
    Question(
        "first_step",
        _("There is a first step with us that costs nothing and helps even those who never become clients."),
        _("Turn what you explain in every first meeting into two pages worth passing along."),
    ),
    Question(
        "one_person",
        _("One person here answers for referrals and has an hour a week for it."),
        _("Name that person and put the hour in the calendar."),
    ),
    Question(
        "rules_known",
        _("We know what our profession allows us to say, give and promise about referrals."),
        _("Read your profession's rules once, or ask your compliance officer, before anything is offered."),
    ),
    Question(
        "contacts_at_hand",
        _("Our contacts are in a file or program we can export."),
        _("Export your address book or your LinkedIn connections: that is enough to begin."),
    ),
    Question(
        "patience",
        _("We will give this six months before we judge it."),
        _("Begin when you can: introductions ripen over months, not days."),
    ),
)

RULE = _(
    "The rule: eight of the ten true, and among them the four that everything rests on (clients are served well, "
    "you know whom you help best, you meet your clients, you keep your promises)."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """suits, how many of the ten are true, and at most two questions to mend first."""

    suits: bool
    true: int
    fix_first: tuple[Question, ...]


def judge(answers: Mapping[str, bool]) -> Verdict:
    """The plain answer to the ten questions; a question without an answer counts as not true."""
    missing = [q for q in QUESTIONS if not answers.get(q.id)]
    true = len(QUESTIONS) - len(missing)
    suits = true >= ENOUGH and not any(q.must for q in missing)
    first = sorted(missing, key=lambda q: not q.must)  # stable: the musts in their order, then the rest
    return Verdict(suits, true, () if suits else tuple(first[:2]))
