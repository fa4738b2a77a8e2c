"""What notices promise: an entry about somebody in Europe ends some years after we last had to do with each other."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from passalong.contacts.models import Contact
from passalong.contacts.person import person_of
from passalong.contacts.resting import in_europe_unasked
from passalong.core import clock, erasing
from passalong.core.models import Event, PayloadPerson
from passalong.privacy.notice import KEPT_YEARS

AT_ONCE = 500  # people in one night: an erasure looks through everything there is
WHY = "kept long enough"

log = logging.getLogger("passalong.privacy")


def kept_long_enough() -> QuerySet[Contact]:
    """People in Europe who are no clients, on file for so long, of whom the record says nothing since."""
    since = clock.now() - timedelta(days=365.25 * KEPT_YEARS)
    own = {"practice": OuterRef("practice")}
    named = PayloadPerson.objects.filter(person=OuterRef("public_id"), payload__event__at__gte=since, **own)
    about = Event.objects.filter(subject=OuterRef("public_id"), at__gte=since, **own)
    old = Contact.objects.filter(in_europe_unasked(), created_at__lt=since)
    return old.exclude(Exists(named)).exclude(Exists(about)).order_by("created_at", "pk")


def forget_old() -> int:
    """Forget them, unless a hold keeps them. Returns how many went."""
    gone = 0
    for pk in list(kept_long_enough().values_list("pk", flat=True)):
        person = person_of(Contact.objects.get(pk=pk))
        if not erasing.holding_all(person):
            erasing.erase(person, why=WHY)
            gone += 1
        if gone == AT_ONCE:
            break
    if gone:
        log.info("%s entries were kept long enough and are gone.", gone)
    return gone
