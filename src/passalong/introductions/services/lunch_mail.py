"""Messages of a lunch for three: drafted, shown, and sent by a press; each with its reader's own calendar entry."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.core import calendars
from passalong.core.errors import Refused
from passalong.introductions import knowing, lunch_words, own_pages
from passalong.introductions.models import Lunch, LunchGuest, Seat
from passalong.introductions.selectors.lunch import entry_of, messages, recipient_of
from passalong.introductions.telling import must_be_named
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import PENDING, MailPurpose, MailState, Message
from passalong.mail.services import composing, mime, outbox

UNSENT = (MailState.DRAFT, MailState.QUEUED, MailState.HELD)
WENT = (*PENDING, MailState.SENT, MailState.UNKNOWN)


def draft_question(*, by: Member, guest: LunchGuest) -> Message:
    """Ask one of the three which days suit. Raises Refused where that one may not be written to, where the client would
    learn of a yes they may not hear of, and where the friend would learn from us whose client somebody is."""
    _demand_address()
    _demand_may_hear(guest)
    guests = list(guest.lunch.guests.all())
    to = recipient_of(guest)
    if to is None:
        raise Refused(_no_way(guest))
    friend_page = ""
    if guest.seat == Seat.CLIENT:
        friend = next(one for one in guests if one.seat == Seat.FRIEND)
        friend_page = "" if recipient_of(friend) else own_pages.address_of(friend)
    named = lunch_words.others(guest.lunch, guests, guest)
    written = lunch_words.asking(guest, named, own_pages.address_of(guest), friend_page)
    return _draft(by, guest, to, "ask", written, None)


def _demand_may_hear(guest: LunchGuest) -> None:
    introduction = guest.lunch.introduction
    if guest.seat == Seat.CLIENT:
        knowing.demand_client_may_know(introduction)
    named_by, client = introduction.reply, introduction.referrer
    if guest.seat != Seat.FRIEND or introduction.agreed_on or named_by is None or client is None:
        return
    if why := must_be_named(named_by, client):
        raise Refused(why)


def draft_invitations(*, by: Member, lunch: Lunch) -> list[Message]:
    """The day as it stands now, for each who may be written to. What was drafted before and has not gone goes not."""
    _demand_address()
    drop_unsent(by=by, lunch=lunch)
    guests = list(lunch.guests.select_related("lunch__introduction__referrer", "lunch__introduction__prospect"))
    made = []
    for guest in guests:
        to = recipient_of(guest)
        if to is None:
            continue
        entry = entry_of(guest, guests, to.address)
        named = lunch_words.others(lunch, guests, guest)
        written = lunch_words.invitation(guest, named, own_pages.address_of(guest))
        made.append(_draft(by, guest, to, f"{entry.method}:{lunch.sequence}", written, entry))
    return made


def draft_cancellations(*, by: Member, lunch: Lunch) -> list[Message]:
    """For each who had anything of this lunch: it does not take place. Others never hear that there was one."""
    drop_unsent(by=by, lunch=lunch)
    keys = list(messages(lunch).filter(state__in=WENT).values_list("key", flat=True))
    told = {_seat(key) for key in keys}
    invited = {_seat(key) for key in keys if f":{calendars.REQUEST}:" in key}
    guests = list(lunch.guests.select_related("lunch__introduction__referrer", "lunch__introduction__prospect"))
    made = []
    for guest in guests:
        to = recipient_of(guest)
        if to is None or guest.seat not in told:
            continue
        entry = entry_of(guest, guests, to.address) if guest.seat in invited else None
        kind = f"{calendars.CANCEL}:{lunch.sequence}"
        made.append(_draft(by, guest, to, kind, lunch_words.called_off(guest), entry))
    return made


def drop_unsent(*, by: Member, lunch: Lunch) -> None:
    """What has not gone yet would say what is no longer so."""
    for message in messages(lunch).filter(state__in=UNSENT):
        outbox.cancel(by=by, message=message)


def send_drafts(*, by: Member, lunch: Lunch) -> tuple[int, int]:
    """Send every draft of this lunch as it was shown; how many go, and how many the gate holds back."""
    sent = [outbox.send(by=by, message=one) for one in messages(lunch).filter(state=MailState.DRAFT)]
    held = sum(one.state == MailState.HELD for one in sent)
    return len(sent) - held, held


def _draft(
    by: Member,
    guest: LunchGuest,
    to: composing.Recipient,
    kind: str,
    written: lunch_words.Written,
    entry: calendars.Entry | None,
) -> Message:
    lunch, introduction = guest.lunch, guest.lunch.introduction
    ends = (introduction.referrer, introduction.prospect)
    return composing.draft(
        by=by,
        practice=lunch.practice,
        purpose=MailPurpose.ACCOUNT if guest.seat == Seat.PRACTICE else MailPurpose.PERSONAL,
        to=to,
        subject=written.subject,
        text=written.text,
        key=f"lunch:{lunch.public_id}:{guest.seat}:{kind}",
        about=introduction.public_id,
        people=(introduction.public_id, *(one.public_id for one in ends if one)),
        calendar=mime.Calendar(entry.method, calendars.write(entry)) if entry else None,
    )


def _seat(key: str) -> str:
    return key.split(":")[2]


def _demand_address() -> None:
    """Every message of a lunch holds the address of a page."""
    if not (there := sharing()).is_on:
        raise Refused(there.why)


def _no_way(guest: LunchGuest) -> str:
    if guest.seat == Seat.FRIEND:
        return _("We write to them only after their own yes. Let the client hand on the link of their page.")
    return _("There is no mail address of %(name)s on file.") % {"name": guest.name}
