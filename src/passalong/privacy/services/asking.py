"""Somebody types a mail address and asks what is kept. Known or not, the same happens before the page is answered.

A task looks the address up afterwards. Known addresses get a link that works for a day; of unknown ones only a keyed
hash stays, for a day, so that nobody is mailed by others again and again.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key
from passalong.contacts.person import people_at, person_of_address
from passalong.core import clock, erasing, events
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.keyed import keyed_hash
from passalong.mail.models import MailPurpose
from passalong.mail.services.composing import Recipient
from passalong.mail.services.outbox import forget_private, send_now
from passalong.privacy.models import PrivacyLink
from passalong.privacy.selectors import requests as selectors

WORKS_FOR = timedelta(hours=24)
NO_MAIL_BEFORE = timedelta(hours=1)  # after the last one to the same address
KEEP = timedelta(days=1)


def ask(*, practice: Practice, address: str) -> PrivacyLink:
    """Note that somebody asked about this address. Raises Refused, by its form alone, when it is none."""
    key = email_key(address)
    if not key:
        raise Refused(_("Give one mail address, such as ann@example.org."), field="address")
    return PrivacyLink.objects.create(practice=practice, email=key, key=keyed_hash(practice.pk, key))


@transaction.atomic
def look_up(*, link_id: int) -> bool:
    """Mail a link to whoever asked, if anything is kept about them; whether a mail was written. Safe to repeat."""
    link = PrivacyLink.objects.select_for_update(of=("self",)).select_related("practice").filter(pk=link_id).first()
    if link is None or link.looked_at is not None:
        return False
    link.looked_at = clock.now()
    people = people_at(link.practice, link.email)
    if not _was_mailed(link) and (people or _is_known(link)):
        token = new_token()
        link.token_digest, link.expires_at = selectors.link_digest(token), clock.now() + WORKS_FOR
        link.contact = people[0] if len(people) == 1 else None
        link.save()
        _mail(link, token)
        return True
    link.email = ""
    link.save(update_fields=["email", "looked_at"])
    return False


def _was_mailed(link: PrivacyLink) -> bool:
    """Whether this address had a link within the hour: it still works."""
    since = clock.now() - NO_MAIL_BEFORE
    mailed = PrivacyLink.objects.filter(practice=link.practice_id, key=link.key, looked_at__gt=since)
    return mailed.exclude(token_digest="").exists()


def _is_known(link: PrivacyLink) -> bool:
    person = person_of_address(link.practice, link.email)
    return person is not None and bool(erasing.held_about(person))


def _mail(link: PrivacyLink, token: str) -> None:
    named = {"practice": link.practice.name, "url": url_of(token)}
    text = _(
        "Somebody, probably you, asked %(practice)s what it keeps about you.\n\n"
        "Open this page to see it, correct it, object, take a copy or be forgotten:\n\n%(url)s\n\n"
        "The page works for a day, and for nobody but you: keep its address to yourself. If you did not ask, do "
        "nothing; nothing was shown to anybody."
    )
    send_now(
        practice=link.practice,
        purpose=MailPurpose.PRIVACY,
        to=Recipient(link.email, contact=link.contact),
        subject=_("What %(practice)s keeps about you") % named,
        text=text % named,
        key=f"privacy link {link.pk}",
    )
    events.record(link.practice_id, "privacy:link_sent", subject=link.contact.public_id if link.contact else "")


def url_of(token: str) -> str:
    """The address a link leads to."""
    return f"{settings.PUBLIC_URL or 'http://localhost:8000'}/privacy/{token}"


def tidy() -> int:
    """Forget links a day after they were asked for, and the letters that hold them a day after they went; returns how
    many links."""
    forget_private(clock.now() - KEEP)
    return PrivacyLink.objects.filter(asked_at__lt=clock.now() - KEEP).delete()[0]
