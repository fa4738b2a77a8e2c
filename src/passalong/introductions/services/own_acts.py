"""What a referrer says on their own page about an introduction of theirs.

It is kept as said, and moves the introduction where its table lets it. Where it does not, because the friend or the
practice were quicker, the referrer reads the same: what they may say depends on what they said, on nothing else.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.compliance.services import consent
from passalong.contacts.models import Contact
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Because, How, Introduction, OwnAct
from passalong.introductions.selectors import own
from passalong.introductions.services.moving import move
from passalong.introductions.services.thanking import thank
from passalong.introductions.stages import Who

REPORTS = ("report a yes", "report a not now", "report a no")
THANKED = {"agree": Because.AGREED, "pass along": Because.PASSED}
LONGEST_AGO = timedelta(days=366)
LEAST_WORDS, MOST_WORDS = 2, 500


@transaction.atomic
def say(*, referrer: Contact, introduction: Introduction, act: str, on: date | None = None, words: str = "") -> OwnAct:
    """Keep one act of this referrer; said again it is said once.

    on: the day it happened, today unless said; words: what the friend said, where the referrer reports an answer.
    Raises Refused for what their page does not offer them, and for a day that is not past or too long ago.
    """
    row = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    before = OwnAct.objects.filter(introduction=row, referrer=referrer, act=act).first()
    if before is not None:
        return before
    if row.practice_id != referrer.practice_id or act not in own.can_say(referrer, row):
        raise Refused(_("This cannot be said any more as things stand now. Nothing was changed."))
    day = on or clock.today()
    if not clock.today() - LONGEST_AGO <= day <= clock.today():
        raise Refused(_("Please give a day that is not in the future, within the last year."), field="on")
    if act == own.REPORT_YES and len(words.split()) < LEAST_WORDS:
        raise Refused(_("Please say in a few words what they said."), field="words")
    said = OwnAct.objects.create(
        practice_id=row.practice_id, introduction=row, referrer=referrer, act=act, on=day, at=clock.now()
    )
    people = [referrer.public_id]
    events.record(row.practice_id, "introductions:said_on_page", subject=row.public_id, people=people, act=act)
    _move(row, said, " ".join(words.split())[:MOST_WORDS])
    if act in THANKED:
        thank(referrer=referrer, because=THANKED[act], about=row)
    return said


def told(*, referrer: Contact, introduction: Introduction, act: str, on: date | None = None) -> OwnAct:
    """Keep what this referrer told the practice, where the introduction has gone on and does not move by it: so their
    page says what they said, whatever the friend did before."""
    now = {"practice_id": introduction.practice_id, "on": on or clock.today(), "at": clock.now()}
    row, _made = OwnAct.objects.get_or_create(introduction=introduction, referrer=referrer, act=act, defaults=now)
    return row


def _move(row: Introduction, said: OwnAct, words: str) -> None:
    """Move the introduction, where it is this referrer's and its table holds the move. Else what was said stays with
    the desk, and with nobody else."""
    if row.referrer_id != said.referrer_id:
        return
    try:
        with transaction.atomic():
            move(introduction=row, act=said.act, who=Who.REFERRER, on=said.on)
            if said.act == own.REPORT_YES:
                about = row.public_id
                consent.grant_reported(person=row.prospect, told_by=said.referrer, words=words, on=said.on, about=about)
            if said.act in REPORTS:
                Introduction.objects.filter(pk=row.pk).update(answered_how=How.REPORTED)
    except Refused:
        return
