"""Something went wrong with somebody who was introduced. The practice says so first, where the person allowed that.

Without a consent that covers it the referrer learns nothing: not that anything went wrong, nor that it was put right.
"""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.wording import forbidden
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions import letters
from passalong.introductions.models import Introduction, Trouble, TroubleState
from passalong.introductions.selectors import hearing, troubles
from passalong.introductions.selectors.updates import friend_of
from passalong.introductions.services import thanking
from passalong.mail.models import PENDING, MailPurpose, MailState, Message
from passalong.mail.services import composing

MAY = "prospecting.edit"
LONGEST = 500  # characters of each of the three
NEEDS = ("cause", "remedy")  # before anybody is told


@transaction.atomic
def note(
    *, by: Member, introduction: Introduction, what: str, due_on: date, cause: str = "", remedy: str = ""
) -> Trouble:
    """Write down what went wrong and by when it is put right. Raises Refused, naming the field."""
    demand(by, MAY)
    demand_own(by, introduction)
    if introduction.prospect is None:
        raise Refused(_("Nobody is on file for this introduction."))
    row = Trouble(practice=by.practice, introduction=introduction, due_on=due_on)
    if due_on < clock.today():
        raise Refused(_("This day is past."), field="due_on")
    _fill(row, what, cause, remedy)
    _record("trouble_noted", row, by)
    return row


@transaction.atomic
def change(*, by: Member, trouble: Trouble, what: str, due_on: date, cause: str = "", remedy: str = "") -> Trouble:
    """Other words, or another day. Once the letter is on its way to the referrer, the words stay as they are told."""
    row = _locked(by, trouble)
    said = {"what": what, "cause": cause, "remedy": remedy}
    is_other = any(_trimmed(text) != getattr(row, name) for name, text in said.items())
    if row.told_at and is_other:
        raise Refused(_("The referrer has read these words. Only the day can be changed."), field="what")
    going = Message.objects.filter(practice=row.practice_id, key__contains=f":{row.public_id}:", state__in=PENDING)
    if is_other and going.exists():
        raise Refused(_("The letter with these words is on its way. Take it back first."), field="what")
    if due_on != row.due_on and due_on < clock.today():
        raise Refused(_("This day is past."), field="due_on")
    row.due_on = due_on
    _fill(row, what, cause, remedy)
    _record("trouble_changed", row, by)
    trouble.refresh_from_db()
    return row


@transaction.atomic
def put_right(*, by: Member, trouble: Trouble) -> Trouble:
    """It is put right. Twice is once."""
    row = _locked(by, trouble)
    if row.state != TroubleState.RIGHT:
        row.state, row.right_at = TroubleState.RIGHT, clock.now()
        row.save(update_fields=["state", "right_at"])
        _record("trouble_right", row, by)
    trouble.refresh_from_db()
    return row


@transaction.atomic
def tell(*, by: Member, trouble: Trouble) -> Message:
    """Draft the letter to the referrer: the bad news first, why, and what is done about it. Shown before it goes.

    Raises Refused without a consent that covers it, without cause and remedy, where the referrer wants to hear
    nothing, or without an address. How often somebody wants news does not hold it up.
    """
    row = _locked(by, trouble)
    introduction = row.introduction
    referrer, grant = introduction.referrer, troubles.covering(introduction)
    if grant is None or referrer is None:
        raise Refused(_("The person has not allowed it. Put it right; the referrer learns nothing."))
    for field in NEEDS:
        if not getattr(row, field):
            raise Refused(_("Say why it happened and what you do about it first."), field=field)
    _demand_decent(row)
    if hearing.is_quiet(hearing.of(referrer)):
        raise Refused(_("%(name)s wants to hear nothing at present.") % {"name": referrer})
    if not (address := thanking.address_of(referrer)):
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": referrer})
    said = {"what": row.what, "cause": row.cause, "remedy": row.remedy}
    written = letters.write_trouble(grant, referrer, friend_of(introduction), **said)
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.UPDATE,
        to=composing.Recipient(address, referrer.full_name, referrer),
        subject=written.subject,
        text=written.text,
        key=_key(row, grant.public_id, written.text),
        about=grant.public_id,
        people=(grant.about, introduction.public_id),
    )
    return composing.write_again(by=by, message=message) if message.state == MailState.CANCELLED else message


def _key(row: Trouble, grant: str, text: str) -> str:
    """One letter for these words. Raises Refused while one in other words is still to go. The mail room reads what it
    tells from the end of the key, and `digesting.went` of which trouble."""
    begin = f"update:{grant}:{row.public_id}:"
    key = f"{begin}{hashlib.sha256(text.encode()).hexdigest()[:12]}:{letters.TROUBLE_SCOPE}"
    waiting = Message.objects.filter(practice=row.practice_id, key__startswith=begin).exclude(key=key)
    if waiting.filter(state__in=(MailState.DRAFT, *PENDING)).exists():
        raise Refused(_("A letter in other words is drafted. Take that one back first."))
    return key


def _demand_decent(row: Trouble) -> None:
    """What no letter to a client may hold, by the practice's rules: facts of health, outcomes, performance."""
    for field in ("what", *NEEDS):
        if found := forbidden(row.practice, getattr(row, field)):
            raise Refused(found[0].words, field=field)


def _fill(row: Trouble, what: str, cause: str, remedy: str) -> None:
    for name, text in (("what", what), ("cause", cause), ("remedy", remedy)):
        text = _trimmed(text)
        if name == "what" and not text:
            raise Refused(_("Say what went wrong."), field="what")
        if len(text) > LONGEST:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field=name)
        setattr(row, name, text)
    row.save()


def _trimmed(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _locked(by: Member, trouble: Trouble) -> Trouble:
    demand(by, MAY)
    demand_own(by, trouble)
    return troubles.troubles(by.practice).select_for_update(of=("self",)).get(pk=trouble.pk)


def _record(kind: str, row: Trouble, by: Member) -> None:
    people = [row.introduction.prospect.public_id] if row.introduction.prospect else []
    events.record(
        row.practice_id,
        f"introductions:{kind}",
        actor=by.public_id,
        subject=row.public_id,
        people=people,
        due=row.due_on,
    )
