"""Named reads on the ways to introduce somebody, for the page of one introduction and the pages behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.selectors import owner
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions import knowing, lunch_words, own_pages, papers, ways_words
from passalong.introductions.models import (
    Introduction,
    Lunch,
    LunchChoice,
    LunchGuest,
    LunchSlot,
    LunchState,
    Recommendation,
    Seat,
    Way,
    WayKind,
)
from passalong.introductions.recommendation import disclosure_of
from passalong.introductions.services import lunch_mail
from passalong.introductions.services.ways import BY_HAND, demand_way
from passalong.mail.models import MailState, Message

SYMBOLS: dict[str, str] = {
    WayKind.MAIL: "mail",
    WayKind.LETTER: "file-text",
    WayKind.CALL: "phone",
    WayKind.LUNCH: "users",
}
SAYS: dict[str, Promise] = {
    WayKind.MAIL: _("The client writes to both of you, from their own mail."),
    WayKind.LETTER: _("In the client's words, for their signature: PDF and DOCX."),
    WayKind.CALL: _("Points for the client's call: give first, then ask."),
    WayKind.LUNCH: _("The three of you at one table: find a day, send the invitations."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way as the page of an introduction lists it. why_not: why it is not open now; state: how far it is."""

    kind: str
    label: str
    says: str
    symbol: str
    url: str
    state: str
    tone: str
    why_not: str


def context(practice: Practice, introduction: Introduction) -> dict[str, Any]:
    """What `introductions/_ways.html` wants: the four ways. A fixed number of queries."""
    ways = {one.kind: one for one in Way.objects.filter(practice=practice, introduction=introduction)}
    lunch = lunch_of(introduction)
    rows = [_row(introduction, kind, ways.get(kind)) for kind in BY_HAND]
    return {"ways": [*rows, _lunch_row(introduction, lunch)], "introduction": introduction}


def _row(introduction: Introduction, kind: WayKind, way: Way | None) -> Row:
    state, tone = ("", "")
    if way is not None:
        state, tone = (str(_("Done")), "good") if way.used_at else (str(_("Prepared")), "due")
    return Row(
        kind=kind.value,
        label=str(kind.label),
        says=str(SAYS[kind]),
        symbol=SYMBOLS[kind],
        url=reverse("introductions:way", args=[introduction.public_id, kind.value]),
        state=state,
        tone=tone,
        why_not=why_not(introduction, kind) if way is None else "",
    )


def _lunch_row(introduction: Introduction, lunch: Lunch | None) -> Row:
    kind = WayKind.LUNCH
    state = {LunchState.ASKING: "due", LunchState.FIXED: "good", LunchState.CANCELLED: "quiet"}
    is_open = knowing.is_before_yes(introduction) or knowing.has_said_yes(introduction)
    says = lunch_words.when(lunch) if lunch and lunch.state == LunchState.FIXED else str(SAYS[kind])
    return Row(
        kind=kind.value,
        label=str(kind.label),
        says=says,
        symbol=SYMBOLS[kind],
        url=reverse("introductions:lunch", args=[introduction.public_id]),
        state=lunch.get_state_display() if lunch else "",
        tone=state[LunchState(lunch.state)] if lunch else "",
        why_not="" if lunch or is_open else str(_("This comes after the client has agreed, and before it is over.")),
    )


def why_not(introduction: Introduction, kind: str) -> str:
    """Why this way is not open now; empty where it is."""
    try:
        demand_way(introduction, kind)
    except Refused as refused:
        return refused.message
    return ""


def way_of(introduction: Introduction, kind: str) -> Way | None:
    """The way of this kind, if it was prepared."""
    found = Way.objects.filter(introduction=introduction, kind=kind)
    return found.select_related("introduction__referrer", "practice", "host__user").first()


def start(introduction: Introduction, kind: str, by: Member) -> ways_words.Start:
    """Words to begin with, round the client's own confirmed sentences where there are any."""
    own = Recommendation.objects.filter(introduction=introduction, confirmed_at__isnull=False)
    said = own.order_by("-confirmed_at").values_list("said", flat=True).first() or ""
    return ways_words.start(introduction, kind, host=by.user.name or str(by.practice), said=said)


def letter(way: Way) -> papers.Letter:
    """The letter as it is printed, with what the rules ask to be told."""
    client = way.introduction.referrer
    told = disclosure_of(way.practice, client) if client else ""
    name = client.full_name if client else ""
    return papers.Letter(name, way.words, told, clock.today(), way.practice.country)


def mail(way: Way) -> dict[str, str]:
    """Subject, text and copy of the mail of three, with what the rules ask to be told."""
    client = way.introduction.referrer
    told = disclosure_of(way.practice, client) if client else ""
    host = way.host or owner(way.practice)
    text = "\n\n".join(one for one in (way.words, told) if one)
    return {"subject": way.subject, "text": text, "copy_to": host.user.email if host else ""}


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
    mails = list(lunch_mail.messages(lunch))
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
    writes = lunch_mail.recipient_of(guest) is not None
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
