"""Verbs on notices: keep the clocks, tell people, and end a clock for another reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.resting import due_on, owed_notice
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.keyed import keyed_hash
from passalong.core.models import Blob
from passalong.core.revisions import EVIDENCE, bump
from passalong.mail.models import PENDING, MailPurpose, MailState, Message
from passalong.mail.services import composing, gate, outbox
from passalong.privacy.models import Notice, NoticeWay
from passalong.privacy.notice import Words, notice_for

LEAST_REASON = 10  # characters
AT_ONCE = 200  # notices sent with one press
WITHOUT_TEXT = (NoticeWay.KNOWN, NoticeWay.EXEMPT)
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """How a notice would reach somebody: the mail address, empty for none; why it may not go there."""

    contact: Contact
    address: str = ""
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it would go by mail."""
        return bool(self.address) and not self.why_not


def keep_clocks(practice: Practice) -> int:
    """Make the clock of everybody who has none yet, and note when a warning became due. Returns how many are new.

    The lock does not wait for this: contacts.resting reckons it from the day a person came on file.
    """
    owed = Contact.objects.filter(owed_notice(), practice=practice)
    made = 0
    while new := list(owed.filter(notice=None).only("pk", "created_at", "practice_id").order_by("pk")[:CHUNK]):
        rows = [Notice(practice_id=one.practice_id, contact=one, due_on=due_on(one)) for one in new]
        made += len(Notice.objects.bulk_create(rows))
    waiting = Notice.objects.filter(practice=practice, given_at=None, warned_at=None, contact__in=owed)
    near = [one.pk for one in waiting if one.is_near or one.is_over]
    for at in range(0, len(near), CHUNK):
        Notice.objects.filter(pk__in=near[at : at + CHUNK]).update(warned_at=clock.now())
    return made


def keep_all_clocks() -> int:
    """The same for every practice; for the clock."""
    return sum(keep_clocks(practice) for practice in Practice.objects.all())


@transaction.atomic
def mark_given(*, by: Member, contact: Contact, how: str, reason: str = "", message: str = "") -> Notice:
    """The person has been told, knows already or need not be told: they are unlocked. The words go into the record.

    Raises Refused without a reason where nothing was said to the person.
    """
    demand(by, "contacts.edit")
    demand_own(by, contact)
    if how not in NoticeWay.values:
        raise Refused(_("Choose one of the ways listed."), field="how")
    if how in WITHOUT_TEXT and len(reason.strip()) < LEAST_REASON:
        raise Refused(_("Say in a sentence why: it is kept with your name."), field="reason")
    words = None if how in WITHOUT_TEXT else notice_for(contact)
    return end_clock(contact, how, by=by, reason=reason, words=words, message=message)


@transaction.atomic
def stop_clock(contact: Contact, *, reason: str) -> Notice | None:
    """The person asked us themselves (to see, object, correct): they know. None where no clock runs."""
    if contact.informed_at is not None or not Contact.objects.filter(owed_notice(), pk=contact.pk).exists():
        return None
    return end_clock(contact, NoticeWay.OWN_REQUEST, by=None, reason=reason, words=None)


def end_clock(
    contact: Contact, how: str, *, by: Member | None, reason: str = "", words: Words | None, message: str = ""
) -> Notice:
    """Write down how and in which words somebody came to know, and unlock them."""
    now = clock.now()
    text = _kept(contact, words)
    notice, _made = Notice.objects.update_or_create(
        contact=contact,
        defaults={
            "practice": contact.practice, "due_on": due_on(contact), "given_at": now, "how": how,
            "reason": reason.strip()[:500], "text": text, "message": message, "given_by": str(by.user) if by else "",
        },
    )  # fmt: skip
    _unlock([contact], now)
    events.record(
        contact.practice_id,
        "privacy:notice_given",
        actor=by.public_id if by else "",
        subject=contact.public_id,
        texts={"notice": text} if text else {},
        how=how,
        reason=reason.strip()[:500],
    )
    bump(contact.practice_id, EVIDENCE)
    return notice


def _kept(contact: Contact, words: Words | None) -> Blob | None:
    if words is None:
        return None
    return blobs.keep(contact.practice_id, f"{words.subject}\n\n{words.text}".encode(), "text/plain")


def _unlock(contacts: Iterable[Contact], at: datetime) -> None:
    contacts = list(contacts)
    Contact.objects.filter(pk__in=[one.pk for one in contacts]).update(informed_at=at)
    for one in contacts:
        one.informed_at = at


def address_of(contact: Contact) -> str:
    """The mail address a notice would go to, empty for none."""
    return contact.points.filter(kind=PointKind.EMAIL).order_by("pk").values_list("key", flat=True).first() or ""


