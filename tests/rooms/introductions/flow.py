"""Introductions at every stage, moved there as people move them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.introductions.models import Introduction, Stage
from passalong.introductions.services import moving
from passalong.introductions.services.opening import open_introduction
from passalong.introductions.stages import Who

MEMBER, REFERRER, PERSON, CLOCK = Who.MEMBER, Who.REFERRER, Who.PERSON, Who.CLOCK
# By which acts, and by whom, an introduction comes to a stage.
WAY: dict[str, tuple[tuple[str, Who], ...]] = {
    Stage.IDEA: (("plan", MEMBER),),
    Stage.ASKED: (("ask", MEMBER),),
    Stage.AGREED: (("agree", MEMBER),),
    Stage.PASSED: (("agree", MEMBER), ("pass along", REFERRER)),
    Stage.ANSWERED: (("agree", MEMBER), ("pass along", REFERRER), ("answer yes", PERSON)),
    Stage.INTRODUCED: (("agree", MEMBER), ("answer yes", PERSON), ("introduce", MEMBER)),
    Stage.GREETED: (("agree", MEMBER), ("answer yes", PERSON), ("first answer", MEMBER)),
    Stage.MET: (("agree", MEMBER), ("answer yes", PERSON), ("first answer", MEMBER), ("meet", MEMBER)),
    Stage.CLIENT: (("agree", MEMBER), ("answer yes", PERSON), ("first answer", MEMBER), ("win", MEMBER)),
    Stage.CLOSED: (("agree", MEMBER), ("withdraw", MEMBER)),
}


def at(
    stage: str, by: Member, *, referrer: Contact | None = None, prospect: Contact | None = None, **more: Any
) -> Introduction:
    """An introduction that has come to this stage."""
    (act, _who), *rest = WAY[stage]
    found = open_introduction(
        by=by, referrer=referrer or make.client(by), prospect=prospect or make.contact(by), act=act, **more
    )
    for act, who in rest:
        go(found, act, who, by)
    return found


def go(found: Introduction, act: str, who: Who, by: Member | None = None, on: date | None = None) -> Introduction:
    """One move."""
    return moving.move(introduction=found, act=act, who=who, by=by if who is Who.MEMBER else None, on=on)
