"""The thank-you to a referrer: at once, for the referrer's own act and nothing else.

It reads no answer and no referred person: of what was acted on it takes the public id, of a link its kit's title. So
its words, its moment and whether it goes are the same whatever the friend does, and whoever the friend is.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.introductions import letters
from passalong.introductions.models import Because, Channel, Thanks, ThanksState, ThanksWords
from passalong.introductions.selectors import hearing
from passalong.kits.content import Frozen
from passalong.kits.models import Link, Passing
from passalong.kits.selectors.editions import live_edition
from passalong.mail.models import MailPurpose, MailState
from passalong.mail.selectors.outbox import addresses_ever
from passalong.mail.services import composing, outbox
from passalong.mail.services.suppression import has_left

logger = logging.getLogger("passalong.introductions")
MAY = "prospecting.edit"
APART = timedelta(days=30)  # between two thank-yous for passing the same link along
SWEPT = timedelta(days=2)  # how far back passings are looked for that nobody was thanked for yet
MOST_AT_ONCE = 200
LENGTHS = {"subject": 120, "body": 2000}


class Act(Protocol):
    """What was acted on, as far as a thank-you may know it: a link or an introduction by its random id."""

    practice_id: int
    public_id: str


@transaction.atomic
def save_words(*, by: Member, is_on: bool, subject: str = "", body: str = "") -> ThanksWords:
    """Switch the mailed thank-you on or off and keep its words. Words in braces other than the fixed ones are
    refused."""
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


@transaction.atomic
def thank(*, referrer: Contact, because: str, about: Act, by: Member | None = None) -> Thanks:
    """Thank this referrer for an act of their own (see Because), at once: by mail where the practice mails
    thank-yous, on a card or only on the screen where they want it so.

    Idempotent: one for the same act, for the same link again after thirty days, and one a day to the same person; then
    the one there is is returned. What cannot be mailed waits for the desk. by: the member in whose meeting or at whose
    desk it was said; None where the referrer did it. Raises Refused across practices only.
    """
    if by is not None:
        demand(by, MAY)
        demand_own(by, referrer)
    if about.practice_id != referrer.practice_id:
        raise Refused(_("This is not on file here."))
    referrer = Contact.objects.select_for_update(of=("self",)).select_related("practice").get(pk=referrer.pk)
    if (before := _thanked(referrer, because, about)) is not None:
        return before
    words = ThanksWords.objects.filter(practice=referrer.practice_id).first() or ThanksWords()
    written = _written(referrer, because, about, words)
    row = Thanks.objects.create(
        practice_id=referrer.practice_id,
        referrer=referrer,
        because=Because(because),
        about=about.public_id,
        key=_key(referrer, because, about),
        subject=written.subject,
        text=written.text,
        channel=channel_of(referrer),
        at=clock.now(),
    )
    if row.channel == Channel.SCREEN:
        _done(row, by)
    elif row.channel == Channel.MAIL and words.is_on:
        _mail(row, None)
    return row


def _key(referrer: Contact, because: str, about: Act) -> str:
    """One for an introduction agreed on, one for passing along; for a link one each day at most."""
    kind = "offer" if because == Because.AGREED else "pass"
    day = f":{clock.today()}" if isinstance(about, Link) else ""
    return f"{referrer.public_id}:{kind}:{about.public_id}{day}"


def _thanked(referrer: Contact, because: str, about: Act) -> Thanks | None:
    """The thank-you that stands for this act already. By the referrer's own acts and days alone."""
    own = Thanks.objects.filter(referrer=referrer).order_by("-at", "-pk")
    now = clock.now()
    if same := own.filter(key=_key(referrer, because, about)).first():
        return same
    if isinstance(about, Link):
        lately = own.exclude(because=Because.AGREED).filter(about=about.public_id, at__gt=now - APART).first()
        if lately is not None:
            return lately
    return own.filter(at__gte=_midnight(now)).first()


def _written(referrer: Contact, because: str, about: Act, words: ThanksWords) -> letters.Written:
    """The words: of a link with the title of its kit, else of the act alone."""
    if because != Because.AGREED and isinstance(about, Link) and (edition := live_edition(about.kit)) is not None:
        title = Frozen.from_json(edition.frozen).content.title
        return letters.write_thanks(referrer.practice, referrer, title, subject=words.subject, body=words.body)
    return letters.write_word(referrer.practice, referrer, offered=because == Because.AGREED)


def channel_of(referrer: Contact) -> Channel:
    """How this referrer is thanked: as they chose. Whoever left, wants quiet or no messages sees it on their page
    only; without a mail address a card is due."""
    chosen = hearing.of(referrer)
    if hearing.is_quiet(chosen) or has_left(referrer.practice_id, addresses_ever(referrer)):
        return Channel.SCREEN
    if chosen.channel == Channel.MAIL and not address_of(referrer):
        return Channel.CARD
    return Channel(chosen.channel)


