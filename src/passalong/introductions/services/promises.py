"""Verbs on promises: made with a day, kept, put off, or dropped by both. What is owed comes before any ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance import rulebook
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.introductions.depending import depends_on_introductions
from passalong.introductions.models import Agreement, Introduction, Promise
from passalong.introductions.services.moving import MAY

LONGEST, FARTHEST = 300, relativedelta(years=2)


@transaction.atomic
def make(
    *,
    by: Member,
    to: Contact,
    words: str,
    due_on: date,
    meeting: str = "",
    agreement: Agreement | None = None,
    introduction: Introduction | None = None,
) -> Promise:
    """Write down what the practice will do for somebody, and by which day.

    meeting: public id of the meeting it was made in. introduction: where it is owed to the person introduced. Said
    again with the same words and day while it is open it stays one. Raises Refused, naming the field, for empty or too
    long words, a day past or too far off, and, with the rule's name, for what depends on introductions.
    """
    demand(by, MAY)
    demand_own(by, to, agreement, introduction)
    said = " ".join(words.replace("\x00", "").split())
    _check(said, due_on)
    demand_free(by.practice, said, strict=True, field="words", hangs=_is_of_referrer(to, introduction))
    Contact.objects.select_for_update(of=("self",)).get(pk=to.pk)  # two presses at once: one promise
    same = Promise.objects.filter(to=to, words=said, due_on=due_on, kept_on=None, dropped_on=None).first()
    if same is not None:
        return same
    owed = {"agreement": agreement, "introduction": introduction, "meeting": meeting[:20]}
    promise = Promise.objects.create(practice=by.practice, to=to, words=said, due_on=due_on, **owed)
    _record("introductions:promised", by, promise, due_on=due_on)
    return promise


def demand_free(practice: Practice, words: str, *, strict: bool, field: str, hangs: bool = False) -> None:
    """Raise Refused, with the rule's reason and name, where words (or what they hang on) make something a client gets
    depend on introductions."""
    facts = ("for_referral",) if hangs or depends_on_introductions(words, strict=strict) else ()
    found = rulebook.verdict(practice, "promise", facts=facts)
    if found.effect is rulebook.Effect.BLOCK:
        raise Refused(f"{_(found.decides.why)} ({found.decides.id})", field=field)


@transaction.atomic
def keep(*, by: Member, promise: Promise, on: date | None = None) -> Promise:
    """It was done, today unless said otherwise. Said again it changes nothing."""
    row = _open(by, promise)
    if row is not None:
        day = on or clock.today()
        if day > clock.today():
            raise Refused(_("This day has not come yet."), field="on")
        row.kept_on = day
        row.save(update_fields=["kept_on"])
        _record("introductions:promise_kept", by, row, in_time=day <= row.due_on)
    promise.refresh_from_db()
    return promise


@transaction.atomic
def put_off(*, by: Member, promise: Promise, due_on: date) -> Promise:
    """Both agreed on another day. The record keeps the old one."""
    _check(promise.words, due_on)
    row = _open(by, promise)
    if row is not None and row.due_on != due_on:
        before, row.due_on = row.due_on, due_on
        row.save(update_fields=["due_on"])
        _record("introductions:promise_put_off", by, row, before=before, due_on=due_on)
    promise.refresh_from_db()
    return promise


@transaction.atomic
def drop(*, by: Member, promise: Promise) -> Promise:
    """Both agreed that it no longer matters."""
    row = _open(by, promise)
    if row is not None:
        row.dropped_on = clock.today()
        row.save(update_fields=["dropped_on"])
        _record("introductions:promise_dropped", by, row)
    promise.refresh_from_db()
    return promise


def _open(by: Member, promise: Promise) -> Promise | None:
    """The row, held; None where it is settled already."""
    demand(by, MAY)
    demand_own(by, promise)
    row = Promise.objects.select_for_update(of=("self",)).select_related("to").get(pk=promise.pk)
    return row if row.kept_on is None and row.dropped_on is None else None


def _check(words: str, due_on: date) -> None:
    if not words:
        raise Refused(_("Say what you promise."), field="words")
    if len(words) > LONGEST:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field="words")
    if due_on < clock.today():
        raise Refused(_("This day is past. A promise has a day to come."), field="due_on")
    if due_on > clock.today() + FARTHEST:
        raise Refused(_("That is too far off to be kept in mind. Choose a day within two years."), field="due_on")


def _is_of_referrer(to: Contact, introduction: Introduction | None) -> bool:
    """Whether it is promised to the one who introduces, because of an introduction."""
    return introduction is not None and introduction.referrer_id == to.pk


def _record(kind: str, by: Member, promise: Promise, **said: Any) -> None:
    people = [promise.to.public_id]
    events.record(by.practice_id, kind, actor=by.public_id, subject=promise.public_id, people=people, **said)
