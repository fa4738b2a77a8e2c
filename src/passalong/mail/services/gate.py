"""May this message go? Asked when it is queued, and again at the moment it leaves: what changed between counts.

In this order, the first refusal decides: suppression, the lock of somebody not told yet what is on file, consent by
purpose, the rules of profession and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance import rulebook
from passalong.compliance.models import Purpose
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services.suppression import is_suppressed

OWN_PEOPLE = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)
# What the rulebook is asked; a purpose that is not here answers somebody's own request.
ACTIONS = {
    MailPurpose.UPDATE: "status_update",
    MailPurpose.NEWS: "system_mail",
}
NEEDS_POSTAL_ADDRESS = (MailPurpose.NEWS, MailPurpose.THANKS, MailPurpose.UPDATE, MailPurpose.CONSENT_ASK)
PAST_LOCK = (MailPurpose.NOTICE, MailPurpose.PRIVACY, MailPurpose.ACCOUNT)
NO_TAX_ONLY = (MailPurpose.NEWS, MailPurpose.THANKS, MailPurpose.UPDATE)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether it may go; if not, the name of the rule and one sentence for the person who wrote it."""

    may: bool
    rule: str = ""
    why: str = ""


OPEN = Gate(True)


def judge(message: Message) -> Gate:
    """The decision on this message as things are now."""
    for look in (_suppressed, _locked, _tax_only, _consented, _postal_address, _ruled):
        gate = look(message)
        if not gate.may:
            return gate
    return OPEN


def _suppressed(message: Message) -> Gate:
    """Suppression beats every purpose but the answer to a privacy request: whoever asked on the privacy page a minute
    ago wants that one message, and without it nobody who left could see or erase what is kept."""
    if message.purpose == MailPurpose.PRIVACY:
        return OPEN
    scope = "news" if message.purpose == MailPurpose.NEWS else "all"
    keys = {message.address_key, message.address}
    if any(is_suppressed(message.practice_id, key, scope) for key in keys):
        return Gate(False, "suppression", _("This address has asked for no more messages, or cannot be reached."))
    return OPEN


def _locked(message: Message) -> Gate:
    if message.contact is None or message.purpose in PAST_LOCK:
        return OPEN
    is_locked: Any = _other("passalong.contacts.selectors.is_locked")
    if is_locked is not None and is_locked(message.contact):
        return Gate(
            False,
            "EU-2.art-14",
            _("This person must first be told what you keep about them. Send the notice, then write."),
        )
    return OPEN


def _tax_only(message: Message) -> Gate:
    """What is known from tax work alone opens no other subject without a signed consent."""
    contact = message.contact
    if contact is None or not contact.tax_only or message.purpose not in NO_TAX_ONLY:
        return OPEN
    if _live_grant(message, Purpose.TAX_USE):
        return OPEN
    return Gate(False, "US-7.7216", _("You know this person from tax work only. A signed consent is needed first."))


def _consented(message: Message) -> Gate:
    purpose = MailPurpose(message.purpose)
    if purpose == MailPurpose.UPDATE:
        if _live_grant(message, Purpose.UPDATE):
            return OPEN
        return Gate(False, "invariant-1", _("The person this is about has not allowed it, or has taken it back."))
    if purpose == MailPurpose.CONSENT_ASK and not has_own_yes(message):
        return Gate(False, "M16.own-yes", _("This person has not asked to be contacted."))
    if purpose in (MailPurpose.PERSONAL, MailPurpose.NEWS) and not (is_own(message.contact) or has_own_yes(message)):
        return Gate(
            False,
            "M16.own-yes",
            _("This person is no client or partner of yours and has not asked to be contacted."),
        )
    if purpose in (MailPurpose.THANKS, MailPurpose.NOTICE) and message.contact is None:
        return Gate(False, "M18.on-file", _("This person is not on file any more."))
    return OPEN


def is_own(contact: Contact | None) -> bool:
    """Whether this is a client, former client or partner of the practice."""
    if contact is None:
        return False
    own = Standing.objects.filter(practice=contact.practice_id, contact=contact, kind__in=OWN_PEOPLE)
    return any(one.until is None or one.kind in (StandingKind.CLIENT, StandingKind.FORMER_CLIENT) for one in own)


def has_own_yes(message: Message) -> bool:
    """Whether the person's own answer asked for contact; profiles that demand more than a report say so there."""
    asked: Any = _other("passalong.compliance.selectors.consent.may_be_contacted")
    if asked is None:
        return False
    return bool(asked(message.practice, contact=message.contact, person_key=message.address_key))


def _live_grant(message: Message, purpose: Purpose) -> Any:
    """A consent that covers this message: for an update, of whoever it is about, to its recipient."""
    find: Any = _other("passalong.compliance.selectors.consent.live_grant")
    if find is None:
        return None
    if purpose == Purpose.UPDATE:
        return find(message.practice, purpose, about=message.about, recipient=message.contact)
    return find(message.practice, purpose, person=message.contact)


def _postal_address(message: Message) -> Gate:
    if message.purpose in NEEDS_POSTAL_ADDRESS and not message.practice.imprint.strip():
        return Gate(
            False,
            "US-11.postal-address",
            _("A message of this kind must carry your postal address. Put it into the imprint, in the settings."),
        )
    return OPEN


def _ruled(message: Message) -> Gate:
    action = ACTIONS.get(MailPurpose(message.purpose))
    return rule_of(message.practice, action) if action else OPEN


def rule_of(practice: Practice, action: str) -> Gate:
    """What the rulebook says of an act here; an act it does not know is open."""
    if action not in rulebook.ACTIONS:
        return OPEN
    found = rulebook.verdict(practice, action)  # type: ignore[arg-type]
    if found.effect is not rulebook.Effect.BLOCK:
        return OPEN
    strictest = found.rules[0]
    return Gate(False, strictest.id, strictest.why)


def _other(path: str) -> Any:
    """A function of another part, None while that part is not there."""
    try:
        return import_string(path)
    except ImportError:
        return None
