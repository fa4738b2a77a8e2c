"""Verbs on the return: asked for once the guest's own interview is out, agreed on, logged with what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews.fair_words import demand_fair
from passalong.interviews.models import Interview, Return, Stage
from passalong.interviews.services.inviting import recipient_of
from passalong.interviews.services.moving import MAY, move
from passalong.interviews.stages import OUT, Who, may
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import composing, outbox

LONGEST = 4000
MOST_PEOPLE = 100_000_000


@transaction.atomic
def ask(*, by: Member, interview: Interview, pitch: str, by_mail: bool = False) -> Message | None:
    """Ask for the return, with these words; by_mail: the mail that carries them goes out, and is returned.

    Raises Refused before the guest's own interview is published, for words that press or sell, and, for a mail, where
    there is no address or the gate holds it. Asked already it changes nothing.
    """
    row = _own(by, interview)
    if row.stage == Stage.RETURN_ASKED:
        return None
    if not may("ask for the return", row.stage, Who.MEMBER):
        raise Refused(_("First their interview is published. The return is asked for after that, not before."))
    said = pitch.replace("\x00", "").replace("\r\n", "\n").strip()
    if not said:
        raise Refused(_("Say what you ask for."), field="pitch")
    if len(said) > LONGEST:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field="pitch")
    demand_fair(said, field="pitch")
    made, _new = Return.objects.get_or_create(practice_id=row.practice_id, interview=row)
    made.pitch, made.asked_on = said, clock.today()
    made.save(update_fields=["pitch", "asked_on"])
    message = _send(by, row, said) if by_mail else None
    move(interview=row, act="ask for the return", who=Who.MEMBER, by=by)
    interview.refresh_from_db()
    return message


def _send(by: Member, row: Interview, text: str) -> Message:
    try:
        to = recipient_of(row)
    except Refused as refused:
        raise Refused(_("%(why)s Ask in another way, and note it.") % {"why": refused}, field="by_mail") from refused
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=to,
        subject=_("Shall we turn the tables?"),
        text=text,
        key=f"return:{row.public_id}:{row.steps.count()}",
        about=row.public_id,
    )
    sent = outbox.send(by=by, message=message)
    if sent.state == MailState.HELD:
        raise Refused(sent.reason, field="by_mail")
    return sent


@transaction.atomic
def schedule(*, by: Member, interview: Interview, on: datetime, where: str, url: str = "") -> Return:
    """Where and when the practice is heard by the guest's audience; told again it is changed. Raises Refused, naming
    the field, before their interview is published, or for an address that is no https page."""
    row = _own(by, interview)
    if row.stage not in OUT:
        raise Refused(_("First their interview is published."))
    if on > clock.now() + timedelta(days=2 * 366):
        raise Refused(_("That is too far off to be kept in mind. Choose a day within two years."), field="on")
    made, _new = Return.objects.get_or_create(practice_id=row.practice_id, interview=row)
    made.on, made.where, made.url = on, _line(where, 200, "where"), _page(url)
    if not made.where:
        raise Refused(_("Say where: their podcast, newsletter or event."), field="where")
    made.save(update_fields=["on", "where", "url"])
    _record("return_scheduled", by, row)
    return made


@transaction.atomic
def log(
    *, by: Member, interview: Interview, reached: int | None = None, came: int | None = None, note: str = ""
) -> Return:
    """The return took place: the tables are turned. reached, came: people, where known; told again they are changed.

    Raises Refused before their interview is published, where the agreed day has not come, or for more who came than
    were reached.
    """
    row = _own(by, interview)
    made, _new = Return.objects.get_or_create(practice_id=row.practice_id, interview=row)
    if made.on is not None and made.on > clock.now() and row.stage != Stage.RETURNED:
        raise Refused(_("The day you agreed on has not come yet."))
    for name, number in (("reached", reached), ("came", came)):
        if number is not None and not 0 <= number <= MOST_PEOPLE:
            raise Refused(_("Give a number of people."), field=name)
    if reached is not None and came is not None and came > reached:
        raise Refused(_("More came than were reached: one of the numbers is wrong."), field="came")
    made.reached, made.came, made.note = reached, came, _line(note, 500, "note")
    made.on = made.on or clock.now()
    made.save(update_fields=["reached", "came", "note", "on"])
    if row.stage != Stage.RETURNED:
        move(interview=row, act="return", who=Who.MEMBER, by=by)
    _record("return_logged", by, row, reached=reached, came=came)
    interview.refresh_from_db()
    return made


@transaction.atomic
def forgo(*, by: Member, interview: Interview, note: str = "") -> Interview:
    """It will not be returned, and nobody owes anything. Raises Refused unless it was asked for."""
    row = _own(by, interview)
    move(interview=row, act="end without a return", who=Who.MEMBER, by=by, note=note)
    interview.refresh_from_db()
    return interview


def _own(by: Member, interview: Interview) -> Interview:
    """The row, held."""
    demand(by, MAY)
    demand_own(by, interview)
    return Interview.objects.select_for_update(of=("self",)).select_related("guest").get(pk=interview.pk)


def _line(text: str, most: int, field: str) -> str:
    said = " ".join(text.replace("\x00", "").split())
    if len(said) > most:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": most}, field=field)
    return said


def _page(url: str) -> str:
    said = url.strip()
    try:
        parts = urlsplit(said)
    except ValueError:
        parts = urlsplit("")
    if said and (parts.scheme != "https" or not parts.hostname or len(said) > 300):
        raise Refused(_("Give an address that begins with https://."), field="url")
    return said


def _record(what: str, by: Member, row: Interview, **said: Any) -> None:
    people = [row.guest.public_id] if row.guest else []
    events.record(
        by.practice_id, f"interviews:{what}", actor=by.public_id, subject=row.public_id, people=people, **said
    )
