"""The mode in which the practice sends a client's message: once, where profession and place allow it, with its duties.

A separate mode, never the usual way. In the UK and the EU it does not exist. The mail names the client in full and says
that it comes of the recommendation; these sentences cannot be changed. It bears the postal address and a way out, and
whoever asked for no mail is spared, both asked again when it leaves (mail.services.gate).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import Action, Effect, Rule, judge
from passalong.compliance.rulebook.judging import professions_of
from passalong.compliance.selectors import consent as consents
from passalong.compliance.selectors.ledger import given_within_months
from passalong.contacts.countries import letters_of
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact, ContactPoint, PointKind
from passalong.contacts.person import people_at
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.introductions import recommendation as words
from passalong.introductions.models import Introduction, Recommendation, SentBy, Stage
from passalong.introductions.services import recommending
from passalong.introductions.services.opening import demand_fitting, demand_free
from passalong.mail.models import PENDING, MailPurpose, MailState, Message
from passalong.mail.selectors.outbox import referred_before
from passalong.mail.services import composing, outbox
from passalong.mail.services.gate import is_own
from passalong.mail.services.suppression import keys_of

ACTION: Action = "system_mail"
HELD_BY_THEN = ("full_name", "attested")  # demanded below before anything is judged
UNANSWERED = (Stage.AGREED, Stage.PASSED)
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class To:
    """Whom the client means. country: two letters, where the friend lives, as the client says."""

    address: str
    name: str
    country: str


def why_not(practice: Practice, country: str, *, mailed_before: bool = False) -> Rule | None:
    """The rule that forbids to send to somebody there, for the practice's own place and the friend's; None: it may."""
    facts = (*HELD_BY_THEN, *(("mailed_before",) if mailed_before else ()))
    places = ((practice.country, practice.region), (country, ""))
    for place in dict.fromkeys(places):
        found = judge(professions_of(practice), *place, ACTION, facts=facts)
        if found.effect >= Effect.APPROVE:
            return found.decides
    return None


def may_ever(practice: Practice) -> Rule | None:
    """The rule by which this practice never sends for a client; None where it depends on the friend."""
    return why_not(practice, practice.country)


def letter(row: Recommendation, to: To) -> tuple[str, str]:
    """Subject and text as they go. The sentences round the client's words are fixed."""
    named = {"referrer": row.referrer.full_name, "practice": row.practice.name, "name": to.name}
    parts = (
        _("Dear %(name)s,") % named,
        _(
            "%(referrer)s recommended %(practice)s to you and asked us to send you this. You get it because of this "
            "recommendation."
        )
        % named,
        _("%(referrer)s writes:") % named,
        row.text,
        _("We write to you this once. We write again only if you ask us to.") + f"\n{row.practice.name}",
    )
    return _("%(referrer)s recommended us to you") % named, "\n\n".join(parts)


@transaction.atomic
def send_for_client(*, by: Member, row: Recommendation, to: To, attested: bool) -> Message:
    """Send a confirmed message for its client, once; the message waits its short while and can be taken back till then.

    attested: the client asked for it, and told that they know this person themselves. Raises Refused, naming the field,
    for whatever stands in the way; then nothing is kept.
    """
    demand(by, "mail.write")
    demand_own(by, row)
    held = Recommendation.objects.select_for_update(of=("self",)).select_related("practice", "referrer").get(pk=row.pk)
    introduction = _demand_sendable(held)
    if not attested:
        raise Refused(_("Without this nothing is sent for a client."), field="attested")
    to = _clean(to)
    _demand_fit(held, introduction, to)
    subject, text = letter(held, to)
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.REFERRAL,
        to=composing.Recipient(to.address, to.name, introduction.prospect),
        subject=subject,
        text=text,
        key=key_of(by.practice, to.address),
        about=held.public_id,
        people=[held.referrer.public_id],
    )
    if message.about != held.public_id:
        raise Refused(_("Somebody at this address was written to for a client before. Nobody is written to twice."))
    message = outbox.send(by=by, message=message)
    if message.state not in (*PENDING, MailState.SENT):
        raise Refused(message.reason or _("A mail to this address was taken back. Let the client send it."))
    held.sent_by, held.message = SentBy.SYSTEM, message.public_id
    held.save(update_fields=["sent_by", "message"])
    row.refresh_from_db()
    return message


def holds(message: Message) -> bool:
    """Whether it is still to go: nobody has answered. The mail room asks when it is queued and as it leaves."""
    row = Recommendation.objects.filter(practice=message.practice_id, public_id=message.about)
    found = row.select_related("introduction").first()
    if found is None or found.introduction is None or found.introduction.stage not in UNANSWERED:
        return False
    return consents.last_own_answer(message.practice, person_key=message.address_key) is None


