"""News to the referrer: first the person is asked, then what was allowed is told, each shown before it goes."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance import updates
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.selectors import consent as consents
from passalong.compliance.services import consent
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.introductions import letters, telling
from passalong.introductions.models import Channel, Introduction, Reply, Told
from passalong.introductions.selectors import hearing
from passalong.introductions.selectors import updates as news
from passalong.introductions.services import thanking
from passalong.kits.content import Frozen
from passalong.kits.selectors.passing import sharing
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import composing

MAY = "prospecting.edit"
QUESTION = gettext_lazy(
    "Dear %(name)s,\n\nYou asked us to get in touch about “%(kit)s”. %(referrer)s passed it along, and whoever does "
    "that may wonder what became of it.\n\nWe tell nothing unless you allow it, and you need not answer. On your own "
    "page you can read word for word what %(referrer)s would be told, choose what of it, and take it back whenever you "
    "like:\n\n%(address)s\n\nThe page is open until %(day)s. Please keep its address to yourself.\n\n%(practice)s"
)


@transaction.atomic
def ask(*, by: Member, reply: Reply) -> Message:
    """Draft the question to the person whether the referrer may hear about it, with the link to a page of their own.

    Raises Refused unless the person's own answer allowed contact and left a mail address.
    """
    demand(by, MAY)
    demand_own(by, reply)
    referrer = _referrer(reply)
    if not email_key(reply.reach):
        raise Refused(_("They left no mail address, so they can only be asked in person."))
    if not (there := sharing()).is_on:
        raise Refused(there.why)
    if why := telling.must_be_named(reply, referrer):
        raise Refused(why)
    if (asked := _question_in_hand(by, reply, referrer)) is not None:
        return asked
    grant, token = consent.ask(by=by, about=reply.public_id, person_key=reply.person_key, recipient=referrer)
    return composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.CONSENT_ASK,
        to=composing.Recipient(email_key(reply.reach), reply.name),
        subject=_("May we tell %(referrer)s?") % {"referrer": referrer},
        text=_question(reply, referrer, grant, f"{settings.PUBLIC_URL}/consent/{token}"),
        key=telling.question_key(grant),
        about=grant.public_id,
        people=(reply.public_id, referrer.public_id),
    )


def _question_in_hand(by: Member, reply: Reply, referrer: Contact) -> Message | None:
    """The question as drafted before, to be looked at again. One that will not arrive makes way for another."""
    grant = _last(reply, referrer)
    if grant is None or updates.stage_of(grant) is not updates.Stage.ASKED:
        return None
    message = Message.objects.filter(practice=by.practice, key=telling.question_key(grant)).first()
    if message is not None and message.state not in (MailState.CANCELLED, MailState.FAILED, MailState.HELD):
        return message
    consent.revoke(grant=grant, by=by, why=_("the question was not sent"))
    return None


def _question(reply: Reply, referrer: Contact, grant: Grant, address: str) -> str:
    named = {
        "name": reply.name,
        "kit": Frozen.from_json(reply.edition.frozen).content.title,
        "referrer": referrer,
        "practice": reply.practice.name,
        "address": address,
        "day": date_format(localdate(grant.expires_at), "DATE_FORMAT"),
    }
    return str(QUESTION) % named


@transaction.atomic
def tell(*, by: Member, reply: Reply, field: str) -> Message:
    """Draft what the person allowed to tell, in the words they read. Raises Refused for anything else, and where the
    referrer wants to hear nothing, or not yet.

    It goes from its preview, and only while the consent holds: that is asked again at the moment it leaves.
    """
    demand(by, MAY)
    demand_own(by, reply)
    if field == letters.TROUBLE_SCOPE:
        raise Refused(_("Write down what went wrong first; it is told from there."))
    referrer = _referrer(reply)
    grant = consents.live_grant(by.practice, Purpose.UPDATE, about=reply.public_id, recipient=referrer)
    if grant is None or field not in grant.scope:
        raise Refused(_("This is not covered: the person has not allowed it, or has taken it back."))
    introduction = reply.introductions.filter(referrer=referrer).order_by("-pk").first()
    return draft_one(by=by, grant=grant, referrer=referrer, friend=reply.name, field=field, introduction=introduction)


def draft_one(
    *, by: Member, grant: Grant, referrer: Contact, friend: str, field: str, introduction: Introduction | None
) -> Message:
    """The letter of one thing told, under a consent the caller looked at. The same again is the same letter."""
    key = telling.news_key(grant, field)
    known = Message.objects.filter(practice=by.practice, key=key).first()
    if known is not None and known.state not in (MailState.CANCELLED, MailState.HELD, MailState.FAILED):
        return known
    may_hear_now(referrer)
    if hearing.of(referrer).channel != Channel.MAIL:
        raise Refused(_("%(name)s does not hear by mail.") % {"name": referrer})
    if not (address := thanking.address_of(referrer)):
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": referrer})
    written = letters.write_news(grant, referrer, friend, field)
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.UPDATE,
        to=composing.Recipient(address, referrer.full_name, referrer),
        subject=written.subject,
        text=written.text,
        key=key,
        about=grant.public_id,
        people=(grant.about,),
    )
    if message.state == MailState.CANCELLED:
        message = composing.write_again(by=by, message=message)
    note_told(grant=grant, referrer=referrer, field=field, introduction=introduction, message=message)
    return message


def may_hear_now(referrer: Contact) -> None:
    """Raise Refused where this referrer wants to hear nothing now: they left, want quiet, or were told lately. Called
    in the transaction that drafts: two at once come one after the other."""
    Contact.objects.select_for_update(of=("self",)).get(pk=referrer.pk)
    chosen = hearing.of(referrer)
    if hearing.is_quiet(chosen):
        raise Refused(_("%(name)s wants to hear nothing at present.") % {"name": referrer})
    if day := news.waits_until(chosen, news.last_told([referrer.pk]).get(referrer.pk)):
        said = _("%(name)s was told something lately. It goes with what else there is from %(day)s on.")
        raise Refused(said % {"name": referrer, "day": date_format(day, "DATE_FORMAT")})


def note_told(
    *,
    grant: Grant,
    referrer: Contact,
    field: str,
    introduction: Introduction | None,
    message: Message | None,
    channel: str = Channel.MAIL,
) -> Told:
    """Write down that this is told under this consent: once, by the last message that holds it."""
    now = {"introduction": introduction, "referrer": referrer, "message": message, "channel": channel}
    row, _made = Told.objects.update_or_create(
        practice_id=grant.practice_id, grant=grant.public_id, field=field, defaults={**now, "at": clock.now()}
    )
    return row


@transaction.atomic
def take_back(*, by: Member, reply: Reply) -> None:
    """The person said, by phone or in person, that nothing may be told after all. At once."""
    grant = _grant(by, reply)
    consent.revoke(grant=grant, by=by, why=_("said so to %(member)s") % {"member": by.user})


@transaction.atomic
def file_form(*, by: Member, reply: Reply, form_id: str) -> Grant:
    """The signed form came in."""
    return consent.record_form(by=by, grant=_grant(by, reply), form_id=form_id)


def _grant(by: Member, reply: Reply) -> Grant:
    demand(by, MAY)
    demand_own(by, reply)
    referrer = _referrer(reply)
    grant = _last(reply, referrer)
    open_ones = (updates.Stage.ASKED, updates.Stage.GRANTED, updates.Stage.USED)
    if grant is None or updates.stage_of(grant) not in open_ones:
        raise Refused(_("There is no consent that holds."))
    return grant


def _last(reply: Reply, referrer: Contact) -> Grant | None:
    found = Grant.objects.filter(
        practice=reply.practice_id, purpose=Purpose.UPDATE, about=reply.public_id, recipient_id=referrer.pk
    )
    return found.order_by("-created_at", "-pk").first()


def _referrer(reply: Reply) -> Contact:
    referrer = telling.passed_by(reply)
    if referrer is None:
        raise Refused(_("It is not known for certain who passed the kit along."))
    return referrer
