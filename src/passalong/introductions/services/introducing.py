"""Withdraw an introduction, report what a referrer tells of the person, say that somebody became a client, and set the
terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.compliance.services import consent
from passalong.contacts.models import StandingKind
from passalong.contacts.services import standing
from passalong.core import events
from passalong.core.errors import Refused
from passalong.introductions.models import How, Introduction, Stage, Terms, Thanks, ThanksState
from passalong.introductions.services.moving import move, undo
from passalong.introductions.services.own_acts import THANKED
from passalong.introductions.services.thanking import thank
from passalong.introductions.stages import Who

# Least and most of each term: working days, days, months.
LIMITS = {"first_answer_days": (1, 10), "silent_days": (14, 365), "rest_months": (6, 60)}


def withdraw_introduction(*, by: Member, introduction: Introduction) -> None:
    """The client has thought better of it; nothing is held against anybody."""
    move(introduction=introduction, act="withdraw", who=Who.MEMBER, by=by)


@transaction.atomic
def report_yes(*, by: Member, introduction: Introduction, on: date, words: str) -> Grant:
    """The referrer tells that the person they introduce would like to hear from the practice: a reported answer, which
    opens what the referrer takes part in, and one personal reply."""
    if introduction.referrer is None:
        raise Refused(_("It is not known any more who would introduce them."))
    move(introduction=introduction, act="report a yes", who=Who.MEMBER, by=by, on=on)
    Introduction.objects.filter(pk=introduction.pk).update(answered_how=How.REPORTED)
    return consent.grant_reported(
        by=by,
        person=introduction.prospect,
        told_by=introduction.referrer,
        words=words,
        on=on,
        about=introduction.public_id,
    )


@transaction.atomic
def note(*, by: Member, introduction: Introduction, act: str, on: date | None = None, note: str = "") -> None:
    """Any other move, as the desk saw or heard of it. For an act of the client's own the client is thanked at once."""
    before = introduction.stage
    move(introduction=introduction, act=act, who=Who.MEMBER, by=by, on=on, note=note)
    if act in THANKED and introduction.stage != before and introduction.referrer is not None:
        thank(referrer=introduction.referrer, because=THANKED[act], about=introduction, by=by)


def report_refusal(*, by: Member, introduction: Introduction, act: str, on: date | None = None, note: str = "") -> None:
    """The referrer tells of a no or a not now: the introduction ends as by the person's own word, and is marked as
    reported. Only before a yes: nobody takes back by report what a person said themselves."""
    with transaction.atomic():
        move(introduction=introduction, act=act, who=Who.MEMBER, by=by, on=on, note=note)
        Introduction.objects.filter(pk=introduction.pk).update(answered_how=How.REPORTED)


@transaction.atomic
def win(*, by: Member, introduction: Introduction, on: date | None = None, value: Decimal | None = None) -> None:
    """They became a client: they stand among the clients from that day. value: fees a year, as the practice says."""
    move(introduction=introduction, act="win", who=Who.MEMBER, by=by, on=on)
    if value is not None:
        Introduction.objects.filter(pk=introduction.pk).update(value=value)
    if introduction.prospect is not None:
        standing.set_standing(by=by, contact=introduction.prospect, kind=StandingKind.CLIENT, since=on)


@transaction.atomic
def take_back_move(*, by: Member, introduction: Introduction) -> None:
    """Take the last move back; somebody who became a client by it does not stand among the clients any more, and
    its referrer is not thanked for it who was not yet."""
    was_client = introduction.stage == Stage.CLIENT
    undo(introduction=introduction, by=by)
    last = introduction.steps.order_by("-pk").values_list("act", flat=True)[1:2]
    if because := THANKED.get(last[0] if last else ""):
        waiting = Thanks.objects.filter(referrer=introduction.referrer, about=introduction.public_id, because=because)
        waiting.filter(state=ThanksState.DUE).delete()
    if was_client:
        Introduction.objects.filter(pk=introduction.pk).update(value=None)
        if introduction.prospect is not None:
            standing.retract_standing(by=by, contact=introduction.prospect, kind=StandingKind.CLIENT)


@transaction.atomic
def set_terms(
    *, by: Member, first_answer_days: int, silent_days: int, rest_months: int, reminds: bool = False
) -> Terms:
    """What the practice promises people who are introduced. It holds for what happens from now on."""
    demand(by, "accounts.change_practice")
    asked: dict[str, Any] = {"first_answer_days": first_answer_days, "silent_days": silent_days}
    asked["rest_months"] = rest_months
    for field, value in asked.items():
        least, most = LIMITS[field]
        if not least <= value <= most:
            raise Refused(_("Choose between %(least)d and %(most)d.") % {"least": least, "most": most}, field=field)
    terms, _made = Terms.objects.update_or_create(practice=by.practice, defaults=asked | {"reminds": reminds})
    events.record(by.practice_id, "introductions:terms", actor=by.public_id, reminds=reminds, **asked)
    return terms
