"""Reads on a lunch for three: what was written about it, whom we may write to, each guest's own calendar entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.compliance.selectors import consent as consents
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact, PointKind
from passalong.core import calendars, clock
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.introductions import knowing, lunch_words, own_pages
from passalong.introductions.models import (
    Introduction,
    Lunch,
    LunchChoice,
    LunchGuest,
    LunchSlot,
    LunchState,
    Outcome,
    Seat,
)
from passalong.mail.models import MailState, Message
from passalong.mail.services import composing
from passalong.mail.services.gate import has_given
from passalong.mail.services.suppression import keys_of

SAID_NO = (Outcome.NO, Outcome.NOT_NOW, Outcome.TAKEN_BACK)  # nobody writes to them any more, not even of the end


def messages(lunch: Lunch) -> QuerySet[Message]:
    """Everything written about this lunch, earliest first."""
    own = Message.objects.filter(practice=lunch.practice_id, key__startswith=f"lunch:{lunch.public_id}:")
    return own.order_by("created_at", "pk")


def recipient_of(guest: LunchGuest) -> composing.Recipient | None:
    """Where a guest may be written to; None where they may not, or where no address is known.

    The friend: by the address they left on their own page, or gave with their yes or since, and only after an own yes
    that holds. Whoever asked to be called is not mailed.
    """
    if guest.seat == Seat.PRACTICE:
        return composing.Recipient(guest.address, guest.name) if guest.address else None
    introduction = guest.lunch.introduction
    if guest.seat == Seat.CLIENT:
        return _on_file(introduction.referrer)
    if introduction.outcome in SAID_NO:
        return None
    if guest.address:
        key = keyed_hash(guest.practice_id, email_key(guest.address))
        if consents.may_be_contacted(guest.practice, person_key=key, own_only=True):
            return composing.Recipient(guest.address, guest.name, introduction.prospect)
    return _as_they_asked(introduction)


def _as_they_asked(introduction: Introduction) -> composing.Recipient | None:
    person, reply = knowing.may_write_to(introduction), introduction.reply
    if person is None:
        return None
    if reply is None or not reply.reach:
        return _given(person)
    address = email_key(reply.reach)
    return composing.Recipient(address, person.full_name, person) if address else None


def _given(person: Contact) -> composing.Recipient | None:
    keys = person.points.filter(kind=PointKind.EMAIL).order_by("pk").values_list("key", flat=True)
    for key in keys:
        if has_given(person.practice, person, keys_of(person.practice_id, key)):
            return composing.Recipient(key, person.full_name, person)
    return None


def _on_file(person: Contact | None) -> composing.Recipient | None:
    point = person.points.filter(kind=PointKind.EMAIL).order_by("pk").first() if person else None
    return composing.Recipient(point.key, person.full_name, person) if person and point else None


def entry_of(guest: LunchGuest, guests: list[LunchGuest], address: str = "") -> calendars.Entry:
    """This guest's own entry; without an address a file to take along. Raises Refused while no day is fixed."""
    lunch = guest.lunch
    if lunch.starts_at is None:
        raise Refused(_("No day is fixed yet."))
    host = next(one for one in guests if one.seat == Seat.PRACTICE)
    page = own_pages.address_of(guest)
    said = [lunch.words, _("If something comes between: %(page)s") % {"page": page} if page else ""]
    return calendars.Entry(
        occasion="Lunch for three",
        uid=lunch.uid,
        sequence=lunch.sequence,
        starts_at=lunch.starts_at,
        minutes=lunch.minutes,
        summary=lunch_words.summary(lunch, guests, guest),
        place=lunch.place,
        words="\n\n".join(one for one in said if one),
        organizer=(host.name, host.address),
        sender=composing.own_address(),
        attendee=(guest.name, address) if address else None,
        stamped=clock.now(),
        is_cancelled=lunch.state == LunchState.CANCELLED,
    )


def lunch_of(introduction: Introduction) -> Lunch | None:
    """The lunch of this introduction, if one was proposed."""
    found = Lunch.objects.filter(practice=introduction.practice_id, introduction=introduction)
    return found.select_related("practice", "introduction__referrer", "introduction__prospect").first()


@dataclass(frozen=True, slots=True)
class GuestRow:
    """One of the three as the desk sees them. writes: whether a mail may go to them; page: their own page; question:
    the mail that asks, if one was drafted. may_ask: whether one can be drafted now."""

    guest: LunchGuest
    writes: bool
    page: str
    question: Message | None
    may_ask: bool

    @property
    def is_handed_on(self) -> bool:
        """The friend's page, where we do not write: the client hands its address on."""
        return self.guest.seat == Seat.FRIEND and not self.writes


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One time, and per guest, in the order of the guests: True, False, or None where nothing was said."""

    slot: LunchSlot
    cells: tuple[bool | None, ...]
    suits_all: bool


def lunch_context(lunch: Lunch) -> dict[str, Any]:
    """Everything of the lunch's own page: guests, times with who can, messages."""
    order = {Seat.CLIENT: 0, Seat.FRIEND: 1, Seat.PRACTICE: 2}
    guests = sorted(lunch.guests.select_related("practice"), key=lambda one: order[Seat(one.seat)])
    for guest in guests:
        guest.lunch = lunch
    mails = list(messages(lunch))
    return {
        "lunch": lunch,
        "when": lunch_words.when(lunch),
        "guests": [_guest_row(one, mails) for one in guests],
        "slots": _slot_rows(lunch, guests),
        "mails": mails,
        "drafts": sum(one.state == MailState.DRAFT for one in mails),
        "said_yes": knowing.has_said_yes(lunch.introduction),
        "client_may_know": knowing.client_may_know(lunch.introduction),
    }


def _guest_row(guest: LunchGuest, mails: list[Message]) -> GuestRow:
    key = f"lunch:{guest.lunch.public_id}:{guest.seat}:ask"
    question = next((one for one in mails if one.key == key), None)
    writes = recipient_of(guest) is not None
    checks: dict[str, Callable[[], bool]] = {
        Seat.CLIENT: lambda: knowing.client_may_know(guest.lunch.introduction),
        Seat.FRIEND: lambda: True,
        Seat.PRACTICE: lambda: False,
    }
    is_open = guest.lunch.state == LunchState.ASKING and question is None and guest.answered_at is None
    may_ask = is_open and writes and checks[guest.seat]()
    return GuestRow(guest, writes, own_pages.address_of(guest), question, may_ask)


def _slot_rows(lunch: Lunch, guests: list[LunchGuest]) -> list[SlotRow]:
    said: dict[tuple[int, int], bool] = {
        (slot, guest): can
        for slot, guest, can in LunchChoice.objects.filter(slot__lunch=lunch).values_list("slot", "guest", "can")
    }
    rows = []
    for slot in lunch.slots.all():
        cells = tuple(said.get((slot.pk, guest.pk)) for guest in guests)
        rows.append(SlotRow(slot, cells, all(cells)))
    return rows
