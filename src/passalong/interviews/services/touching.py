"""Verbs on the rhythm: in touch with a partner, giving first; the next day follows by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.models import Partner, Touch, TouchKind
from passalong.interviews.services.moving import MAY

FARTHEST = timedelta(days=365)


@transaction.atomic
def touch(*, by: Member, partner: Partner, kind: str, note: str = "", done_on: date | None = None) -> Touch:
    """Write down that the practice was in touch and what it gave; the next time follows the rhythm. The same thing
    said again for the same day stays one.

    Raises Refused, naming the field, for a kind that is none, a day to come, or one long past.
    """
    row, day = _own(by, partner), done_on or clock.today()
    if kind not in TouchKind.values:
        raise Refused(_("Choose what it was."), field="kind")
    if day > clock.today():
        raise Refused(_("This day has not come yet."), field="done_on")
    if day < clock.today() - FARTHEST * 5:
        raise Refused(_("That is too long ago to matter."), field="done_on")
    said = " ".join(note.replace("\x00", "").split())
    if len(said) > 500:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": 500}, field="note")
    same = row.touches.filter(kind=kind, done_on=day, note=said).first()
    if same is not None:
        return same
    made = Touch.objects.create(practice_id=row.practice_id, partner=row, kind=kind, note=said, done_on=day)
    following = max(row.touches.values_list("done_on", flat=True)) + timedelta(days=row.rhythm_days)
    row.next_touch_on = following
    row.save(update_fields=["next_touch_on"])
    _record("partner_touched", by, row, kind=kind, on=day)
    partner.refresh_from_db()
    return made


@transaction.atomic
def put_off(*, by: Member, partner: Partner, until: date) -> Partner:
    """Be reminded on another day, within a year."""
    row = _own(by, partner)
    if until <= clock.today():
        raise Refused(_("Choose a day to come."), field="until")
    if until > clock.today() + FARTHEST:
        raise Refused(_("Choose a day within a year."), field="until")
    row.next_touch_on = until
    row.save(update_fields=["next_touch_on"])
    _record("partner_put_off", by, row, until=until)
    partner.refresh_from_db()
    return partner


def _own(by: Member, partner: Partner) -> Partner:
    """The row, held; raises Refused for one who was let go."""
    demand(by, MAY)
    demand_own(by, partner)
    row = Partner.objects.select_for_update(of=("self",)).select_related("contact").get(pk=partner.pk)
    if row.ended_at is not None:
        raise Refused(_("They are no partner any more."))
    return row


def _record(what: str, by: Member, row: Partner, **said: Any) -> None:
    people = [row.contact.public_id]
    events.record(
        by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people, **said
    )
