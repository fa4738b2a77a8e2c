"""By when the next act is due: put off by the practice; told by mail on the morning of the day; and the guest reminded,
by a member's press, twice at most. The clock writes to members alone."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import events
from passalong.core.due import put_off_until
from passalong.core.errors import Refused
from passalong.interviews import letters
from passalong.interviews.models import Interview, Stage
from passalong.interviews.selectors.one import mail_of, reminders
from passalong.interviews.services.inviting import draft, page_of
from passalong.interviews.services.moving import MAY
from passalong.introductions.models import Terms
from passalong.introductions.services.reminding import tell_members
from passalong.mail.models import MailState, Message

WAITS_FOR_GUEST = (Stage.INVITED, Stage.AGREED, Stage.SCHEDULED, Stage.EDITED)


@transaction.atomic
def put_off(*, by: Member, interview: Interview, until: date) -> Interview:
    """Remind of the next act on another day. It moves nothing. Raises Refused where a day is agreed on, for one that
    has ended, and for a day that is past or more than a year away."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if not row.is_open:
        raise Refused(_("This has ended; nothing is due."))
    if row.stage == Stage.SCHEDULED:
        raise Refused(_("A day is agreed on with the guest. Agree on another one instead."), field="until")
    row.due_at = put_off_until(until)
    row.save(update_fields=["due_at"])
    events.record(row.practice_id, "interviews:put_off", actor=by.public_id, subject=row.public_id, until=str(until))
    interview.refresh_from_db()
    return interview


@transaction.atomic
def draft_reminder(*, by: Member, interview: Interview) -> Message:
    """A mail that reminds the guest, shown before it goes. Raises Refused for a third one, and where nothing waits for
    the guest."""
    demand(by, MAY)
    demand_own(by, interview)
    row = Interview.objects.select_for_update(of=("self",)).select_related("practice", "guest").get(pk=interview.pk)
    if row.stage not in WAITS_FOR_GUEST:
        raise Refused(_("Nothing waits for the guest just now."))
    if (waiting := mail_of(row, "remind").filter(state=MailState.DRAFT).first()) is not None:
        return waiting  # written already, and not gone yet
    sent = reminders(row)
    if sent >= letters.MOST_REMINDERS:
        raise Refused(_("They were reminded twice. More than that we do not write; call, or let it rest."))
    written = letters.reminder(row, sender=by.user.name, page=page_of(row), again=sent + 1)
    return draft(by=by, interview=row, kind="remind", written=written)


def remind_due() -> int:
    """Write to everybody who signs in for a practice that wants it, once a day, when something is due about interviews.
    The letter says how much and names nobody. Returns how many letters were queued."""
    wanting = Terms.objects.filter(reminds=True).select_related("practice")
    return sum(_remind(terms.practice) for terms in wanting)


@transaction.atomic
def _remind(practice: Practice) -> int:
    Practice.objects.select_for_update().get(pk=practice.pk)
    return tell_members(
        practice=practice,
        rows=Interview.objects.filter(practice=practice, is_open=True),
        room="interviews",
        words=lambda due: ngettext("%(many)d interview waits for you", "%(many)d interviews wait for you", due),
    )
