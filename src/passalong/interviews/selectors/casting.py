"""Named reads on casting calls: who may be asked, who was, and what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.selectors import clients
from passalong.core import clock
from passalong.interviews.models import CastingAsk, CastingCall, Interview
from passalong.mail.models import MailState, Message

RESTS = timedelta(days=365)  # nobody is asked by two calls within it


def calls(practice: Practice) -> QuerySet[CastingCall]:
    """The practice's calls, the latest first: with how many are on it, were written to, and said yes."""
    asked = Count("asks", filter=~Q(asks__message=""))
    would = Count("asks", filter=Q(asks__would=True))
    found = CastingCall.objects.filter(practice=practice).annotate(many=Count("asks"), asked=asked, yes=would)
    return found.order_by("-created_at", "-pk")


def call(practice: Practice, public_id: str) -> CastingCall:
    """One call; raises CastingCall.DoesNotExist for another practice's."""
    return CastingCall.objects.get(practice=practice, public_id=public_id)


def ask(of: CastingCall, public_id: str) -> CastingAsk:
    """One client of a call; raises CastingAsk.DoesNotExist."""
    return CastingAsk.objects.get(call=of, public_id=public_id)


def candidates(practice: Practice, of: CastingCall, query: str = "") -> QuerySet[Contact]:
    """Clients who may be put on this call: with a mail address, not asked within a year, none who said no before, who
    is to be left alone, or with whom an interview is under way."""
    mine = CastingAsk.objects.filter(practice=practice, contact=OuterRef("pk"))
    lately = mine.filter(Q(call=of) | Q(would=False) | Q(created_at__gt=clock.now() - RESTS) & ~Q(message=""))
    under_way = Interview.objects.filter(practice=practice, guest=OuterRef("pk"), is_open=True)
    mail = ContactPoint.objects.filter(contact=OuterRef("pk"), kind=PointKind.EMAIL)
    found = clients(practice).filter(Exists(mail), ~Exists(lately), ~Exists(under_way))
    found = found.filter(objected_at=None, do_not_ask=False)
    for word in fold(query).split()[:6]:
        found = found.filter(search__contains=word)
    return found


def asks(of: CastingCall) -> QuerySet[CastingAsk]:
    """Everybody on a call: those who answered first."""
    own = CastingAsk.objects.filter(call=of).select_related("contact", "interview")
    return own.order_by(F("answered_at").desc(nulls_last=True), "contact__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Row:
    """One client on a call. said: each question with the answer, yes True, no False; mail: how the mail fares, empty
    before it was written. may_be_left_out: nothing has gone to them."""

    ask: CastingAsk
    said: tuple[tuple[str, bool], ...]
    mail: str
    is_held: bool
    may_be_left_out: bool


def rows(of: CastingCall, shown: Iterable[CastingAsk]) -> list[Row]:
    """A page of them with their answers and mail: one query."""
    found = list(shown)
    ids = [one.message for one in found if one.message]
    sent = {one.public_id: one for one in Message.objects.filter(practice=of.practice_id, public_id__in=ids)}
    return [_row(of, one, sent.get(one.message)) for one in found]


def _row(of: CastingCall, one: CastingAsk, message: Message | None) -> Row:
    said = tuple((asked["text"], one.answers[asked["key"]]) for asked in of.questions if asked["key"] in one.answers)
    held = message is not None and message.state in (MailState.HELD, MailState.FAILED)
    words = "" if message is None else (message.reason if held else message.get_state_display())
    unsent = not one.message or (message is not None and message.state == MailState.CANCELLED)
    return Row(one, said, words, held, unsent and one.answered_at is None)


def is_taken_back(one: CastingAsk) -> bool:
    """Whether the mail to this client was taken back before it went."""
    found = Message.objects.filter(practice=one.practice_id, public_id=one.message, state=MailState.CANCELLED)
    return found.exists()
