"""The thank-you to whoever passed a kit along. It is about the act of passing along and nothing else.

It reads no answer and no referred person. When it goes depends on the referrer, the link and the day alone, days later
and also when nobody ever answered: neither its words nor its moment tell what the friend did.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, PointKind
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.introductions import letters
from passalong.introductions.models import ThanksWords
from passalong.kits.content import Frozen
from passalong.kits.models import Link, Passing
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import composing, outbox

logger = logging.getLogger("passalong.introductions")
DAYS = (4, 9)  # after the day it was passed along
HOURS = (9, 17)  # of the day, where the practice is
APART = timedelta(days=30)  # between two thank-yous to one referrer
FORGOTTEN_AFTER = timedelta(days=60)
MOST_AT_ONCE = 200
LENGTHS = {"subject": 120, "body": 2000}


@dataclass(frozen=True, slots=True)
class Owed:
    """A thank-you that has fallen due: for the first time this referrer passed this kit along."""

    referrer: Contact
    link: Link
    kit: str
    due: datetime

    @property
    def key(self) -> str:
        """One per referrer and kit, for good."""
        return f"thanks:{self.referrer.public_id}:{self.link.kit.public_id}"


@transaction.atomic
def save_words(*, by: Member, is_on: bool, subject: str = "", body: str = "") -> ThanksWords:
    """Switch the thank-you on or off and keep its words. Words in braces other than the fixed ones are refused."""
    demand(by, "accounts.change_practice")
    said = check_words(subject, body)
    words, _made = ThanksWords.objects.select_for_update().get_or_create(practice=by.practice)
    if is_on and not words.is_on:
        words.on_since = clock.now()
    words.is_on, words.subject, words.body = is_on, said["subject"], said["body"]
    words.save()
    text = f"{said['subject'] or letters.THANKS.subject}\n\n{said['body'] or letters.THANKS.body}"
    kept = blobs.keep(by.practice_id, text.encode(), "text/plain")
    events.record(by.practice_id, "introductions:thanks_words", actor=by.public_id, texts={"words": kept}, is_on=is_on)
    return words


def check_words(subject: str, body: str) -> dict[str, str]:
    """The words as they are kept; raises Refused, naming the field, for too many or for a word in braces that a
    thank-you does not hold."""
    said = {"subject": " ".join(subject.split()), "body": body.replace("\r\n", "\n").replace("\x00", "").strip()}
    for name, text in said.items():
        if len(text) > LENGTHS[name]:
            raise Refused(_("Please keep it under %(most)d characters.") % {"most": LENGTHS[name]}, field=name)
        if unknown := letters.unknown_tags(text):
            words = _("“{%(tag)s}” cannot stand here: a thank-you holds nothing about whom it was passed to.")
            raise Refused(words % {"tag": unknown[0]}, field=name)
    return said


def send_due() -> int:
    """Thank whoever is due to be thanked, in every practice that wants it; returns how many were queued."""
    queued = 0
    for words in ThanksWords.objects.filter(is_on=True).select_related("practice"):
        for one in owed(words):
            if queued >= MOST_AT_ONCE:
                return queued
            queued += _send(words, one)
    return queued


def owed(words: ThanksWords) -> Iterator[Owed]:
    """What has fallen due and was not thanked for, the earliest first: at most one a referrer."""
    now, practice = clock.now(), words.practice
    since = max(words.on_since or now, now - FORGOTTEN_AFTER)
    passed = Passing.objects.filter(practice=practice, at__gte=since, link__referrer__isnull=False)
    passed = passed.exclude(edition=None).select_related("link__referrer", "link__kit", "edition")
    first: dict[tuple[int, int], Owed] = {}
    for one in passed.order_by("at", "pk").iterator(chunk_size=500):
        referrer = one.link.referrer
        if referrer is not None:
            title = Frozen.from_json(one.edition.frozen).content.title if one.edition else ""
            first.setdefault((referrer.pk, one.link.kit_id), Owed(referrer, one.link, title, due_at(one.link, one.at)))
    due = sorted((owing for owing in first.values() if owing.due <= now), key=lambda owing: owing.due)
    done = Message.objects.filter(practice=practice, purpose=MailPurpose.THANKS)
    thanked = set(done.values_list("key", flat=True))
    lately = set(done.filter(created_at__gt=now - APART).values_list("contact_id", flat=True))
    for thanks in due:
        if thanks.key not in thanked and thanks.referrer.pk not in lately:
            lately.add(thanks.referrer.pk)
            yield thanks


def due_at(link: Link, passed_at: datetime) -> datetime:
    """When the thank-you for this act goes: four to nine days on, by day. Seeded by referrer and link, nothing else."""
    referrer = link.referrer.public_id if link.referrer else ""
    seed = int.from_bytes(hashlib.sha256(f"{referrer}\0{link.public_id}".encode()).digest()[:8], "big")
    days, seconds = DAYS[0] + seed % (DAYS[1] - DAYS[0] + 1), (seed >> 16) % ((HOURS[1] - HOURS[0]) * 3600)
    day = timezone.localdate(passed_at) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(HOURS[0]))) + timedelta(seconds=seconds)


def _send(words: ThanksWords, one: Owed) -> int:
    """Queue one; the outbox asks suppression and rules, and once more when it leaves. 0 without a usable address."""
    address = one.referrer.points.filter(kind=PointKind.EMAIL).order_by("pk").first()
    if address is None:
        return 0
    written = letters.write_thanks(words.practice, one.referrer, one.kit, subject=words.subject, body=words.body)
    try:
        outbox.send_now(
            practice=words.practice,
            purpose=MailPurpose.THANKS,
            to=composing.Recipient(address.key, one.referrer.full_name, one.referrer),
            subject=written.subject,
            text=written.text,
            key=one.key,
            about=one.link.public_id,
        )
    except Refused as refused:
        logger.warning("A thank-you of practice %s was not queued: %s", words.practice.public_id, refused.message)
        return 0
    return 1


def preview(practice: Practice, *, subject: str = "", body: str = "") -> letters.Written:
    """The letter as somebody would read it, with an invented name and title."""
    ann = Contact(practice=practice, given_name=_("Ann"), full_name=_("Ann Example"))
    return letters.write_thanks(practice, ann, _("The title of your kit"), subject=subject, body=body)
