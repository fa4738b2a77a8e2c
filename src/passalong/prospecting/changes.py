"""What became of the order since this client's last gameplan was taken into a meeting. For the desk only.

Compared are two lists of open names, each with its chance: the one kept with the last meeting sheet and today's. Names
that were asked about since are taken out of the earlier one first, so that moving up because others were asked does
not look like having been learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.prospecting import selectors
from passalong.prospecting.gameplan import Gameplan, Place, Prompt

SEEN = 0.02  # chances are told in whole percent: a point or so is no news
NEW, UP, DOWN, STILL = "new", "up", "down", ""


@dataclass(frozen=True, slots=True)
class Move:
    """How one name stood then and stands now. Places count from 1; `before` and `p_before` are 0 for a new name."""

    name: str
    kind: str
    before: int
    now: int
    p_before: float
    p_now: float

    @property
    def is_other_chance(self) -> bool:
        return self.kind != NEW and abs(self.p_now - self.p_before) >= SEEN


@dataclass(frozen=True, slots=True)
class Changes:
    """Answers given in the practice since the last gameplan of this client, and every open name's move."""

    answers: int
    since: date
    moves: dict[str, Move]  # by public id of the wish-list entry
    shown: int  # so many of the names are on the list today
    wanted: int  # and so many it had room for
    is_shorter: bool  # names of the last list were asked about since

    def of(self, prompt: Prompt) -> Move | None:
        """The move of a prompt."""
        return self.moves.get(prompt.entry.public_id)

    @property
    def line(self) -> str:
        """All of it in one sentence."""
        said = ngettext(
            "%(count)d answer since the last gameplan (%(day)s)",
            "%(count)d answers since the last gameplan (%(day)s)",
            self.answers,
        ) % {"count": self.answers, "day": date_format(self.since, "DATE_FORMAT")}
        return _("%(answers)s: %(what)s.") % {"answers": said, "what": ", ".join(self._parts())}

    def _parts(self) -> list[str]:
        moves = sorted(self.moves.values(), key=lambda move: move.now)
        new = sum(move.kind == NEW for move in moves[: self.shown])
        parts = [ngettext("%(count)d name is new", "%(count)d names are new", new) % {"count": new}] if new else []
        rise = max((m for m in moves[: self.shown] if m.kind == UP), key=lambda m: m.before - m.now, default=None)
        falls = [m for m in moves if m.kind == DOWN and min(m.before, m.now) <= self.wanted]
        fall = max(falls, key=lambda m: m.now - m.before, default=None)
        parts += [_rose(rise)] if rise else []
        parts += [_fell(fall)] if fall else []
        if not parts:
            moved = any(m.is_other_chance for m in moves[: self.shown])
            return [_("the order is as it was, the chances moved") if moved else _("nothing on this list moved")]
        if self.is_shorter and (rise or fall):
            parts[-1] += " " + _("(places among the names still open)")
        return parts


def _rose(move: Move) -> str:
    return _("%(name)s moved up from place %(before)d to %(now)d") % _words(move)


def _fell(move: Move) -> str:
    return _("%(name)s moved down from place %(before)d to %(now)d") % _words(move)


def _words(move: Move) -> dict[str, object]:
    return {"name": move.name, "before": move.before, "now": move.now}


def changes_of(plan: Gameplan) -> Changes | None:
    """What to say on the client's gameplan; None when no answer was given since the last one, or there was none."""
    last = selectors.last_plan(plan.client)
    if last is None or last.planned_at is None:
        return None
    answers = selectors.answers_since(last)
    if not answers:
        return None
    return Changes(
        answers=answers,
        since=localtime(last.planned_at).date(),
        moves=moves_of([(str(key), float(p)) for key, p in last.order], plan.order),
        shown=len(plan.prompts),
        wanted=plan.wanted,
        is_shorter=not {key for key, _p in last.order} <= {place.key for place in plan.order},
    )


def moves_of(earlier: Sequence[tuple[str, float]], today: Sequence[Place]) -> dict[str, Move]:
    """Every name of today's order held against the earlier one; those no longer open are passed over there."""
    still_open = {place.key for place in today}
    before = {key: (n, p) for n, (key, p) in enumerate(((k, p) for k, p in earlier if k in still_open), start=1)}
    moves, known = {}, 0
    for now, place in enumerate(today, start=1):
        known += place.key in before
        then, p = before.get(place.key, (0, 0.0))
        less = p - place.p >= SEEN
        moves[place.key] = Move(place.name, _kind(then, now, known, is_less=less), then, now, p, place.p)
    return moves


def _kind(before: int, now: int, among_known: int, *, is_less: bool) -> str:
    """A name fell when its chance did and a name of the earlier list passed it; to be pushed down by a new name, or
    by one that rose, says nothing of the name itself."""
    if not before:
        return NEW
    if now < before:
        return UP
    return DOWN if is_less and among_known > before else STILL
