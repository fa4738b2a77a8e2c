"""Words that stand in nothing we ask of anybody: rewards, promises, urgency, invented scarcity, praise made to order.

A guest is asked in plain words. What people say about a practice is theirs; asking for praise, or paying for it, is
against the rules of most professions and places (FTC, 16 CFR 465)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from passalong.core.errors import Refused

_PLACE = r"(places?|spots?|slots?|seats?)"
_NEVER = (
    *(r"rewards?", r"rewarded", r"guarante\w*", r"leads", r"funnels?", r"viral", r"urgent", r"hurry", r"act now"),
    r"(positive|good|great|glowing|five[- ]star|5[- ]star) (reviews?|words|feedback|testimonials?)",
    *(r"say something nice", r"last chance", r"limited (time|offer|places|spots)", r"do(n't| not) miss"),
    rf"only (\d+|one|two|three|four|five|a few) (more )?{_PLACE}",
    *(rf"last {_PLACE}", rf"{_PLACE} left", r"before it is too late"),
)
_FOUND = re.compile(r"\b(?:" + "|".join(_NEVER) + r")\b", re.IGNORECASE)


def not_plain(text: str) -> str:
    """The first words of the text that have no place in a request; empty where it is plain."""
    found = _FOUND.search(text)
    return found[0] if found else ""


def demand_plain(text: str, *, field: str) -> None:
    """Raise Refused, naming the words, where a request is not plain."""
    if words := not_plain(text):
        say = _("Please say it without “%(words)s”: no rewards, promises, urgency, or praise asked for.")
        raise Refused(say % {"words": words}, field=field)
