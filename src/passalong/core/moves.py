"""A table of stages and moves, as a room fills it in: what the table does not hold is refused.

A room writes its stages, who may move, and its moves in `stages.py`, and the words of each act in `acts.py`; asking the
table, drawing it for the docs, and what a move writes besides the row itself are the same everywhere and stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from passalong.core import events
from passalong.core.errors import Refused
from passalong.core.models import Staged, StagedStep

NONE = ""  # the stage of what is not there yet


@dataclass(frozen=True, slots=True)
class Move:
    """One act: from which stages (NONE: from none, it opens one), to which, by whom, with which outcome."""

    act: str
    before: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done next at a stage. words: as the card says; days: by when, in days after the stage was reached;
    None where a date is set by other means or nothing is due."""

    words: Promise
    days: int | None


@dataclass(frozen=True, slots=True)
class Act:
    """button: as it is pressed; done: as it is told afterwards; hint: what follows, where one might wonder."""

    button: Promise
    done: Promise
    hint: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All moves of one kind of row. ends: stages at which a row is no longer open; refusal: what is said to whoever
    asks for a move that is not here."""

    moves: tuple[Move, ...]
    ends: tuple[str, ...]
    refusal: Promise

    @property
    def acts(self) -> tuple[str, ...]:
        """Every act once, as they stand."""
        return tuple(dict.fromkeys(move.act for move in self.moves))

    def acts_at(self, stage: str, who: str) -> list[str]:
        """What this one may do from here."""
        return [move.act for move in self.moves if stage in move.before and who in move.who]

    def may(self, act: str, stage: str, who: str) -> bool:
        """Whether the table holds it."""
        return act in self.acts_at(stage, who)

    def move_of(self, act: str, stage: str, who: str) -> Move:
        """The move of this act from here; raises Refused when the table does not hold it for this one or from there."""
        for move in self.moves:
            if move.act == act and stage in move.before and who in move.who:
                return move
        raise Refused(str(self.refusal))

    def mermaid(self) -> str:
        """The table as a diagram."""
        lines = ["stateDiagram-v2"]
        for move in self.moves:
            label = f"{move.act} ({', '.join(move.who)})"
            lines += [f"    {before or '[*]'} --> {move.to}: {label}" for before in move.before]
        return "\n".join([*lines, *(f"    {end} --> [*]" for end in self.ends)])

    def table(self) -> str:
        """The table as Markdown."""
        rows = ["| act | from | to | by | outcome |", "|---|---|---|---|---|"]
        for move in self.moves:
            before = ", ".join(one or "(none)" for one in move.before)
            rows.append(f"| {move.act} | {before} | {move.to} | {', '.join(move.who)} | {move.outcome or ''} |")
        return "\n".join(rows)


def reached_before(row: Staged, last: StagedStep) -> datetime:
    """When the stage from which its last step led was reached."""
    found = row.steps.filter(to=last.before, pk__lt=last.pk).order_by("-pk").first()
    return found.at if found else row.created_at


def write_step(row: Staged, before: str, made: Move, *, who: str, member: str, note: str, at: datetime) -> None:
    """Keep the step by which a saved row came to where it stands. member: public id, empty where it was nobody's."""
    row.steps.create(
        practice_id=row.practice_id,
        act=made.act,
        before=before,
        to=made.to,
        who=who,
        member=member,
        note=note[:500],
        at=at,
    )


def record_move(row: Staged, made: Move, *, room: str, who: str, member: str, people: list[str]) -> None:
    """Put the move on record, by the room's own kind of event for this act. people: public ids."""
    events.record(
        row.practice_id,
        f"{room}:{made.act.replace(' ', '_')}",
        actor=member,
        subject=row.public_id,
        people=people,
        who=str(who),
        to=str(made.to),
    )
