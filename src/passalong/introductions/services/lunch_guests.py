"""What the three do on their own pages of a lunch: say which times suit, and later whether they come after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.compliance.services import consent
from passalong.contacts.keys import email_key
from passalong.contacts.models import PointKind
from passalong.core import blobs, events
from passalong.core.errors import Refused
from passalong.introductions import knowing
from passalong.introductions.models import How, Introduction, LunchGuest, LunchState, Seat
from passalong.introductions.services.lunch import keep_answer
from passalong.introductions.services.moving import move, wants_nothing
from passalong.introductions.services.replies import person_key
from passalong.introductions.stages import Who


@transaction.atomic
def choose(*, guest: LunchGuest, can: Iterable[int], address: str = "", page: bytes = b"") -> LunchGuest:
    """A guest's own POST: these times suit, no others. The same answer again changes nothing.

    can: primary keys of slots. address: the friend's own, if they want the invitation by mail. page: the page they
    answered on. A friend who can at any time says yes by it, if they had not: they have read who is there and who will
    know. For somebody who wants nothing from the practice, or by the client's own address, it is no yes; the page says
    the same. Raises Refused when the day is fixed, called off, or the introduction has ended.
    """
    held = _held(guest)
    address = address.strip()
    if address and not email_key(address):
        raise Refused(_("This is no mail address. Leave it empty if you want no mail."), field="address")
    suits = keep_answer(held, can)
    if held.seat == Seat.FRIEND:
        _friend_answers(held, suits, email_key(address) if address else "", page)
    _record(held, "lunch_chosen", times=suits)
    return held


@transaction.atomic
def come(*, guest: LunchGuest, comes: bool) -> LunchGuest:
    """A guest's own POST about the day that is fixed. Only the practice sees it."""
    held = _held(guest)
    if held.lunch.state != LunchState.FIXED:
        raise Refused(_("No day is fixed just now."))
    if held.comes != comes:
        held.comes = comes
        held.save(update_fields=["comes"])
        _record(held, "lunch_comes" if comes else "lunch_comes_not")
    return held


def _friend_answers(guest: LunchGuest, suits: int, address: str, page: bytes) -> None:
    introduction = guest.lunch.introduction
    if not introduction.is_open:
        raise Refused(_("This has ended. Nothing was kept."))
    if not suits or _is_no_yes(introduction, address):
        return
    if knowing.is_before_yes(introduction):
        move(introduction=introduction, act="answer yes", who=Who.PERSON, note="lunch for three")
        Introduction.objects.filter(pk=introduction.pk).update(answered_how=How.OWN)
    if address:
        _leave_address(guest, introduction, address, page)


def _is_no_yes(introduction: Introduction, address: str) -> bool:
    """Nobody says yes for their friend, nor for somebody who asked to be left alone."""
    person, client = introduction.prospect, introduction.referrer
    if person is not None and wants_nothing(person):
        return True
    return bool(address and client and client.points.filter(kind=PointKind.EMAIL, key=address).exists())


def _leave_address(guest: LunchGuest, introduction: Introduction, address: str, page: bytes) -> None:
    """Their own yes to be written to, with the page as they saw it."""
    key = person_key(guest.practice_id, address, guest.practice.country)
    choice: Mapping[str, Any] = {"step": "lunch", "wish": "yes"}
    blob = blobs.keep(guest.practice_id, page, "text/html") if page else None
    consent.answered_yes(
        practice=guest.practice, about=introduction.public_id, person_key=key, page=blob, choice=choice
    )
    guest.address = address
    guest.save(update_fields=["address"])
    taken = Introduction.objects.filter(practice=guest.practice_id, person_key=key, is_open=True)
    if not introduction.person_key and not taken.exists():
        Introduction.objects.filter(pk=introduction.pk).update(person_key=key)


def _held(guest: LunchGuest) -> LunchGuest:
    rows = LunchGuest.objects.select_for_update(of=("self",))
    return rows.select_related("lunch__introduction__practice", "practice").get(pk=guest.pk)


def _record(guest: LunchGuest, kind: str, **data: Any) -> None:
    """Who answered and when; never which of the three is behind it by name."""
    events.record(
        guest.practice_id,
        f"introductions:{kind}",
        subject=guest.lunch.introduction.public_id,
        seat=str(guest.seat),
        **data,
    )