def way_to(contact: Contact) -> Way:
    """Where the notice would go, and the gate's sentence where it may not."""
    address = address_of(contact)
    if not address:
        return Way(contact)
    key = keyed_hash(contact.practice_id, address)
    unwritten = Message(
        practice=contact.practice, purpose=MailPurpose.NOTICE, contact=contact, address=address, address_key=key
    )
    return Way(contact, address, gate.judge(unwritten).why)


@transaction.atomic
def tell_by_mail(*, by: Member, contact: Contact) -> Message:
    """Send the notice, exactly as previewed; the person is unlocked when it is on its way. Raises Refused without an
    address, or with what the gate says."""
    demand_own(by, contact)
    address = address_of(contact)
    if not address:
        raise Refused(_("%(name)s has no mail address on file. Print the letter instead.") % {"name": contact})
    words = notice_for(contact)
    message = composing.draft(
        by=by, practice=by.practice, purpose=MailPurpose.NOTICE,
        to=composing.Recipient(address, contact.full_name, contact), subject=words.subject, text=words.text,
        key=_key(contact), people=[contact.public_id],
    )  # fmt: skip
    sent = outbox.send(by=by, message=message)
    if sent.state not in (*PENDING, MailState.SENT):
        raise Refused(sent.reason or _("The notice could not be sent."))
    mark_given(by=by, contact=contact, how=NoticeWay.MAIL, message=sent.public_id)
    return sent


def _key(contact: Contact) -> str:
    """One notice a person, and another after each that was taken back."""
    key = f"notice-{contact.public_id}"
    own = Message.objects.filter(practice=contact.practice_id, contact=contact, key__startswith=key)
    taken_back = own.filter(state=MailState.CANCELLED).count()
    return f"{key}-{taken_back}" if taken_back else key


@transaction.atomic
def reopen(message: Message) -> None:
    """The notice did not go after all: nobody was told by it, and the clock runs on. The outbox calls it by name."""
    given = Notice.objects.select_for_update(of=("self",)).filter(
        practice=message.practice_id, how=NoticeWay.MAIL, message=message.public_id
    )
    notice = given.exclude(given_at=None).first()
    if notice is None:
        return
    text = notice.text_id
    notice.given_at, notice.how, notice.message, notice.text, notice.given_by = None, "", "", None, ""
    notice.save()
    Contact.objects.filter(pk=notice.contact_id).update(informed_at=None)
    blobs.release([text] if text else [])
    events.record(
        message.practice_id, "privacy:notice_not_sent", subject=notice.contact.public_id, message=message.public_id
    )
    bump(message.practice_id, EVIDENCE)


@transaction.atomic
def went(message: Message) -> None:
    """A notice is out that nobody was marked told by, such as one that was held and tried again on its own page: they
    are told now, by the words that went. The outbox calls it by name."""
    owed = Contact.objects.filter(owed_notice(), practice=message.practice_id).select_related("practice")
    contact = None if message.contact_id is None else owed.filter(pk=message.contact_id).first()
    if contact is not None:
        words = Words(message.subject, message.text)
        end_clock(contact, NoticeWay.MAIL, by=message.written_by, reason="", words=words, message=message.public_id)


def tell_many_by_mail(*, by: Member, contacts: Sequence[Contact]) -> tuple[int, list[str]]:
    """Send the notice to each: (how many went, one sentence for each that did not)."""
    demand(by, "contacts.edit")
    went, refused = 0, []
    for contact in contacts[:AT_ONCE]:
        try:
            tell_by_mail(by=by, contact=contact)
        except Refused as why:
            refused.append(f"{contact}: {why.message}")
        else:
            went += 1
    return went, refused


def tell_waiting(*, member_id: int, people: Sequence[str]) -> int:
    """Send the notice to those of these public ids who still wait for one; whom it cannot reach stays on the list.
    Returns how many went."""
    by = Member.objects.select_related("practice", "user").filter(pk=member_id).first()
    if by is None:
        return 0
    owed = Contact.objects.filter(owed_notice(), practice=by.practice, public_id__in=list(people))
    return tell_many_by_mail(by=by, contacts=list(owed.select_related("practice").order_by("created_at", "pk")))[0]


@transaction.atomic
def mark_many(*, by: Member, contacts: Sequence[Contact], how: str, reason: str = "") -> int:
    """End the clocks of many in one way; returns how many."""
    for contact in contacts[:AT_ONCE]:
        mark_given(by=by, contact=contact, how=how, reason=reason)
    return len(contacts[:AT_ONCE])
