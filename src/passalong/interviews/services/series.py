"""Verbs on a series: several partners of one trade, a place each, the same true offer to all."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.keys import fold
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.fair_words import demand_true
from passalong.interviews.models import GuestKind, Interview, Partner, Series, Slot, Stage
from passalong.interviews.selectors.briefs import named_on_file
from passalong.interviews.services import questions
from passalong.interviews.services.moving import MAY, open_interview
from passalong.interviews.wording import demand_plain

MOST = 5  # places: five partners in one trade
LONGEST = 500  # characters of the offer: it stands in each invitation as what is in it for the guest


@transaction.atomic
def plan(*, by: Member, trade: str, title: str, offer: str) -> Series:
    """A series for one trade. Raises Refused, naming the field, for an offer that presses, makes itself scarce, or
    names somebody who is on file."""
    demand(by, MAY)
    said = _checked(by, trade, title, offer)
    row = Series.objects.create(practice=by.practice, **said)
    _record("series_planned", by, row)
    return row


@transaction.atomic
def reword(*, by: Member, series: Series, title: str, offer: str) -> Series:
    """Say the offer anew, to all alike. Raises Refused once it went out to one of them: all get the same words."""
    row = _own(by, series)
    said = _checked(by, row.trade, title, offer)
    if row.slots.filter(offered_at__isnull=False).exists() and (row.title, row.offer) != (said["title"], said["offer"]):
        raise Refused(_("The offer has gone out. Everybody gets the same words, so they stand."), field="offer")
    row.title, row.offer = said["title"], said["offer"]
    row.save(update_fields=["title", "offer"])
    Interview.objects.filter(slot__series=row, stage=Stage.IDEA).update(gain=row.offer, title=row.title[:120])
    _record("series_reworded", by, row)
    series.refresh_from_db()
    return series


@transaction.atomic
def add(*, by: Member, series: Series, partner: Partner) -> Slot:
    """A place for one partner of the trade, with an interview planned for it. Added again it is the same place.

    Raises Refused for a partner of another trade, a sixth one, one who was let go, or one with whom another interview
    is under way.
    """
    row = _own(by, series)
    demand_own(by, partner)
    if there := row.slots.filter(partner=partner).first():
        return there
    if partner.ended_at is not None:
        raise Refused(_("They are no partner any more."), field="partner")
    if fold(partner.trade) != fold(row.trade):
        raise Refused(_("This series is for another trade."), field="partner")
    if row.slots.count() >= MOST:
        raise Refused(_("A series has %(most)d places. Begin another one.") % {"most": MOST}, field="partner")
    interview = open_interview(
        guest=partner.contact, kind=GuestKind.PARTNER, by=by, partner=partner, title=row.title, gain=row.offer
    )
    if interview.slot_id is not None or interview.stage != Stage.IDEA:
        words = _("An interview with %(name)s is under way already.") % {"name": partner}
        raise Refused(words, field="partner")
    try:
        with transaction.atomic():
            slot = Slot.objects.create(practice_id=row.practice_id, series=row, partner=partner)
    except IntegrityError:  # added at the same moment by somebody else
        return Slot.objects.get(series=row, partner=partner)
    interview.slot, interview.partner, interview.title, interview.gain = slot, partner, row.title, row.offer
    interview.save(update_fields=["slot", "partner", "title", "gain"])
    questions.ensure(interview)
    _record("series_place", by, row, people=[partner.contact.public_id])
    return slot


@transaction.atomic
def remove(*, by: Member, slot: Slot) -> None:
    """Take a place back that was not offered to anybody yet. The planned interview stays, by itself."""
    demand(by, MAY)
    demand_own(by, slot)
    row = Slot.objects.select_for_update(of=("self",)).select_related("series").get(pk=slot.pk)
    if row.offered_at is not None:
        raise Refused(_("It was offered to them. An offer that went out stands."))
    series = row.series
    row.delete()
    _record("series_place_removed", by, series)


@transaction.atomic
def end(*, by: Member, series: Series) -> Series:
    """Nobody is added any more. Done again it changes nothing."""
    row = _own(by, series, even_ended=True)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        _record("series_ended", by, row)
    series.refresh_from_db()
    return series


def _own(by: Member, series: Series, *, even_ended: bool = False) -> Series:
    """The row, held."""
    demand(by, MAY)
    demand_own(by, series)
    row = Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    if row.ended_at is not None and not even_ended:
        raise Refused(_("This series has ended."))
    return row


def _checked(by: Member, trade: str, title: str, offer: str) -> dict[str, Any]:
    said = {name: " ".join(text.replace("\x00", "").split()) for name, text in (("trade", trade), ("title", title))}
    said["offer"] = offer.replace("\x00", "").replace("\r\n", "\n").strip()
    for name, most in (("trade", 80), ("title", 120), ("offer", LONGEST)):
        if not said[name]:
            raise Refused(_("This is still empty."), field=name)
        if len(said[name]) > most:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": most}, field=name)
    for name in ("title", "offer"):
        demand_true(said[name], field=name)
        demand_plain(said[name], field=name)  # as its invitations are asked
        if named := named_on_file(by.practice, said[name]):
            words = _("%(name)s is on file here. The same words go to all, so nobody’s name stands in them.")
            raise Refused(words % {"name": named}, field=name)
    return said


def _record(what: str, by: Member, row: Series, **more: Any) -> None:
    events.record(by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, **more)
