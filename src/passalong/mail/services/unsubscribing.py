"""Leaving, by the person's own POST: at once, without a question, for as long as the link exists."""

from __future__ import annotations

from django.db import transaction

from passalong.accounts.models import Practice
from passalong.core.errors import Refused
from passalong.mail import addresses
from passalong.mail.models import Message, SuppressionReason, SuppressionScope
from passalong.mail.services.suppression import suppress


@transaction.atomic
def unsubscribe(token: str, *, scope: str = "") -> bool:
    """Stop what the token names, or everything with scope "all". False for a token that is not ours.

    Takes the token of a link, and the one in the local part of an address. Works when message, contact and all else
    are gone: the link's own keyed hash is enough.
    """
    told = addresses.read(token)
    if told is None or told.purpose != "unsubscribe":
        return False
    if told.key:
        practice, key, named = Practice.objects.filter(public_id=told.practice).first(), told.key, told.scope
    else:
        message = Message.objects.select_related("practice").filter(public_id=told.message).first()
        if message is None:
            return False
        practice, key, named = message.practice, message.address_key, message.list_scope
    if practice is None:
        return False
    wide = SuppressionScope.ALL in (scope, named) or named not in SuppressionScope.values
    stopped = SuppressionScope.ALL if wide else SuppressionScope.NEWS
    origin = Message.objects.filter(practice=practice, public_id=told.message).first()
    try:
        suppress(practice.pk, key, scope=stopped, reason=SuppressionReason.UNSUBSCRIBED, message=origin)
    except Refused:
        return False
    return True
