"""What somebody does on their own page: see, correct, object, take a copy, be forgotten. The link is the credential.

Every act takes the link; the caller has made sure that it is the person's own page that was posted from.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.contacts.models import Contact
from passalong.core import clock, erasing, events
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.person import Kept, Person
from passalong.core.revisions import EVIDENCE, bump
from passalong.mail import grammar, transport
from passalong.mail.models import SuppressionReason
from passalong.mail.services import dkim_sign, mime
from passalong.mail.services.composing import own_address
from passalong.mail.services.suppression import suppress
from passalong.privacy import exporting
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestKind, RequestState
from passalong.privacy.selectors import requests as selectors
from passalong.privacy.services.notices import stop_clock

logger = logging.getLogger("passalong.privacy")
PAGE_RESTS = timedelta(minutes=30)
FIELDS = ("name", "phone", "other")
LONGEST_VALUE, LONGEST_WORDS = 200, 2000
MOST_WAITING = 20  # requests of one person that wait for an answer
FILES = "django.core.mail.backends.filebased.EmailBackend"


@transaction.atomic
def open_page(*, link: PrivacyLink) -> str:
    """The secret of the page that shows what is kept; it stands in its forms and works for half an hour."""
    token = new_token()
    link.page_digest, link.page_until = selectors.page_digest(token), clock.now() + PAGE_RESTS
    link.save(update_fields=["page_digest", "page_until"])
    if (contact := selectors.whose(link)) is not None:
        stop_clock(contact, reason="privacy page")  # they know by now that they are on file
    _note(link, RequestKind.SEE, RequestState.DONE)
    return token


@transaction.atomic
def correct(*, link: PrivacyLink, field: str, value: str = "", words: str = "") -> PrivacyRequest:
    """A wish for the desk's list: another name or phone number, or what is wrong in one's own words."""
    value, words = " ".join(value.replace("\x00", "").split()), words.replace("\x00", "").strip()
    if field not in FIELDS:
        raise Refused(_("Choose what is to be corrected."), field="field")
    if field != "other" and not value:
        raise Refused(_("Write how it should read."), field="value")
    if field == "other" and not words:
        raise Refused(_("Say what is wrong, in your own words."), field="words")
    for name, text, most in (("value", value, LONGEST_VALUE), ("words", words, LONGEST_WORDS)):
        if len(text) > most:
            raise Refused(_("That is more than fits. Please say it shorter."), field=name)
    waiting = PrivacyRequest.objects.filter(practice=link.practice, key=link.key, state=RequestState.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise Refused(_("Many wishes of yours wait already. The practice answers them first."))
    kept_field = "" if field == "other" else field
    return _note(link, RequestKind.CORRECT, RequestState.WAITING, field=kept_field, value=value, words=words)


@transaction.atomic
def object_to_use(*, link: PrivacyLink) -> PrivacyRequest:
    """From now on nothing is sent to any address of the person, and nobody is asked about or by them. At once."""
    person = selectors.person_behind(link)
    _stop(link, person)
    return _note(link, RequestKind.OBJECT, RequestState.DONE)


def _stop(link: PrivacyLink, person: Person | None) -> None:
    for address in person.emails if person else (link.email,):
        suppress(link.practice_id, address, reason=SuppressionReason.OBJECTED)
    if person and person.contact_id:
        Contact.objects.filter(pk=person.contact_id).update(do_not_ask=True, objected_at=clock.now())
        bump(link.practice_id, EVIDENCE)


@transaction.atomic
def take_copy(*, link: PrivacyLink) -> bytes:
    """Everything as a ZIP file with JSON, CSV and a vCard."""
    person = _person(link)
    _note(link, RequestKind.EXPORT, RequestState.DONE)
    return exporting.archive(person, selectors.held_by(person), selectors.whose(link))


def would_stay(*, link: PrivacyLink) -> list[Kept]:
    """What forgetting would leave, and why."""
    return erasing.would_keep(_person(link))


def held_whole(*, link: PrivacyLink) -> Kept | None:
    """The hold, of several the longest, by which nothing about the person can be forgotten yet."""
    return max(erasing.holding_all(_person(link)), key=lambda one: one.until, default=None)


def forget(*, link: PrivacyLink) -> tuple[list[Kept], bool]:
    """Forget the person now. Returns what stays by a rule, and whether a receipt was mailed.

    The receipt goes out after the data is gone, to the address as it stood in this process: it is kept nowhere. Where
    everything is held nobody is told that they are forgotten: they are left unused, and Refused says so.
    """
    practice, address = link.practice, link.email
    kept, held = _forget(link)
    if held:
        words = _(
            "Everything about you is held by a rule (%(rule)s) until %(until)s, so you cannot be forgotten before. "
            "From now on nothing is sent to you, and nobody is asked about you."
        )
        raise Refused(words % {"rule": held.rule, "until": date_format(held.until, "DATE_FORMAT")})
    return kept, _mail_receipt(practice.name, address, kept)


@transaction.atomic
def _forget(link: PrivacyLink) -> tuple[list[Kept], Kept | None]:
    """Forgotten, and noted without saying who; or objected, and by which hold. Of two who press at once the second
    waits here and finds the link gone."""
    if not PrivacyLink.objects.select_for_update(of=("self",)).filter(pk=link.pk).exists():
        raise Refused(_("You were forgotten a moment ago. This link has ended."))
    if held := held_whole(link=link):
        object_to_use(link=link)
        return [], held
    kept = erasing.erase(_person(link), why="own_request")
    note_erased(link.practice_id, kept)
    return kept, None


def note_erased(practice_id: int, kept: list[Kept], *, by: str = "") -> PrivacyRequest:
    """The list keeps that somebody was forgotten that day and what stayed, not whom."""
    return PrivacyRequest.objects.create(
        practice_id=practice_id,
        kind=RequestKind.ERASE,
        state=RequestState.DONE,
        kept=[{"what": one.what, "rule": one.rule, "until": one.until.isoformat()} for one in kept],
        due_on=selectors.month_after(clock.today()),
        decided_by=by,
        decided_at=clock.now(),
    )


def _person(link: PrivacyLink) -> Person:
    person = selectors.person_behind(link)
    if person is None:
        raise Refused(_("Several people on file share this address. Somebody at the practice answers you."))
    return person


def _note(link: PrivacyLink, kind: RequestKind, state: RequestState, **more: str) -> PrivacyRequest:
    contact = selectors.whose(link)
    request = PrivacyRequest.objects.create(
        practice=link.practice,
        kind=kind,
        state=state,
        contact=contact,
        email=link.email if state == RequestState.WAITING else "",
        key=link.key,
        due_on=selectors.month_after(clock.today()),
        decided_at=None if state == RequestState.WAITING else clock.now(),
        **more,
    )
    people = [contact.public_id] if contact else []
    events.record(link.practice_id, f"privacy:{kind.value}", subject=request.public_id, people=people)
    return request


def _mail_receipt(practice: str, address: str, kept: list[Kept]) -> bool:
    """One message handed straight to the mail server. Where messages are kept as files none is written: the file would
    be the one place left that names the person."""
    if settings.EMAIL_BACKEND == FILES:
        return False
    way = transport.make()
    try:
        letter = _receipt(practice, address, kept)
        dated = f"Date: {format_datetime(clock.now())}\r\n".encode() + mime.compose(letter)
        sender = own_address()
        content = dkim_sign.sign(dated, sender.rpartition("@")[2])
        way.hand_over(transport.Envelope(sender, address, content, letter.message_id), lambda: None)
    except (transport.NotNow, transport.Never, transport.Unclear, Refused) as error:
        logger.warning("A receipt for being forgotten could not be mailed (%s).", type(error).__name__)
        return False
    finally:
        way.close()
    return True


def _quiet(name: str) -> str:
    """A name that may stand in a header; empty when it may not."""
    try:
        return grammar.name(name[: grammar.LONGEST_NAME])
    except Refused:
        return ""


def _receipt(practice: str, address: str, kept: list[Kept]) -> mime.Letter:
    lines = [_("%(practice)s has forgotten you, as you asked.") % {"practice": practice}]
    if kept:
        lines.append(_("This stays until its day, because a rule asks for it:"))
        lines += [
            _("- %(what)s (%(rule)s), until %(until)s")
            % {"what": one.what, "rule": one.rule, "until": date_format(one.until, "DATE_FORMAT")}
            for one in kept
        ]
    lines.append(_("A fingerprint of your address stays, so that nobody brings you back from an old list."))
    lines.append(_("This message is not kept here."))
    sender = own_address()
    return mime.Letter(
        sender=(_quiet(practice), sender),
        to=("", address),
        subject=_("You have been forgotten"),
        message_id=f"<{new_token()}@{sender.rpartition('@')[2]}>",
        text="\n\n".join(lines) + "\n",
        html="",
        reply_to="",
        references=(),
        more=[("Auto-Submitted", "auto-generated")],
    )
