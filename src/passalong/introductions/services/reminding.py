"""By when the next act is due: put off by the practice, where nobody was promised a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.due import evening
from passalong.introductions.models import Introduction, Stage
from passalong.introductions.services.moving import MAY

LONGEST = timedelta(days=366)
PROMISED = (Stage.ANSWERED, Stage.INTRODUCED)  # the day of the first answer is a promise to the person


@transaction.atomic
def put_off(*, by: Member, introduction: Introduction, until: date) -> Introduction:
    """Remind of the next act on another day. It moves nothing. Raises Refused where a day is promised, for a closed
    one, and for a day that is past or more than a year away."""
    demand(by, MAY)
    demand_own(by, introduction)
    row = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if not row.is_open:
        raise Refused(_("This has ended; nothing is due."))
    if row.stage in PROMISED:
        raise Refused(_("They were promised an answer by then. That day is not put off."), field="until")
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise Refused(_("Choose a day within the coming year."), field="until")
    row.due_at = evening(until)
    row.save(update_fields=["due_at"])
    events.record(row.practice_id, "introductions:put_off", actor=by.public_id, subject=row.public_id, until=str(until))
    introduction.refresh_from_db()
    return introduction
