"""Words an offer does without: scarcity nobody can check, pressing, and the words of selling.

English, as whole words in folded text. What is missed is for the person who reads the offer before it goes.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from passalong.core.errors import Refused

_SELLING = (
    r"leads?", r"funnels?", r"get rewarded", r"guarante\w*", r"positive reviews?", r"five.star", r"viral\w*",
    r"growth hack\w*",
)  # fmt: skip
_PRESSING = (
    r"hurry", r"act (?:now|fast)", r"today only", r"don'?t miss", r"do not miss", r"before it'?s too late",
    r"before it is too late", r"last chance", r"once in a lifetime", r"deadline", r"urgent\w*", r"now or never",
    r"while (?:it lasts|you can)",
)  # fmt: skip
_SCARCE = (
    r"only", r"last (?:one|place|spot|slot|seat)s?", r"final (?:place|spot|slot|seat)s?",
    r"(?:place|spot|slot|seat)s? (?:left|remaining|going|filling)", r"remaining (?:place|spot|slot|seat)s?",
    r"one (?:place|spot|slot|seat) (?:left|remains)", r"limited (?:place|spot|slot|seat|time|number|offer)s?",
    r"first.come", r"exclusive\w*", r"(?:almost|nearly) full", r"filling (?:up|fast)", r"going fast",
    r"before (?:someone|somebody|anybody|anyone) else", r"before (?:your|the|another) competit\w+",
    r"(?:your|another) competitors? (?:is|are|has|have|will|took|said)", r"instead of you",
)  # fmt: skip
_FAIR = re.compile(rf"(?<!\w)(?:{'|'.join((*_SELLING, *_PRESSING))})(?!\w)")
_TRUE = re.compile(rf"(?<!\w)(?:{'|'.join(_SCARCE)})(?!\w)")


def demand_fair(text: str, *, field: str) -> None:
    """Raise Refused for words that press or sell."""
    if hit := _FAIR.search(_fold(text)):
        raise Refused(_("“%(word)s” presses or sells. Please say it plainly.") % {"word": hit[0]}, field=field)


def demand_true(text: str, *, field: str) -> None:
    """Raise Refused for words that press, sell, or make something scarce that is not."""
    demand_fair(text, field=field)
    if hit := _TRUE.search(_fold(text)):
        words = _("“%(word)s” makes the offer sound scarce. Everybody gets the same; please say it without.")
        raise Refused(words % {"word": hit[0]}, field=field)


def _fold(text: str) -> str:
    """Small letters without accents or signs nobody sees, one kind of apostrophe, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'")
    return " ".join("".join(ch for ch in plain if unicodedata.category(ch) not in ("Mn", "Cf")).split())
