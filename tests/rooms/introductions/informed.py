"""Somebody who said yes, how it went on, and what they allowed; for tests of keeping a referrer informed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests import make
from tests.rooms.introductions.cast import Passed

from passalong.compliance.models import Grant
from passalong.core import clock
from passalong.introductions.models import Introduction, Trouble
from passalong.introductions.selectors import updates
from passalong.introductions.services import move, troubles
from passalong.introductions.stages import Who

HOME = "/introductions/news/"
WRONG = {
    "what": "We sent the wrong papers.",
    "cause": "Two files lay together.",
    "remedy": "The right ones went today.",
}


def days_on(settings: Any, days: float) -> None:
    settings.CLOCK_OFFSET = timedelta(days=days).total_seconds()


def friend(passed: Passed, name: str = "Jo Lind", reach: str = "jo@lind.example") -> Introduction:
    """Somebody who said yes on the kit page."""
    reply = passed.answers(name=name, reach=reach)
    return Introduction.objects.select_related("referrer", "reply").get(reply=reply)


def met(passed: Passed, found: Introduction, *, client: bool = False) -> Introduction:
    """How it goes on, by the practice's own acts."""
    for act in ("first answer", "meet", *(["win"] if client else [])):
        move(introduction=found, act=act, who=Who.MEMBER, by=passed.by)
    return found


def allows(passed: Passed, found: Introduction, *scope: str) -> Grant:
    assert found.reply
    return passed.granted(found.reply, *scope)


def lines(passed: Passed) -> list[str]:
    return [one.line for one in updates.due(passed.practice)]


def home(passed: Passed) -> str:
    return re.sub(r"\s+", " ", make.browser(passed.by).get(HOME).content.decode())


def wrong(passed: Passed, found: Introduction, **said: str) -> Trouble:
    words: dict[str, Any] = {**WRONG, **said}
    return troubles.note(by=passed.by, introduction=found, due_on=clock.today() + timedelta(days=3), **words)
