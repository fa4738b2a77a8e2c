"""What waits for an act, for Today: one section a kind, each a few lines from the room that knows. A fixed number of
queries whatever there is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.core.due import Due
from passalong.interviews.selectors import board as interviews
from passalong.interviews.selectors.partners import touches_due
from passalong.introductions.selectors import board, care, seeds, thanks, troubles, updates

SHOWN = 5  # lines of a section; one more is asked for, to know whether there are more


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind. more: address of all of them, empty where the lines are all there are. is_calm: their day is
    the first on which they fit, and passing it is no fault."""

    key: str
    title: str | Promise
    lines: tuple[Due, ...]
    more: str = ""
    is_calm: bool = False


def sections(practice: Practice) -> list[Section]:
    """What waits, kinds without a line left out. What went wrong stands first, then people who wait for an answer."""
    asked = SHOWN + 1
    found = (
        _section("troubles", __("To be put right"), troubles.open(practice, asked), "introductions:list"),
        _section("next", __("Introductions: what is next"), board.next_acts(practice, asked), "introductions:list"),
        _section("interviews", __("Interviews next"), interviews.next_acts(practice, asked), "interviews:list"),
        _section("partners", __("Partners to be in touch with"), touches_due(practice, asked), "interviews:partners"),
        _section("promises", __("Promised"), care.promises_due(practice, asked), "introductions:promises"),
        _section("thanks", __("To thank"), thanks.due(practice, asked), "introductions:thanked"),
        _section("news", __("To tell"), updates.due(practice, asked), "introductions:news"),
        _section("silent", __("Asked, and heard nothing"), care.silent(practice, asked), "introductions:silent"),
        _section("seeds", __("To say when you next speak"), seeds.to_say(practice, asked), "introductions:seeds", True),
    )
    return [one for one in found if one.lines]


def _section(key: str, title: Promise, lines: list[Due], more: str, is_calm: bool = False) -> Section:
    return Section(key, title, tuple(lines[:SHOWN]), reverse(more) if len(lines) > SHOWN else "", is_calm)
