"""The brief by mail: shown before it goes, through the gate and the outbox as all mail, with a private link of its own.

The link in a letter stands beside one that was handed out: sending ends no earlier link. It shows nothing once the
letter is taken back (services.unsent).
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import digest, new_token
from passalong.interviews import letters
from passalong.interviews.fair_words import demand_fair
from passalong.interviews.models import BriefKey, Partner
from passalong.interviews.services.moving import MAY
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.selectors.outbox import addresses_of
from passalong.mail.services import composing, outbox
from passalong.mail.services.gate import before_writing


def preview(*, by: Member, partner: Partner, subject: str, opening: str) -> letters.Written:
    """The letter as it would go; the partner's own address stands as dots, for it is made when it goes."""
    page = f"{settings.PUBLIC_URL}/brief/{letters.HERE}"
    return letters.brief(partner, subject=subject, opening=opening, sender=by.user.name, page=page)


@transaction.atomic
def send(*, by: Member, partner: Partner, to: str, subject: str, opening: str) -> Message:
    """Send it. to: one of the partner's addresses on file. Raises Refused, naming the field, where the words press or
    sell, where the gate holds it back or where no page of ours can be opened from outside; then nothing was written."""
    demand(by, MAY)
    demand_own(by, partner)
    row = Partner.objects.select_for_update(of=("self",)).select_related("contact", "practice").get(pk=partner.pk)
    if row.ended_at is not None:
        raise Refused(_("They are no partner any more."))
    if not row.briefs.exists():
        raise Refused(_("Write the brief first."))
    for field, said in (("subject", subject), ("opening", opening)):
        demand_fair(said, field=field)
    if not (there := sharing()).is_on:
        raise Refused(there.why)
    address, token = _address(row, to), new_token()
    page = f"{settings.PUBLIC_URL}/brief/{token}"
    written = letters.brief(row, subject=subject, opening=opening, sender=by.user.name, page=page)
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(address, row.contact.full_name, row.contact),
        subject=written.subject,
        text=written.text,
        key=f"brief:{row.public_id}:{clock.now().timestamp()}",
        about=row.public_id,
    )
    BriefKey.objects.create(
        practice_id=row.practice_id, partner=row, token_digest=digest(token), message=message.public_id
    )
    sent = outbox.send(by=by, message=message)
    if sent.state == MailState.HELD:
        raise Refused(sent.reason, field="to")
    people = [row.contact.public_id]
    events.record(by.practice_id, "interviews:brief_sent", actor=by.public_id, subject=row.public_id, people=people)
    return sent


def _address(row: Partner, to: str) -> str:
    if to not in addresses_of(row.contact):
        raise Refused(_("This is no address of %(name)s on file.") % {"name": row.contact}, field="to")
    if not (gate := before_writing(row.contact, to)).may:
        raise Refused(gate.why, field="to")
    return to
