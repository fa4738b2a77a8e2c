"""By when the next act is due: put off by the practice, where nobody was promised a day; and told by mail on the
morning of the day, to practices that want it."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.accounts.selectors import members
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.due import evening
from passalong.introductions.models import Introduction, Stage, Terms
from passalong.introductions.services.moving import MAY
from passalong.mail.models import MailPurpose
from passalong.mail.services import outbox
from passalong.mail.services.composing import Recipient
from passalong.mail.services.layout import TO_MEMBERS

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


def remind_due() -> int:
    """Write to everybody who signs in for a practice that wants it, once a day, when something is due. The letter says
    how much and names nobody. Returns how many letters were queued."""
    wanting = Terms.objects.filter(reminds=True).exclude(reminded_on=clock.today())
    return sum(_remind(pk) for pk in list(wanting.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> int:
    terms = Terms.objects.select_for_update(of=("self",)).select_related("practice").get(pk=pk)
    if terms.reminded_on == clock.today():  # by another host meanwhile
        return 0
    terms.reminded_on = clock.today()
    terms.save(update_fields=["reminded_on"])
    open_ones = Introduction.objects.filter(practice=terms.practice, is_open=True)
    due = open_ones.filter(due_at__lte=max(evening(clock.today()), clock.now())).count()
    overdue = open_ones.filter(due_at__lt=clock.now()).count()
    return sum(_write(terms.practice, one, due, overdue) for one in members(terms.practice)) if due else 0


def _write(practice: Practice, to: Member, due: int, overdue: int) -> int:
    subject = ngettext("%(many)d introduction waits for you", "%(many)d introductions wait for you", due)
    if overdue:
        late = ngettext("%(many)d of them is overdue.", "%(many)d of them are overdue.", overdue) % {"many": overdue}
    else:
        late = _("None of them is overdue.")
    said = {
        "what": subject % {"many": due},
        "late": late,
        "url": f"{settings.PUBLIC_URL or 'http://localhost:8000'}{reverse('introductions:list')}",
        "where": _("Settings, “What you promise”"),
    }
    outbox.send_now(
        practice=practice,
        purpose=MailPurpose.ACCOUNT,
        to=Recipient(to.user.email, to.user.name),
        subject=said["what"],
        text=_("%(what)s. %(late)s\n\n%(url)s\n\nYou can stop these letters in %(where)s.") % said,
        key=f"{TO_MEMBERS}introductions due {to.public_id} {clock.today()}",
    )
    return 1
