"""Whoever never answers is forgotten on the stated day. The introduction stays as a row that names nobody: it counts.

Somebody known only because a client named them, or from their own page, is erased everywhere. Somebody the practice
had on file before stays there; what the introduction brought goes.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q, QuerySet

from passalong.contacts.models import Contact, StandingKind
from passalong.contacts.person import person_of
from passalong.core import clock, erasing, events
from passalong.core.errors import Refused
from passalong.introductions import parting
from passalong.introductions.models import Introduction, Outcome, Stage
from passalong.introductions.services.moving import BY_CLIENT, move
from passalong.introductions.stages import Who

AT_ONCE = 500  # in one night: an erasure looks through everything there is
WHY = "never answered"

log = logging.getLogger("passalong.introductions")


def due() -> QuerySet[Introduction]:
    """Introductions whose person did not answer by the stated day, the oldest first; those a hold kept once more."""
    waiting = Q(is_open=True, stage__in=(Stage.AGREED, Stage.PASSED))
    kept = Q(stage=Stage.CLOSED, outcome=Outcome.SILENT)
    return Introduction.objects.filter(waiting | kept, forget_on__lte=clock.today()).order_by("forget_on", "pk")


def forget_silent() -> int:
    """Forget them, each in a transaction of its own. Returns how many went; what a hold keeps is tried again."""
    gone = 0
    for pk in list(due().values_list("pk", flat=True)[:AT_ONCE]):
        gone += _forget(pk)
    if gone:
        log.info("%s people never answered and are forgotten.", gone)
    return gone


def end_where_left_alone() -> int:
    """End what is open about people who objected on their privacy page: it is a no of their own. Returns how many."""
    objected = Introduction.objects.filter(is_open=True, prospect__objected_at__isnull=False)
    found = list(objected.order_by("pk")[:AT_ONCE])
    ended = 0
    for row in found:
        try:
            move(introduction=row, act="answer no", who=Who.PERSON)
        except Refused:  # closed at this very moment
            continue
        ended += 1
    return ended


@transaction.atomic
def _forget(pk: int) -> bool:
    row = due().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:  # answered meanwhile
        return False
    if row.is_open:
        move(introduction=row, act="lapse", who=Who.CLOCK)
    person = row.prospect
    if person is None:
        parting.empty(row)
        return True
    if erasing.holding_all(person_of(person)):
        return False
    if _only_from_here(person, row):
        erasing.erase(person_of(person), why=WHY)
    parting.empty(Introduction.objects.get(pk=pk))
    events.record(row.practice_id, "introductions:forgotten", subject=row.public_id)
    return True


def _only_from_here(person: Contact, row: Introduction) -> bool:
    """Whether nothing but this introduction brought the person on file."""
    stands = person.standings.exclude(kind=StandingKind.PROSPECT).exists()
    others = Introduction.objects.filter(Q(prospect=person) | Q(referrer=person)).exclude(pk=row.pk)
    return person.source in BY_CLIENT and not stands and not others.exists()
