"""When somebody last referred: what the rules on gifts ask, from the room below that cannot look up here."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils import timezone

from passalong.introductions.models import Credit, Introduction


def last_on(practice_id: int, contact_id: int, until: date) -> date | None:
    """The day of this person's last introduction, agreed or by a kit somebody answered, up to that day."""
    own = {"practice": practice_id, "referrer": contact_id}
    agreed = Introduction.objects.filter(agreed_on__lte=until, **own).aggregate(last=Max("agreed_on"))["last"]
    moments = Credit.objects.filter(**own).values_list("at", flat=True)
    days = [day for at in moments if (day := timezone.localdate(at)) <= until]
    return max([*days, *([agreed] if agreed else [])], default=None)
