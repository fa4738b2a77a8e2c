"""By when the next act is due: put off by the practice, where nobody was promised a day; and told by mail on the
morning of the day, to practices that want it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.accounts.selectors import members
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.due import evening, put_off_until
from passalong.core.errors import Refused
from passalong.core.staged import Row
from passalong.introductions.models import Introduction, Stage, Terms
from passalong.introductions.services.moving import MAY
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import outbox
from passalong.mail.services.composing import Recipient
from passalong.mail.services.layout import TO_MEMBERS

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
    row.due_at = put_off_until(until)
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
    return tell_members(
        practice=terms.practice,
        rows=Introduction.objects.filter(practice=terms.practice, is_open=True),
        room="introductions",
        words=lambda due: ngettext("%(many)d introduction waits for you", "%(many)d introductions wait for you", due),
    )


def tell_members(*, practice: Practice, rows: QuerySet[Row], room: str, words: Callable[[int], str]) -> int:
    """Write to everybody who signs in how many of these open rows are due today, and how many of those are late: once a
    day, and only where any is. room: whose list shows them. Returns how many letters were queued."""
    due = rows.filter(due_at__lte=max(evening(clock.today()), clock.now())).count()
    if not due:
        return 0
    if overdue := rows.filter(due_at__lt=clock.now()).count():
        late = ngettext("%(many)d of them is overdue.", "%(many)d of them are overdue.", overdue) % {"many": overdue}
    else:
        late = _("None of them is overdue.")
    said = {
        "what": words(due) % {"many": due},
        "late": late,
        "url": f"{settings.PUBLIC_URL or 'http://localhost:8000'}{reverse(f'{room}:list')}",
        "where": _("Settings, “What you promise”"),
    }
    keys = {f"{TO_MEMBERS}{room} due {one.public_id} {clock.today()}": one for one in members(practice)}
    gone = set(Message.objects.filter(practice=practice, key__in=keys).values_list("key", flat=True))
    for key in keys.keys() - gone:
        outbox.send_now(
            practice=practice,
            purpose=MailPurpose.ACCOUNT,
            to=Recipient(keys[key].user.email, keys[key].user.name),
            subject=said["what"],
            text=_("%(what)s. %(late)s\n\n%(url)s\n\nYou can stop these letters in %(where)s.") % said,
            key=key,
        )
    return len(keys.keys() - gone)