def address_of(referrer: Contact) -> str:
    """The mail address a referrer is written to; empty when there is none."""
    address = referrer.points.filter(kind=PointKind.EMAIL).order_by("pk").first()
    return address.key if address else ""


@transaction.atomic
def send(*, by: Member, thanks: Thanks) -> Thanks:
    """Mail one that is due, after its words were looked at. Raises Refused, with the reason, when it does not go."""
    demand(by, MAY)
    demand_own(by, thanks)
    row = _locked(thanks)
    _demand_due(row)
    if not address_of(row.referrer):
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": row.referrer})
    row.channel = Channel.MAIL
    if why := _mail(row, by):
        raise Refused(why)
    thanks.refresh_from_db()
    return row


@transaction.atomic
def done(*, by: Member, thanks: Thanks, channel: str = Channel.CARD) -> Thanks:
    """The card is on its way, or it was said in person. Twice is once."""
    demand(by, MAY)
    demand_own(by, thanks)
    row = _locked(thanks)
    if is_due(row):
        row.channel, row.message = Channel(channel), None
        _done(row, by)
    thanks.refresh_from_db()
    return row


def is_due(row: Thanks) -> bool:
    """Whether somebody is still to be thanked: not yet tried, or mail that was held back or did not arrive."""
    stuck = (MailState.HELD, MailState.FAILED, MailState.CANCELLED)
    return row.state == ThanksState.DUE or (row.message is not None and row.message.state in stuck)


def _demand_due(row: Thanks) -> None:
    if not is_due(row):
        raise Refused(_("They have been thanked for this already."))


def _locked(thanks: Thanks) -> Thanks:
    found = Thanks.objects.select_for_update(of=("self",)).select_related("referrer__practice", "message")
    return found.get(pk=thanks.pk)


def _mail(row: Thanks, by: Member | None) -> str:
    """Queue it; the outbox asks suppression and rules, and once more when it leaves. Returns why it waits instead."""
    address = address_of(row.referrer)
    try:
        message = composing.draft(
            by=by,
            practice=row.practice,
            purpose=MailPurpose.THANKS,
            to=composing.Recipient(address, row.referrer.full_name, row.referrer),
            subject=row.subject,
            text=row.text,
            key=f"thanks:{row.public_id}",
            about=row.public_id,
        )
        if message.state == MailState.CANCELLED and by is not None:
            message = composing.write_again(by=by, message=message)
        message = outbox.send(by=by, message=message)
    except Refused as refused:
        logger.warning("A thank-you of practice %s was not queued: %s", row.practice.public_id, refused.message)
        return refused.message
    row.message = message
    if message.state == MailState.HELD:
        row.save(update_fields=["message", "channel"])
        return message.reason
    _done(row, by)
    return ""


def _done(row: Thanks, by: Member | None) -> None:
    row.state, row.done_at = ThanksState.DONE, clock.now()
    row.save()
    words = blobs.keep(row.practice_id, f"{row.subject}\n\n{row.text}".encode(), "text/plain; charset=utf-8")
    events.record(
        row.practice_id,
        "introductions:thanked",
        actor=by.public_id if by else "",
        subject=row.public_id,
        people=[row.referrer.public_id],
        texts={"words": words},
        because=str(row.because),
        channel=str(row.channel),
    )


def sweep() -> int:
    """Thank for passings that the desk noted in the kits room, which cannot call here; returns for how many."""
    now, made = clock.now(), 0
    found = Passing.objects.filter(at__gte=now - SWEPT, link__referrer__isnull=False).order_by("at", "pk")
    last = Thanks.objects.filter(at__gt=now - SWEPT - APART).exclude(because=Because.AGREED)
    of_link = dict(last.order_by("at").values_list("about", "at"))
    of_person = dict(Thanks.objects.filter(at__gt=now - SWEPT - APART).order_by("at").values_list("referrer", "at"))
    for one in found.select_related("link__referrer", "link__kit").iterator(chunk_size=500):
        referrer, link = one.link.referrer, one.link
        if referrer is None or made >= MOST_AT_ONCE:
            continue
        by_link, by_person = of_link.get(link.public_id), of_person.get(referrer.pk)
        if (by_link and by_link > one.at - APART) or (by_person and by_person >= _midnight(one.at)):
            continue
        thanked = thank(referrer=referrer, because=Because.PASSED, about=link)
        of_link[link.public_id] = of_person[referrer.pk] = thanked.at
        made += 1
    return made


def _midnight(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def preview(practice: Practice, *, subject: str = "", body: str = "") -> letters.Written:
    """The letter as somebody would read it, with an invented name and title."""
    ann = Contact(practice=practice, given_name=_("Ann"), full_name=_("Ann Example"))
    return letters.write_thanks(practice, ann, _("The title of your kit"), subject=subject, body=body)
