"""Where an introduction stands and who may move it: the states and moves as one table.

Whatever moves an introduction asks `after`; what the table does not hold is refused. Nothing here is moved nearer to
contact by the clock, by a page being opened, or by a machine: such moves belong to people, who press a button. The
diagram in docs/concepts/introductions.md is drawn from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.core.errors import Refused


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


@dataclass(frozen=True, slots=True)
class Move:
    """One act: from which stages (empty string: from none, it opens one), to which, by whom, with which outcome."""

    act: str
    before: tuple[str, ...]
    to: Stage
    who: tuple[Who, ...]
    outcome: Outcome | None = None


NONE = ""
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
ACTS = tuple(dict.fromkeys(move.act for move in MOVES))
# How near to being contacted each stage is; ends are as far away as nothing at all.
NEARNESS: dict[str, int] = {NONE: 0, Stage.CLOSED: 0} | {stage: at for at, stage in enumerate((*OPEN, Stage.CLIENT), 1)}


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done next at a stage. words: as the card says; days: by when, in days after the stage was
    reached; None where a date is set by other means (the promised first answer) or nothing is due."""

    words: Promise
    days: int | None


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


def move_of(act: str, stage: str, who: Who) -> Move:
    """The move of this act from here; raises Refused when the table does not hold it for this one, or from there."""
    for move in MOVES:
        if move.act == act and stage in move.before and who in move.who:
            return move
    raise Refused(_("This cannot be done as the introduction stands now."))


def undo_of(act: str, before: str, to: str) -> Move:
    """The move that takes this one back; raises Refused where the table holds none."""
    for move in MOVES:
        if act in UNDONE and move.act == UNDO and move.before == (to,) and move.to == before:
            return move
    raise Refused(_("This cannot be taken back. What it did is on record; go on from here."))


def may(act: str, stage: str, who: Who) -> bool:
    """Whether the table holds it."""
    return any(move.act == act and stage in move.before and who in move.who for move in MOVES)


def mermaid() -> str:
    """The table as a diagram, without what is taken back."""
    lines = ["stateDiagram-v2"]
    for move in _FORWARD:
        label = f"{move.act} ({', '.join(move.who)})"
        lines += [f"    {before or '[*]'} --> {move.to}: {label}" for before in move.before]
    return "\n".join([*lines, "    client --> [*]", "    closed --> [*]"])


def table() -> str:
    """The table as Markdown."""
    rows = ["| act | from | to | by | outcome |", "|---|---|---|---|---|"]
    for move in _FORWARD:
        before = ", ".join(one or "(none)" for one in move.before)
        rows.append(f"| {move.act} | {before} | {move.to} | {', '.join(move.who)} | {move.outcome or ''} |")
    rows.append(f"| {UNDO} of {', '.join(UNDONE)} | where it led | where it came from | {Who.MEMBER} | |")
    return "\n".join(rows)
