"""Verbs on asks that met silence: found by the clock, one follow-up that asks for less, then let go for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions import asking_less
from passalong.introductions.models import Introduction, SilentAsk, Stage
from passalong.introductions.selectors import care
from passalong.introductions.services.moving import MAY, move
from passalong.introductions.stages import Who
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import composing

# How long a client's silence is no silence yet, after the ask and after the word that they will.
WAIT: dict[str, timedelta] = {Stage.ASKED: timedelta(days=21), Stage.AGREED: timedelta(days=28)}
AFTER_FOLLOW_UP = timedelta(days=21)
MOST_AT_ONCE = 500


class How(StrEnum):
    MAIL = "mail"
    CALL = "call"
    NONE = "none"


def find(practice: Practice) -> int:
    """Write down which asks have met silence; returns how many are new. By the clock, and nobody is moved by it."""
    now, new = clock.now(), 0
    is_silent = Q()
    for stage, wait in WAIT.items():
        is_silent |= Q(stage=stage, stage_at__lte=now - wait)
    rows = Introduction.objects.filter(is_silent, practice=practice, is_open=True, silence=None)
    for row in rows.filter(referrer__isnull=False).select_related("referrer").order_by("pk")[:MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                SilentAsk.objects.create(practice=practice, introduction=row, found_at=now)
                people = [row.referrer.public_id] if row.referrer else []
                events.record(practice.pk, "introductions:silence_found", subject=row.public_id, people=people)
        except IntegrityError:  # another host found it at the same moment
            continue
        new += 1
    return new


@transaction.atomic
def follow_up(*, by: Member, ask: SilentAsk, how: str) -> Message | None:
    """The one follow-up: a mail that is drafted and shown before it goes (returned), a call, or none.

    Raises Refused for a second one, for a client who answered meanwhile, who may not be asked now, or, for a mail, has
    no address.
    """
    demand(by, MAY)
    row = SilentAsk.objects.select_for_update(of=("self",)).select_related("introduction__referrer").get(pk=ask.pk)
    found = row.introduction
    demand_own(by, row, found)
    client = found.referrer
    if client is None or not found.is_open or found.stage not in WAIT:
        raise Refused(_("This was answered meanwhile. Nothing was done."))
    if row.followed_at is not None:
        raise Refused(_("There was a follow-up already. Nobody asks about this name again."))
    way = How(how) if how in set(How) else None
    if way is None:
        raise Refused(_("Choose one of the ways."), field="how")
    message = None
    if way is not How.NONE:
        may, why = care.may_be_asked(client)
        if not may:
            raise Refused(why)
        message = _draft(by, found, client) if way is How.MAIL else None
    row.followed_at, row.followed_how = clock.now(), way
    row.save(update_fields=["followed_at", "followed_how"])
    people = [client.public_id]
    events.record(
        by.practice_id,
        "introductions:silence_followed",
        actor=by.public_id,
        subject=found.public_id,
        people=people,
        how=str(way),
    )
    return message


def _draft(by: Member, found: Introduction, client: Contact) -> Message:
    address = client.points.filter(kind=PointKind.EMAIL).order_by("pk").first()
    if address is None:
        raise Refused(_("There is no mail address of %(name)s. Call, or leave it.") % {"name": client}, field="how")
    written = asking_less.write(by.practice, client, found.link)
    return composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(address.key, client.full_name, client),
        subject=written.subject,
        text=written.text,
        key=f"silence:{found.public_id}",
        about=found.public_id,
    )


def let_go(practice: Practice) -> int:
    """End what stayed silent after its follow-up, or was to have none; returns how many. By the clock.

    It ends as never answered: nobody asks for this person for a while, and this client never again.
    """
    now, ended = clock.now(), 0
    rows = SilentAsk.objects.filter(practice=practice, followed_at__isnull=False, introduction__is_open=True)
    for row in rows.filter(introduction__stage__in=WAIT).select_related("introduction").order_by("pk")[:MOST_AT_ONCE]:
        if row.followed_at is not None and now >= _ends_at(row):
            try:
                move(introduction=row.introduction, act="lapse", who=Who.CLOCK)
            except Refused:  # moved on at this very moment
                continue
            ended += 1
    return ended


def _ends_at(row: SilentAsk) -> datetime:
    """When it is let go: some weeks after the follow-up, or after the client's own word that came of it."""
    since = row.followed_at or row.found_at
    found = row.introduction
    if found.stage_at > since:
        return found.stage_at + WAIT[found.stage]
    return since if row.followed_how == How.NONE else since + AFTER_FOLLOW_UP
