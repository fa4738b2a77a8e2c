"""Thank-yous: whom the practice still has to thank, and whom it has."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core.due import Due
from passalong.introductions.models import Channel, Thanks, ThanksState
from passalong.introductions.selectors.updates import STUCK

SOON = timedelta(days=1)  # after the act, thanks are due


def thanks(practice: Practice) -> QuerySet[Thanks]:
    """All of a practice, the latest first."""
    return Thanks.objects.filter(practice=practice).select_related("referrer__practice", "message", "practice")


def still_due(practice: Practice) -> QuerySet[Thanks]:
    """Those nobody has been thanked by yet: cards to write, mail to let go or that did not go. The earliest first."""
    waiting = Q(state=ThanksState.DUE) | Q(message__state__in=STUCK)
    return thanks(practice).filter(waiting).order_by("at", "pk")


def one(practice: Practice, public_id: str) -> Thanks:
    """One thank-you; raises Thanks.DoesNotExist for another practice's."""
    return thanks(practice).get(public_id=public_id)


def due(practice: Practice, limit: int = 5) -> list[Due]:
    """Lines for Today."""
    return [
        Due(_line(row), reverse("introductions:thank_you", args=[row.public_id]), timezone.localdate(row.at + SOON))
        for row in still_due(practice)[:limit]
    ]


def _line(row: Thanks) -> str:
    words = _("Write a card to %(name)s") if row.channel == Channel.CARD else _("Thank %(name)s")
    return words % {"name": row.referrer}


def of(referrer: Contact) -> list[Thanks]:
    """What this referrer's own page may show: thank-yous that went or that stand there instead of a letter."""
    return list(Thanks.objects.filter(referrer=referrer, state=ThanksState.DONE)[:20])
