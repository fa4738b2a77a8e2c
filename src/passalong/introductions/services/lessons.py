"""The verb on lessons: given to a client, once each."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.lessons import BY_KEY
from passalong.introductions.models import LessonGiven
from passalong.introductions.services.moving import MAY


@transaction.atomic
def give(*, by: Member, client: Contact, key: str) -> LessonGiven:
    """It was said or shown to this client today. Given again the first day stays. Raises Refused for one nobody
    knows."""
    demand(by, MAY)
    demand_own(by, client)
    if key not in BY_KEY:
        raise Refused(_("There is no such lesson."))
    first = {"practice": by.practice, "given_on": clock.today()}
    row, made = LessonGiven.objects.get_or_create(client=client, key=key, defaults=first)
    if made:
        events.record(by.practice_id, "introductions:lesson", actor=by.public_id, subject=client.public_id, key=key)
    return row
