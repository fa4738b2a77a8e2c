"""What a client's report of a yes allows: one personal message. The next one waits until the person has written or
answered for themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min, Q

from passalong.compliance.models import Given, Grant
from passalong.compliance.selectors import consent as consents
from passalong.mail.models import PENDING, Inbound, MailPurpose, MailState, Message, Verdict
from passalong.mail.services.suppression import keys_of

AGAIN_AFTER = timedelta(days=365)
WENT = (*PENDING, MailState.SENT, MailState.UNKNOWN)


def is_used_up(message: Message) -> bool:
    """Whether another personal message went, or is about to go, by the client's report alone."""
    if message.purpose != MailPurpose.PERSONAL:
        return False
    keys = keys_of(message.practice_id, message.address) or (message.address_key,)
    found = [consents.contact_grant(message.practice, contact=message.contact, person_key=key) for key in keys]
    grants = [one for one in found if one is not None]
    if not grants or any(one.given != Given.REPORTED for one in grants):
        return False
    whose = Q(address_key__in=keys) | (Q(contact=message.contact) if message.contact else Q(pk=None))
    since = _since(grants[0])
    before = Message.objects.filter(whose, practice=message.practice_id, purpose=MailPurpose.PERSONAL, state__in=WENT)
    if not before.filter(queued_at__gte=since).exclude(pk=message.pk).exists():
        return False
    answers = Inbound.objects.filter(practice=message.practice_id, verdict=Verdict.MATCHED, created_at__gte=since)
    wrote = Q(sender_key__in=keys) | (Q(contact=message.contact) if message.contact else Q(pk=None))
    return not answers.filter(wrote).exists()


def _since(grant: Grant) -> datetime:
    """Since when this client has told so: said again, it opens no further message. A report a year old is another."""
    whose = Q(person=grant.person_id) if grant.person_id else Q(person_key=grant.person_key)
    same = Grant.objects.filter(whose, practice=grant.practice_id, given=Given.REPORTED, told_by=grant.told_by_id)
    latest = grant.granted_at or grant.created_at
    first = same.filter(granted_at__gte=latest - AGAIN_AFTER).aggregate(first=Min("granted_at"))["first"]
    return first or latest
