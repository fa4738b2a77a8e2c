"""May this message go? Asked when it is queued, and again at the moment it leaves: what changed between counts.

In this order, the first refusal decides: suppression, the lock of somebody not told yet what is on file, consent by
purpose and the address they gave, the rules of profession and place; last, whether whoever a client writes to by us
has answered meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance import rulebook
from passalong.compliance.models import Purpose
from passalong.compliance.selectors import consent as consents
from passalong.contacts.models import Contact, PointKind, Standing, StandingKind
from passalong.contacts.selectors import is_locked
from passalong.mail.models import MailPurpose, Message
from passalong.mail.selectors.inbound import is_on_hold, wrote_from
from passalong.mail.selectors.outbox import addresses_ever, referred_before
from passalong.mail.services.reported import is_used_up
from passalong.mail.services.suppression import has_left, is_suppressed, keys_of, may_come_back

OWN_PEOPLE = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)
# What the rulebook is asked, and what holds by then: consent was looked at before. Other purposes answer somebody's own
# request.
ASKED = {
    MailPurpose.UPDATE: ("status_update", ("consent", "signed_form")),  # live_grant asks for the form where it must be
    MailPurpose.NEWS: ("system_mail", ("opted_in",)),
    MailPurpose.REFERRAL: ("system_mail", ("full_name", "attested")),  # demanded by introductions.services.sending_for
}
NEEDS_POSTAL_ADDRESS = (
    *(MailPurpose.NEWS, MailPurpose.THANKS, MailPurpose.UPDATE, MailPurpose.CONSENT_ASK),
    MailPurpose.REFERRAL,
)
# News that rests on several consents: the room above knows which, and asks each.
DIGEST = "passalong.introductions.services.digesting.holds"
# An issue of the news goes to whoever asked for it and confirmed, and to nobody else: the room above knows.
ISSUE = "passalong.audience.services.holding.holds"
# Whether a client's message is still to go: it waits a while, and its reader may answer meanwhile.
FOR_CLIENT = "passalong.introductions.services.sending_for.holds"
PAST_LOCK = (MailPurpose.NOTICE, MailPurpose.PRIVACY, MailPurpose.ACCOUNT, MailPurpose.SUBSCRIBE)
OF_THE_LIST = (MailPurpose.NEWS, MailPurpose.SUBSCRIBE)
BY_OWN_YES = (MailPurpose.PERSONAL, MailPurpose.NEWS, MailPurpose.CONSENT_ASK)
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
    own = (_suppressed, _came_back, _locked, _tax_only, _consented, _as_given, _once_reported)
    for look in (*own, _postal_address, _ruled, _unanswered):
        gate = look(message)
        if not gate.may:
            return gate
    return OPEN


def before_writing(contact: Contact, address: str) -> Gate:
    """The decision on a personal message nobody has written yet, so that no words are lost on one that cannot go."""
    key = next(iter(keys_of(contact.practice_id, address)), "")
    return judge(
        Message(
            practice=contact.practice,
            purpose=MailPurpose.PERSONAL,
            contact=contact,
            address=address,
            address_key=key,
        )
    )


def _suppressed(message: Message) -> Gate:
    """Suppression beats every purpose but the answer to a privacy request: whoever asked on the privacy page a minute
    ago wants that one message, and without it nobody who left could see or erase what is kept."""
    if message.purpose == MailPurpose.PRIVACY:
        return OPEN
    if message.purpose == MailPurpose.SUBSCRIBE and may_come_back(message.practice_id, message.address):
        return OPEN  # who left the news asks for them anew: this one mail asks whether it was they
    scope = "news" if message.purpose in OF_THE_LIST else "all"
    if is_suppressed(message.practice_id, message.address, scope):
        return Gate(False, "suppression", _("This address has asked for no more messages, or cannot be reached."))
    if message.contact is not None and has_left(message.practice_id, addresses_ever(message.contact), scope):
        return Gate(False, "suppression", _("This person has asked for no more messages, by another address."))
    return OPEN


def _came_back(message: Message) -> Gate:
    """Mail that came back several times lately waits; old trouble stops counting by itself."""
    if not is_on_hold(message.practice_id, message.address_key):
        return OPEN
    return Gate(False, "EM-6.came-back", _("Mail to this address came back several times lately. It rests now."))


def _locked(message: Message) -> Gate:
    if message.contact is None or message.purpose in PAST_LOCK:
        return OPEN
    if is_locked(message.contact):
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
        if import_string(DIGEST)(message):
            return OPEN
        return Gate(False, "invariant-1", _("The person this is about has not allowed it, or has taken it back."))
    if purpose == MailPurpose.NEWS and (said := import_string(ISSUE)(message)) is not None:
        return (
            OPEN if said else Gate(False, "M32.own-act", _("They are not on the list now, or the issue was stopped."))
        )
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


def _as_given(message: Message) -> Gate:
    """Whoever asked for contact is written to where they said, not where a list knows them to be."""
    purpose = MailPurpose(message.purpose)
    if purpose not in BY_OWN_YES or (purpose != MailPurpose.CONSENT_ASK and is_own(message.contact)):
        return OPEN
    if has_given(message.practice, message.contact, _keys(message)):
        return OPEN
    if purpose == MailPurpose.NEWS and import_string(ISSUE)(message):
        return OPEN
    return Gate(
        False,
        "M16.own-address",
        _(
            "They did not give this address with their yes: ask them where to write and note it on the page of the "
            "introduction, or call."
        ),
    )


def _once_reported(message: Message) -> Gate:
    """What a client told of somebody opens one personal message, and no list of them."""
    if is_own(message.contact) or not is_used_up(message):
        return OPEN
    words = _("You have written once, as their friend told you they would like. Wait for their own answer now.")
    return Gate(False, "M16.reported-once", words)


def is_own(contact: Contact | None) -> bool:
    """Whether this is a client, former client or partner of the practice."""
    if contact is None:
        return False
    own = Standing.objects.filter(practice=contact.practice_id, contact=contact, kind__in=OWN_PEOPLE)
    return any(one.until is None or one.kind in (StandingKind.CLIENT, StandingKind.FORMER_CLIENT) for one in own)


def has_own_yes(message: Message) -> bool:
    """Whether the person asked for contact: for what the system sends, lists and news by their own answer; for one
    personal message a client's report will do, but not for those known from tax work, nor where one of the practice's
    professions asks for the person's own (compliance.updates.locks)."""
    contact, practice = message.contact, message.practice
    own_only = message.purpose != MailPurpose.PERSONAL or (contact is not None and contact.tax_only)
    if any(consents.may_be_contacted(practice, person_key=key, own_only=own_only) for key in _keys(message)):
        return True
    return contact is not None and consents.may_be_contacted(practice, contact, own_only=own_only)


