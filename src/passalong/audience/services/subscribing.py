"""Verbs of those who want the news: they ask, confirm from their own mailbox, and leave.

The page answers everybody the same. What becomes of an address is decided afterwards, in the background: whether it is
on the list, has left it, or must not be written to can be learned by nobody who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.audience import consent_words
from passalong.audience.models import SubscribedBy, Subscriber, SubscriberKey, SubscriberState
from passalong.audience.tokens import digest_of
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.ids import new_token
from passalong.core.keyed import keyed_hash
from passalong.core.models import Blob
from passalong.mail import grammar
from passalong.mail.models import MailPurpose, SuppressionReason, SuppressionScope
from passalong.mail.services import outbox
from passalong.mail.services.composing import Recipient
from passalong.mail.services.suppression import is_suppressed, lift, may_come_back, suppress

PLAIN = "text/plain; charset=utf-8"
KEY_LASTS = timedelta(days=7)
FORGET_ASKED = timedelta(days=30)  # of those who never confirmed
FORGET_LEFT = timedelta(days=30)  # the address of those who left
ASK_AGAIN = timedelta(hours=1)
MOST_QUESTIONS = 3  # to one address, while one of their links works
LONGEST_NAME = 120
TASK = "passalong.audience.tasks.ask_to_confirm"


@transaction.atomic
def ask(
    *, practice: Practice, address: str, name: str = "", by: str = SubscribedBy.PAGE, about: str = "", words: str = ""
) -> None:
    """Somebody asks for the news by their own POST. The same work for every address; a mail asks them to confirm.

    by, about: where they came from. words: what was shown beside the field. Raises Refused for what is no address.
    """
    whole = grammar.address(address, field="address")
    shown = words or consent_words.asked(practice)
    found, made = Subscriber.objects.get_or_create(
        practice=practice,
        address_key=keyed_hash(practice.pk, grammar.forms(whole)[0]),
        defaults={
            "address": whole,
            "name": grammar.name(name[:LONGEST_NAME], field="name"),
            "by": by if by in SubscribedBy.values else SubscribedBy.PAGE,
            "about": about[:20],
            "asked_at": clock.now(),
        },
    )
    if not made and (found.state == SubscriberState.LEFT and may_come_back(practice.pk, whole)):
        made = _anew(found.pk, whole, grammar.name(name[:LONGEST_NAME], field="name"))
        found.refresh_from_db()
    if made:
        old, found.evidence = found.evidence_id, _proof(practice, found, shown)
        found.save(update_fields=["evidence"])
        blobs.release([old] if old else [])
        _record("asked", found, texts={"words": blobs.keep(practice.pk, shown.encode(), PLAIN)})
    import_string(TASK).enqueue(found.pk)


def _anew(pk: int, address: str, name: str) -> bool:
    """Somebody who left the news asks for them again: nothing but the question to confirm goes out, as at first, and
    links of earlier confirm nothing. Whether they had left."""
    found = _locked(pk)
    if found is None or found.state != SubscriberState.LEFT:
        return False
    found.keys.all().delete()
    found.state, found.address, found.name = SubscriberState.ASKED, address, name
    found.asked_at, found.confirmed_at, found.left_at = clock.now(), None, None
    found.save(update_fields=["state", "address", "name", "asked_at", "confirmed_at", "left_at"])
    return True


@transaction.atomic
def ask_to_confirm(*, subscriber_id: int) -> bool:
    """Send the question to confirm to whoever asked, unless they must not be written to. Whether it was queued."""
    found = _locked(subscriber_id)
    if found is None or found.state != SubscriberState.ASKED:
        return False
    has_left = is_suppressed(found.practice_id, found.address, SuppressionScope.NEWS)
    if has_left and not may_come_back(found.practice_id, found.address):
        _forget([found])
        return False
    keys = found.keys.all() if has_left else found.keys.filter(until__gt=clock.now())
    last = keys.order_by("-until").first()
    most = 1 if has_left else MOST_QUESTIONS  # whoever left is asked once, and not again while they say nothing
    if keys.count() >= most or (last and last.until - KEY_LASTS > clock.now() - ASK_AGAIN):
        return False
    token = new_token()
    key = SubscriberKey.objects.create(
        practice=found.practice, subscriber=found, token_digest=digest_of(token), until=clock.now() + KEY_LASTS
    )
    subject, text = consent_words.letter(found.practice, confirm_url(token))
    outbox.send_now(
        practice=found.practice,
        purpose=MailPurpose.SUBSCRIBE,
        to=Recipient(found.address, ""),  # whoever asked typed the name: no stranger's words go out in it
        subject=subject[: grammar.LONGEST_SUBJECT],
        text=text,
        key=f"subscribe {key.pk}",
        about=found.public_id,
        list_scope=SuppressionScope.NEWS,
    )
    return True


def confirm_url(token: str) -> str:
    """The address that stands in the mail; never by the Host header."""
    return (settings.PUBLIC_URL or "http://localhost:8000") + reverse("portal:news_confirm", args=[token])


@transaction.atomic
def confirm(*, token: str) -> Subscriber | None:
    """The reader's own POST from the page in the mail: from now on they get the news, also where they had left them.
    None for a link that is not ours, has ended or is older than their leaving. Pressing twice is pressing once."""
    key = SubscriberKey.objects.select_for_update().filter(token_digest=digest_of(token), until__gt=clock.now()).first()
    found = _locked(key.subscriber_id) if key else None
    if key is None or found is None or found.state == SubscriberState.LEFT:
        return None
    if not may_come_back(found.practice_id, found.address):
        return None
    if found.state == SubscriberState.ACTIVE:
        return found
    lift(found.practice_id, found.address)
    key.used_at = clock.now()
    key.save(update_fields=["used_at"])
    found.state, found.confirmed_at = SubscriberState.ACTIVE, clock.now()
    old, found.evidence = found.evidence_id, _proof(found.practice, found, _shown(found))
    found.save(update_fields=["state", "confirmed_at", "evidence"])
    blobs.release([old] if old else [])
    _record("confirmed", found, texts={"evidence": found.evidence} if found.evidence else {})
    return found


def _proof(practice: Practice, subscriber: Subscriber, shown: str) -> Blob:
    content = consent_words.evidence(practice, subscriber.asked_at, subscriber.confirmed_at, shown)
    return blobs.keep(practice.pk, content, PLAIN)


def _shown(subscriber: Subscriber) -> str:
    """The words that were shown when they asked, out of the proof kept then."""
    if subscriber.evidence is None:
        return consent_words.asked(subscriber.practice)
    return blobs.read(subscriber.evidence).decode().partition("\n\n")[2]


@transaction.atomic
def take_off(*, by: Member, subscriber: Subscriber) -> None:
    """The desk takes somebody off who said so by another way. Doing it twice is doing it once."""
    demand(by, "audience.edit")
    demand_own(by, subscriber)
    suppress(
        by.practice_id,
        subscriber.address_key,
        scope=SuppressionScope.NEWS,
        reason=SuppressionReason.BY_HAND,
        by=by,
    )
    subscriber.refresh_from_db()


@transaction.atomic
def left(practice_id: int, keys: Iterable[str]) -> int:
    """What the mail room calls when an address must not be written to any more: it is on no list. Returns how many."""
    found = Subscriber.objects.select_for_update(of=("self",)).filter(practice=practice_id, address_key__in=list(keys))
    gone = 0
    for one in found.exclude(state=SubscriberState.LEFT):
        one.state, one.left_at = SubscriberState.LEFT, clock.now()
        one.save(update_fields=["state", "left_at"])
        _record("left", one)
        gone += 1
    return gone


def tidy() -> int:
    """Forget whoever asked and never confirmed, and the addresses of those who left. Returns how many."""
    now, gone = clock.now(), 0
    waiting = Subscriber.objects.filter(state=SubscriberState.ASKED, asked_at__lt=now - FORGET_ASKED)
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            found = _locked(pk)
            if found is not None and found.state == SubscriberState.ASKED:  # else confirmed in this very moment
                gone += _forget([found])
    SubscriberKey.objects.filter(until__lt=now - FORGET_ASKED).delete()
    past = Subscriber.objects.filter(state=SubscriberState.LEFT, left_at__lt=now - FORGET_LEFT)
    gone += past.exclude(address="", name="").update(address="", name="")
    return gone


def _forget(some: list[Subscriber]) -> int:
    held = [one.evidence_id for one in some if one.evidence_id]
    for one in some:
        one.delete()
    blobs.release(held)
    return len(some)


def _locked(pk: int) -> Subscriber | None:
    rows = Subscriber.objects.select_for_update(of=("self",)).select_related("practice", "evidence")
    return rows.filter(pk=pk).first()


def _record(act: str, subscriber: Subscriber, *, texts: Mapping[str, Blob] | None = None) -> None:
    events.record(
        subscriber.practice_id,
        f"audience:{act}",
        subject=subscriber.public_id,
        texts=texts,
        by=subscriber.by,
        about=subscriber.about,
    )
