"""Where an introduction stands and who may move it: the states and moves as one table.

Whatever moves an introduction asks `after`; what the table does not hold is refused. Nothing here is moved nearer to
contact by the clock, by a page being opened, or by a machine: such moves belong to people, who press a button. The
diagram in docs/concepts/introductions.md is drawn from this table.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.core.errors import Refused
from passalong.core.moves import NONE, Move, Next, Table


class Stage(TextChoices):
    IDEA = "idea", __("To be asked for")
    ASKED = "asked", __("Asked")
    AGREED = "agreed", __("Agreed with the client")
    PASSED = "passed", __("Passed along")
    ANSWERED = "answered", __("Said yes")
    INTRODUCED = "introduced", __("Introduced")
    GREETED = "greeted", __("First answered")
    MET = "met", __("Met")
    CLIENT = "client", __("Client")
    CLOSED = "closed", __("Closed")


class Outcome(TextChoices):
    """Why a closed introduction is closed."""

    RATHER_NOT = "rather_not", __("The client would rather not")
    WITHDRAWN = "withdrawn", __("Withdrawn")
    NO = "no", __("Said no")
    NOT_NOW = "not_now", __("Said not now")
    SILENT = "silent", __("Never answered")
    TAKEN_BACK = "taken_back", __("Took the yes back")
    LOST = "lost", __("Did not become a client")
    FORGOTTEN = "forgotten", __("Forgotten, as they asked")


class Who(StrEnum):
    """Who may move it. The clock can only let it end."""

    MEMBER = "practice"
    REFERRER = "referrer"
    PERSON = "the person"
    CLOCK = "clock"


_BEFORE_YES = (Stage.IDEA, Stage.ASKED, Stage.AGREED, Stage.PASSED)
_AFTER_YES = (Stage.ANSWERED, Stage.INTRODUCED, Stage.GREETED, Stage.MET)
OPEN = (*_BEFORE_YES, *_AFTER_YES)
_DESK, _BOTH = (Who.MEMBER,), (Who.MEMBER, Who.REFERRER)

_FORWARD: tuple[Move, ...] = (
    Move("plan", (NONE,), Stage.IDEA, _DESK),
    Move("ask", (NONE, Stage.IDEA), Stage.ASKED, _DESK),
    Move("agree", (NONE, Stage.IDEA, Stage.ASKED), Stage.AGREED, _BOTH),
    Move("pass along", (Stage.AGREED,), Stage.PASSED, _BOTH),
    Move("answer yes", (NONE, *_BEFORE_YES), Stage.ANSWERED, (Who.PERSON,)),
    Move("report a yes", (Stage.AGREED, Stage.PASSED), Stage.ANSWERED, _BOTH),
    Move("introduce", (Stage.ANSWERED,), Stage.INTRODUCED, _BOTH),
    Move("first answer", (Stage.ANSWERED, Stage.INTRODUCED), Stage.GREETED, _DESK),
    Move("meet", (Stage.INTRODUCED, Stage.GREETED), Stage.MET, _DESK),
    Move("win", (Stage.GREETED, Stage.MET), Stage.CLIENT, _DESK),
    Move("rather not", (Stage.IDEA, Stage.ASKED), Stage.CLOSED, _BOTH, Outcome.RATHER_NOT),
    Move("withdraw", OPEN, Stage.CLOSED, _BOTH, Outcome.WITHDRAWN),
    Move("answer no", OPEN, Stage.CLOSED, (Who.PERSON,), Outcome.NO),
    Move("answer not now", OPEN, Stage.CLOSED, (Who.PERSON,), Outcome.NOT_NOW),
    Move("report a no", (Stage.AGREED, Stage.PASSED), Stage.CLOSED, _BOTH, Outcome.NO),
    Move("report a not now", (Stage.AGREED, Stage.PASSED), Stage.CLOSED, _BOTH, Outcome.NOT_NOW),
    Move("take back", _AFTER_YES, Stage.CLOSED, (Who.PERSON, Who.MEMBER), Outcome.TAKEN_BACK),
    Move("lose", _AFTER_YES, Stage.CLOSED, _DESK, Outcome.LOST),
    Move("forget", OPEN, Stage.CLOSED, (Who.PERSON,), Outcome.FORGOTTEN),
    Move("lapse", (Stage.ASKED, Stage.AGREED, Stage.PASSED), Stage.CLOSED, (Who.CLOCK,), Outcome.SILENT),
)
UNDO = "undo"
# What the practice may take back within a day: moves of its own that told nobody anything and kept no consent.
UNDONE = ("ask", "agree", "pass along", "introduce", "first answer", "meet", "win", "rather not", "lose")
MOVES: tuple[Move, ...] = (
    *_FORWARD,
    *dict.fromkeys(
        Move(UNDO, (move.to,), Stage(before), _DESK)
        for move in _FORWARD
        if move.act in UNDONE
        for before in move.before
        if before != NONE
    ),
)
TABLE = Table(
    MOVES,
    ends=(Stage.CLIENT, Stage.CLOSED),
    refusal=__("This cannot be done as the introduction stands now."),
)
_DRAWN = replace(TABLE, moves=_FORWARD)  # without what is taken back
ACTS, may, move_of, mermaid = TABLE.acts, TABLE.may, TABLE.move_of, _DRAWN.mermaid
# How near to being contacted each stage is; ends are as far away as nothing at all.
NEARNESS: dict[str, int] = {NONE: 0, Stage.CLOSED: 0} | {stage: at for at, stage in enumerate((*OPEN, Stage.CLIENT), 1)}

NEXT: dict[str, Next] = {
    Stage.IDEA: Next(__("Ask for it at the next meeting"), None),
    Stage.ASKED: Next(__("Hear what the client says"), 14),
    Stage.AGREED: Next(__("See that the client has what it takes to pass the kit along"), 7),
    Stage.PASSED: Next(__("Wait for the answer; nobody is contacted"), None),
    Stage.ANSWERED: Next(__("Answer them"), None),
    Stage.INTRODUCED: Next(__("Answer them"), None),
    Stage.GREETED: Next(__("Agree on a time to meet"), 7),
    Stage.MET: Next(__("Say how it went on"), 14),
}


def undo_of(act: str, before: str, to: str) -> Move:
    """The move that takes this one back; raises Refused where the table holds none."""
    for move in MOVES:
        if act in UNDONE and move.act == UNDO and move.before == (to,) and move.to == before:
            return move
    raise Refused(_("This cannot be taken back. What it did is on record; go on from here."))


def table() -> str:
    """The table as Markdown."""
    return f"{_DRAWN.table()}\n| {UNDO} of {', '.join(UNDONE)} | where it led | where it came from | {Who.MEMBER} | |"
