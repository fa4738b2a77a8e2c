"""Verbs on seeds: said, left out, and written down by the clock when they fall due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.models import Seed
from passalong.introductions.seeds import BY_KEY
from passalong.introductions.selectors import seeds as read
from passalong.introductions.services.moving import MAY

CHUNK = 1000


@transaction.atomic
def say(*, by: Member, client: Contact, key: str, on: date | None = None, note: str = "") -> Seed:
    """It was said to this client, today unless said otherwise. Said again the first day stays.

    Raises Refused for a seed nobody knows and for a day to come.
    """
    day = on or clock.today()
    if day > clock.today():
        raise Refused(_("This day has not come yet."), field="on")
    row = _row(by, client, key)
    if row.said_on is None:
        row.said_on, row.skipped_on, row.note = day, None, " ".join(note.split())[:300]
        _settle(by, row, "introductions:seed_said")
    return row


@transaction.atomic
def skip(*, by: Member, client: Contact, key: str) -> Seed:
    """It does not suit this client and is not brought up again."""
    row = _row(by, client, key)
    if row.said_on is None and row.skipped_on is None:
        row.skipped_on = clock.today()
        _settle(by, row, "introductions:seed_left_out")
    return row


def _row(by: Member, client: Contact, key: str) -> Seed:
    demand(by, MAY)
    demand_own(by, client)
    if key not in BY_KEY:
        raise Refused(_("This is none of the things to say."))
    made = {"practice": by.practice, "due_on": clock.today()}
    row, _made = Seed.objects.get_or_create(client=client, key=key, defaults=made)
    return Seed.objects.select_for_update(of=("self",)).select_related("client").get(pk=row.pk)


def _settle(by: Member, row: Seed, kind: str) -> None:
    row.save(update_fields=["said_on", "skipped_on", "note"])
    people = [row.client.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=row.public_id, people=people, key=row.key)


def write_due(practice: Practice) -> int:
    """Write down which seed has fallen due with whom, one a person at most; returns how many are new. By the clock."""
    known: dict[int, list[Seed]] = defaultdict(list)
    for row in Seed.objects.filter(practice=practice).iterator(chunk_size=CHUNK):
        known[row.client_id].append(row)
    new = []
    for person, since in read.since_of(practice).items():
        following = read.next_seed(known[person], since)
        if following is None or not following.is_due:
            continue
        if not any(row.key == following.text.key for row in known[person]):
            made = Seed(practice=practice, client_id=person, key=following.text.key, due_on=following.due_on)
            new.append(made)
    Seed.objects.bulk_create(new, ignore_conflicts=True, batch_size=CHUNK)
    return len(new)
