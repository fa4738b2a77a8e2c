"""Verbs that bring a guest and an interview together: plan it, invite, hear the answer, send the questions ahead.

An invitation is shown before it goes and goes by the outbox and its gate. What is in it for the guest stands in each.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.resting import why_resting
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.interviews import letters
from passalong.interviews.models import GuestKind, Interview, Partner, Stage, Voice, VoiceRole
from passalong.interviews.services import questions
from passalong.interviews.services.moving import MAY, move, open_interview
from passalong.interviews.services.voices import guest_voice, key_for
from passalong.interviews.stages import Who, move_of
from passalong.interviews.wording import demand_plain
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.selectors.outbox import addresses_of
from passalong.mail.services import composing, outbox
from passalong.mail.services.gate import before_writing
from passalong.mail.services.mime import Calendar


@transaction.atomic
def plan(*, by: Member, guest: Contact, kind: str, title: str = "", gain: str = "") -> Interview:
    """An idea for an interview, with the questions of the practice for such guests. A guest who is a partner brings
    the partnership along. One that is open for this guest already is returned as it is."""
    demand_plain(gain, field="gain")
    if why := why_resting(guest):
        words = _("%(name)s %(why)s. An interview has to wait for that.")
        raise Refused(words % {"name": guest, "why": why}, field="guest")
    partner = Partner.objects.filter(practice=by.practice, contact=guest, ended_at=None).first()
    said = _tidy(gain) or letters.gain_of(by.practice, kind)
    found = open_interview(
        guest=guest,
        kind=kind,
        by=by,
        partner=partner if kind == GuestKind.PARTNER else None,
        title=" ".join(title.split())[:120],
        gain=said,
    )
    questions.ensure(found)
    return found


@transaction.atomic
def describe(*, by: Member, interview: Interview, title: str, gain: str, note: str) -> Interview:
    """Working title, what is in it for the guest, and a note for the desk."""
    demand(by, MAY)
    demand_own(by, interview)
    demand_plain(gain, field="gain")
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    row.title, row.gain, row.note = " ".join(title.split())[:120], _tidy(gain), _tidy(note)
    row.save(update_fields=["title", "gain", "note"])
    events.record(by.practice_id, "interviews:described", actor=by.public_id, subject=row.public_id)
    interview.refresh_from_db()
    return interview


def preview(*, by: Member, interview: Interview, subject: str, opening: str, gain: str) -> letters.Written:
    """The invitation as it would go; the guest's own address stands as dots, for it is made when it goes."""
    interview.gain = _tidy(gain)
    page = f"{settings.PUBLIC_URL}/talk/{letters.HERE}"
    return letters.invitation(interview, subject=subject, opening=opening, sender=by.user.name, page=page)


@transaction.atomic
def invite(*, by: Member, interview: Interview, to: str, subject: str, opening: str, gain: str) -> Message:
    """Send the invitation, once. Raises Refused, naming the field, where it is not plain, where the gate holds it back
    or where no page of ours can be opened from outside; then nothing was written."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    move_of("invite", row.stage, Who.MEMBER)
    for field, said in (("subject", subject), ("opening", opening), ("gain", gain)):
        demand_plain(said, field=field)
    if not _tidy(gain):
        raise Refused(_("Say what is in it for the guest. It stands in every invitation."), field="gain")
    row.gain = _tidy(gain)
    row.save(update_fields=["gain"])
    questions.ensure(row)
    written = letters.invitation(row, subject=subject, opening=opening, sender=by.user.name, page=page_of(row))
    message = outbox.send(by=by, message=draft(by=by, interview=row, kind="invite", written=written, to=to))
    if message.state == MailState.HELD:
        raise Refused(message.reason, field="to")
    move(interview=row, act="invite", who=Who.MEMBER, by=by)
    interview.refresh_from_db()
    return message


@transaction.atomic
def draft_questions(*, by: Member, interview: Interview) -> Message:
    """The questions by mail, ahead of the day; a draft that is shown before it goes."""
    demand(by, MAY)
    demand_own(by, interview)
    if interview.stage not in (Stage.AGREED, Stage.SCHEDULED):
        raise Refused(_("The questions go ahead once the guest has agreed, and before it is recorded."))
    questions.ensure(interview)
    written = letters.questions_ahead(interview, sender=by.user.name, page=page_of(interview))
    return draft(by=by, interview=interview, kind="questions", written=written)


def draft(
    *,
    by: Member,
    interview: Interview,
    kind: str,
    written: letters.Written,
    to: str = "",
    calendar: Calendar | None = None,
) -> Message:
    """A mail to the guest about this interview, in state DRAFT. to: one of the guest's addresses on file, the first
    unless said. Raises Refused where the guest may not be written to."""
    return composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=recipient_of(interview, to),
        subject=written.subject,
        text=written.text,
        key=f"{key_of(interview)}{kind}:{clock.now().timestamp()}",
        about=interview.public_id,
        calendar=calendar,
    )


def recipient_of(interview: Interview, to: str = "") -> composing.Recipient:
    """Where the guest is written to: one of their addresses on file, the first unless said. Raises Refused, with the
    gate's own words, where they may not be."""
    guest = interview.guest
    if guest is None:
        raise Refused(_("The guest is not on file any more."))
    known = addresses_of(guest)
    if not known:
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": guest}, field="to")
    address = to or known[0]
    if address not in known:
        raise Refused(_("This is no address of %(name)s on file.") % {"name": guest}, field="to")
    if not (gate := before_writing(guest, address)).may:
        raise Refused(gate.why, field="to")
    return composing.Recipient(address, guest.full_name, guest)


def key_of(interview: Interview) -> str:
    """How the keys of all mail about this interview begin."""
    return f"interview:{interview.public_id}:"


@transaction.atomic
def accept(*, voice: Voice) -> Interview:
    """The guest says yes on their own page. Once more it changes nothing."""
    interview = _of_guest(voice)
    if interview.stage == Stage.INVITED:
        move(interview=interview, act="accept", who=Who.GUEST)
    elif interview.stage in (Stage.IDEA, Stage.CLOSED):
        raise Refused(_("This has ended; there is nothing to answer any more."))
    return interview


@transaction.atomic
def decline(*, voice: Voice) -> Interview:
    """The guest would rather not, before anything is public. Once more it changes nothing."""
    interview = _of_guest(voice)
    if interview.stage != Stage.CLOSED:
        move(interview=interview, act="decline", who=Who.GUEST)
    return interview


def _of_guest(voice: Voice) -> Interview:
    if voice.role != VoiceRole.GUEST:
        raise Refused(_("Only the guest answers this."))
    return Interview.objects.select_for_update().get(pk=voice.interview_id)


def page_of(interview: Interview) -> str:
    """The whole address of the guest's own page, with a link of its own. Raises Refused while nobody outside can open
    this server."""
    if not (there := sharing()).is_on:
        raise Refused(there.why)
    return f"{settings.PUBLIC_URL}/talk/{key_for(voice=guest_voice(interview=interview))}"


def _tidy(text: str) -> str:
    return " ".join(text.split())[:500]