def _keys(message: Message) -> Collection[str]:
    """Keyed hashes of where it goes; the one it was drafted with once the address is gone."""
    return keys_of(message.practice_id, message.address) or (message.address_key,)


def has_given(practice: Practice, contact: Contact | None, keys: Collection[str]) -> bool:
    """Whether a person gave this address (its keyed hashes) themselves: with a yes that holds, since, or by writing
    from it."""
    if any(consents.may_be_contacted(practice, person_key=key) for key in keys):
        return True
    since = consents.said_yes_on(practice, contact) if contact else None
    if contact is None or since is None:
        return False
    given = contact.points.filter(kind=PointKind.EMAIL, given_on__gte=timezone.localdate(since))
    told = {key for address in given.values_list("key", flat=True) for key in keys_of(practice.pk, address)}
    return bool(told.intersection(keys)) or wrote_from(contact, keys)


def _live_grant(message: Message, purpose: Purpose) -> bool:
    """A consent that covers this message: for an update, of whoever it is about, to its recipient."""
    if purpose == Purpose.UPDATE:
        found = consents.live_grant(message.practice, purpose, about=message.about, recipient=message.contact)
    else:
        found = consents.live_grant(message.practice, purpose, person=message.contact)
    return found is not None


def _postal_address(message: Message) -> Gate:
    if message.purpose in NEEDS_POSTAL_ADDRESS and not message.practice.imprint.strip():
        return Gate(
            False,
            "US-11.postal-address",
            _("A message of this kind must carry your postal address. Put it into the imprint, in the settings."),
        )
    return OPEN


def _ruled(message: Message) -> Gate:
    asked = ASKED.get(MailPurpose(message.purpose))
    if asked is None or asked[0] not in rulebook.ACTIONS:
        return OPEN
    again = message.purpose == MailPurpose.REFERRAL and referred_before(message)
    found = rulebook.verdict(message.practice, asked[0], facts=(*asked[1], *(("mailed_before",) if again else ())))
    if found.effect is not rulebook.Effect.BLOCK:
        return OPEN
    strictest = found.rules[0]
    return Gate(False, strictest.id, strictest.why)


def _unanswered(message: Message) -> Gate:
    if message.purpose != MailPurpose.REFERRAL or import_string(FOR_CLIENT)(message):
        return OPEN
    return Gate(False, "M16.answered", _("They have answered for themselves, or the introduction has ended."))