@transaction.atomic
def went(message: Message) -> None:
    """The mail left: the message was sent, and its introduction is passed along. Called by the mail room."""
    held = _row_of(message)
    if held is None or held.sent_at is not None:
        return
    member = message.written_by
    recommending.mark_sent(held, SentBy.SYSTEM, member.public_id if member else "")
    if member is not None:
        recommending.move_along(held, member)


@transaction.atomic
def stayed(message: Message) -> None:
    """It was taken back, held or failed: the client can still send it. Called by the mail room."""
    held = _row_of(message)
    if held is not None and held.sent_at is None:
        held.sent_by, held.message = "", ""
        held.save(update_fields=["sent_by", "message"])


def _row_of(message: Message) -> Recommendation | None:
    found = Recommendation.objects.select_for_update(of=("self",)).select_related("practice", "referrer", "template")
    return found.filter(practice=message.practice_id, message=message.public_id).first()


def key_of(practice: Practice, address: str) -> str:
    """One message of this kind for an address, ever: the database holds a key once."""
    return f"referral:{next(iter(keys_of(practice.pk, address)), '')}"


def _demand_sendable(held: Recommendation) -> Introduction:
    if held.confirmed_at is None:
        raise Refused(_("The client has not confirmed these words yet."))
    if held.sent_at is not None or held.sent_by:
        raise Refused(_("This message went already."))
    rows = Introduction.objects.select_for_update(of=("self",)).select_related("prospect", "referrer")
    found = rows.filter(pk=held.introduction_id or 0).first()  # two messages of one introduction: one after the other
    if found is None or found.stage not in UNANSWERED:
        raise Refused(_("Only for an introduction that was agreed on and not answered can the practice send."))
    if found.recommendations.filter(sent_by=SentBy.SYSTEM).exists():
        raise Refused(_("For this introduction the practice has sent a message already."))
    if not words.is_full_name(held.referrer.full_name):
        raise Refused(
            _("The client is named in full, with given and family name: no initials, no nickname. Correct the name.")
        )
    if not is_own(held.referrer):
        raise Refused(_("Only for a client or partner of yours can the practice send."))
    if given_within_months(held.practice, held.referrer_id):
        raise Refused(
            _(
                "Something was given to %(name)s within twelve months, so a mail of ours would be an advertisement of "
                "ours. Let %(name)s send it."
            )
            % {"name": held.referrer}
        )
    if _LINK.search(held.text.replace(_address_in(held), "")):
        raise Refused(_("A message that the practice sends holds no link but the kit's. Take the other out."))
    return found


def _address_in(held: Recommendation) -> str:
    """The kit's link as it stands at the end of the message."""
    return held.text.rsplit("\n\n", 1)[-1]


def _clean(to: To) -> To:
    address, name, country = email_key(to.address), " ".join(to.name.split()), letters_of(to.country)
    if not address:
        raise Refused(_("Give one mail address, such as ann@example.org."), field="address")
    if not name or _LINK.search(name):
        raise Refused(_("Give the friend's name."), field="name")
    if not country:
        raise Refused(_("Give the country the friend lives in, such as US."), field="country")
    return To(address, name, country)


def _demand_fit(held: Recommendation, introduction: Introduction, to: To) -> None:
    if to.address in _addresses(held.referrer):
        raise Refused(_("This is the client's own address."), field="address")
    on_file = introduction.prospect
    if on_file is not None and on_file.country and on_file.country != to.country:
        named = {"country": on_file.country}
        raise Refused(_("On file this person lives in another country: %(country)s.") % named, field="country")
    key = next(iter(keys_of(held.practice_id, to.address)), "")
    _demand_free(held, on_file, to, key)
    before = referred_before(Message(practice=held.practice, contact=on_file, address_key=key))
    if rule := why_not(held.practice, to.country, mailed_before=before):
        named = {"why": _(rule.why), "rule": rule.id}
        raise Refused(_("%(why)s (rule %(rule)s)") % named, field=None if before else "country")


def _demand_free(held: Recommendation, on_file: Contact | None, to: To, key: str) -> None:
    """Raise Refused for somebody at this address who has answered for themselves, rests, or is nobody to introduce."""
    try:
        demand_free(held.practice, held.referrer, {key})
        for person in people_at(held.practice, to.address):
            if on_file is None or person.pk != on_file.pk:
                demand_fitting(held.practice, held.referrer, person)
    except Refused as refused:
        raise Refused(refused.message, field="address") from None
    if consents.last_own_answer(held.practice, person_key=key) is not None:
        raise Refused(_("They have answered for themselves. Nothing is sent to them for a client."), field="address")


def _addresses(contact: Contact) -> set[str]:
    points = ContactPoint.objects.filter(contact=contact, kind=PointKind.EMAIL)
    return set(points.values_list("key", flat=True))
