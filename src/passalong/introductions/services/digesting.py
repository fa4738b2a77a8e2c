"""What one referrer is told, as they want to hear: in one letter, several things in one letter, a card, on the screen.

A digest rests on several consents. Each is asked again at the moment it leaves: if one does not hold any more, all of
it stays, and a new one can be written without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant
from passalong.compliance.selectors import consent as consents
from passalong.compliance.services import consent
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.introductions import letters
from passalong.introductions.models import Channel, Told, Trouble
from passalong.introductions.selectors import updates
from passalong.introductions.selectors.updates import Item
from passalong.introductions.services import thanking, updating
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import composing

MAY = updating.MAY
DIGEST = "digest:"


@dataclass(frozen=True, slots=True)
class Draft:
    """What this referrer would read now, and how it would reach them. items: what it tells."""

    referrer: Contact
    items: tuple[Item, ...]
    written: letters.Written
    channel: Channel


def preview(referrer: Contact) -> Draft | None:
    """The letter as it would be written now; None where nothing can be told."""
    items = updates.of_referrer(referrer.practice, referrer).items
    return Draft(referrer, items, _written(referrer, items), thanking.channel_of(referrer)) if items else None


def _written(referrer: Contact, items: tuple[Item, ...]) -> letters.Written:
    if len(items) == 1:
        return letters.write_news(items[0].grant, referrer, items[0].friend, items[0].field)
    return letters.write_digest(referrer, [one.sentence for one in items])


@transaction.atomic
def write(*, by: Member, referrer: Contact) -> Message:
    """Draft what this referrer may be told now, in one letter that is shown before it goes.

    Raises Refused where nothing can be told, or where they want to hear nothing, later, or not by mail.
    """
    draft = _draft(by, referrer)
    if draft.channel is not Channel.MAIL:
        raise Refused(_("%(name)s does not hear by mail.") % {"name": referrer})
    if len(draft.items) == 1:
        one = draft.items[0]
        return updating.draft_one(
            by=by,
            grant=one.grant,
            referrer=referrer,
            friend=one.friend,
            field=one.field,
            introduction=one.introduction,
        )
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.UPDATE,
        to=composing.Recipient(thanking.address_of(referrer), referrer.full_name, referrer),
        subject=draft.written.subject,
        text=draft.written.text,
        key=_key(referrer.public_id, [(one.grant.public_id, one.field) for one in draft.items]),
        about=referrer.public_id,
        people=[part for one in draft.items for part in (one.grant.about, one.introduction.public_id)],
    )
    if message.state == MailState.CANCELLED:
        message = composing.write_again(by=by, message=message)
    _note(draft, message)
    return message


@transaction.atomic
def hand_over(*, by: Member, referrer: Contact) -> None:
    """It was told without mail: on a card that goes by post, or on their own page. Each consent is used now, with the
    words on record. Raises Refused as `write` does."""
    draft = _draft(by, referrer)
    if draft.channel is Channel.MAIL:
        raise Refused(_("%(name)s hears by mail.") % {"name": referrer})
    text = blobs.keep(by.practice_id, draft.written.text.encode(), "text/plain; charset=utf-8")
    for one in draft.items:
        consent.use(one.grant, text, referrer, one.field, by=by)
    _note(draft, None)


def _draft(by: Member, referrer: Contact) -> Draft:
    demand(by, MAY)
    demand_own(by, referrer)
    updating.may_hear_now(referrer)
    draft = preview(referrer)
    if draft is None:
        raise Refused(_("There is nothing %(name)s may be told now.") % {"name": referrer})
    return draft


def _note(draft: Draft, message: Message | None) -> None:
    for one in draft.items:
        updating.note_told(
            grant=one.grant,
            referrer=draft.referrer,
            field=one.field,
            introduction=one.introduction,
            message=message,
            channel=draft.channel,
        )


def _key(referrer: str, told: Iterable[tuple[str, str]]) -> str:
    """One digest for the same things; from its key it can be told whether they are still these."""
    said = "\n".join(sorted(f"{grant}:{field}" for grant, field in told))
    return f"{DIGEST}{referrer}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def holds(message: Message) -> bool:
    """Whether every consent a digest rests on covers it now. The mail room asks when it is queued and as it leaves."""
    if not message.key.startswith(DIGEST) or message.contact is None:
        return False
    told = list(Told.objects.filter(message=message).values_list("grant", "field"))
    if not told or _key(message.contact.public_id, told) != message.key:
        return False
    return all(_covers(message, grant, field) for grant, field in told)


def _covers(message: Message, grant: str, field: str) -> bool:
    found = Grant.objects.filter(practice=message.practice_id, public_id=grant).first()
    if found is None or field not in found.scope:
        return False
    return consents.live_grant(message.practice, found.purpose, about=grant, recipient=message.contact) is not None


def went(message: Message) -> None:
    """News is out. Each consent of a digest is used with the bytes that went; what went wrong counts as told."""
    now = Message.objects.select_related("mime", "contact", "practice").get(pk=message.pk)
    if now.key.startswith(DIGEST) and now.mime is not None and now.contact is not None:
        for grant, field in Told.objects.filter(message=now).values_list("grant", "field"):
            consent.told(
                practice=now.practice,
                grant=grant,
                field=field,
                text=now.mime,
                recipient=now.contact,
                message=now.public_id,
            )
    if now.key.endswith(f":{letters.TROUBLE_SCOPE}"):
        trouble = now.key.split(":")[2]  # troubles.py: update:GRANT:TROUBLE:WORDS:trouble
        own = Trouble.objects.filter(practice=now.practice, public_id=trouble, told_at=None)
        own.update(told_at=clock.now())
