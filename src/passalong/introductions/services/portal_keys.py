"""Signing in to a referrer's own page: a link by mail, which opens one visit of half an hour, once.

Somebody types an address. Known or not, the same happens before they are answered: a row, and a task that looks it up
and deletes it. Only the digests of links and visits are kept.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.contacts.keys import email_key
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.person import people_at
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.keyed import keyed_hash
from passalong.introductions.models import PortalAsk, PortalKey
from passalong.introductions.selectors import portal_keys as selectors
from passalong.introductions.services.moving import MAY
from passalong.mail.models import MailPurpose
from passalong.mail.services.composing import Recipient
from passalong.mail.services.outbox import send_now

LINK_LASTS = timedelta(hours=1)
VISIT_LASTS = timedelta(minutes=30)
MOST_A_DAY = 6  # mails to one referrer, or about one shared address
KEEP = timedelta(days=30)  # so that the last visit can be told


def ask(*, practice: Practice, address: str) -> PortalAsk:
    """Note that somebody wants to sign in by this address. Raises Refused, by its form alone, when it is none."""
    key = email_key(address)
    if not key:
        raise Refused(_("Give one mail address, such as ann@example.org."), field="address")
    return PortalAsk.objects.create(practice=practice, email=key, at=clock.now())


@transaction.atomic
def look_up(*, ask_id: int) -> bool:
    """Mail a link to the referrer at this address, if there is one; whether a mail was written. Safe to repeat."""
    asked = PortalAsk.objects.select_for_update(of=("self",)).select_related("practice").filter(pk=ask_id).first()
    if asked is None:
        return False
    practice, email = asked.practice, asked.email
    asked.delete()
    referrers = selectors.referrers_at(practice, email)
    if not referrers:
        return False
    if len(people_at(practice, email)) > 1:
        return _mail_shared(practice, email)
    return _mail_link(referrers[0], email) is not None


@transaction.atomic
def send_link(*, referrer: Contact, by: Member | None = None) -> bool:
    """Mail a link to the address on file: asked for on the referrer's page of a kit, or by the desk in a meeting.

    Whether one was written. A member is told why not, by Refused; on the page everybody reads the same.
    """
    if by is not None:
        demand(by, MAY)
        demand_own(by, referrer)
    points = referrer.points.filter(kind=PointKind.EMAIL).order_by("pk").values_list("key", flat=True)
    address = next((one for one in points if len(people_at(referrer.practice, one)) == 1), "")
    if by is not None and not points:
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": referrer})
    if by is not None and not address:
        raise Refused(_("Others on file share this address. It takes one of their own."))
    if by is not None and not selectors.is_referrer(referrer):
        raise Refused(_("Only clients, partners and whoever introduces somebody have a page of their own."))
    sent = bool(address) and selectors.is_referrer(referrer) and _mail_link(referrer, address) is not None
    if by is not None and not sent:
        raise Refused(_("They have had several links today. The last one still comes, or tomorrow a new one."))
    return sent


@transaction.atomic
def open_visit(*, key: PortalKey) -> str | None:
    """Use the link up: the secret of the one visit it opens, or None for whoever comes second."""
    now, token = clock.now(), new_token()
    won = PortalKey.objects.filter(pk=key.pk, used_at=None, link_ends_at__gt=now).update(
        used_at=now, visit_digest=selectors.visit_digest(token), visit_ends_at=now + VISIT_LASTS
    )
    if not won:
        return None
    # A second link that was mailed meanwhile, or a visit on another device, ends with this one.
    others = PortalKey.objects.filter(referrer=key.referrer_id).exclude(pk=key.pk)
    others.filter(used_at=None, link_ends_at__gt=now).update(link_ends_at=now)
    others.filter(visit_ends_at__gt=now).update(visit_ends_at=now)
    events.record(key.practice_id, "introductions:page_opened", subject=key.referrer.public_id)
    key.refresh_from_db()
    return token


def not_mine(*, key: PortalKey) -> None:
    """Whoever has the link did not ask for it: it opens nothing any more."""
    PortalKey.objects.filter(pk=key.pk, used_at=None).update(link_ends_at=clock.now())


def end_visit(*, key: PortalKey) -> None:
    """Over, at once."""
    PortalKey.objects.filter(pk=key.pk, visit_ends_at__gt=clock.now()).update(visit_ends_at=clock.now())


def tidy() -> int:
    """Forget questions nobody looked up, links that ended unused, and old visits; returns how many links."""
    now = clock.now()
    PortalAsk.objects.filter(at__lt=now - LINK_LASTS).delete()
    ended = Q(used_at=None, link_ends_at__lt=now - timedelta(days=1)) | Q(used_at__lt=now - KEEP)
    return PortalKey.objects.filter(ended).delete()[0]


def _mail_link(referrer: Contact, address: str) -> PortalKey | None:
    """A new key and its letter, unless this referrer had enough of them today."""
    today = PortalKey.objects.filter(referrer=referrer, created_at__gt=clock.now() - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        return None
    token = new_token()
    key = PortalKey.objects.create(
        practice_id=referrer.practice_id,
        referrer=referrer,
        link_digest=selectors.link_digest(token),
        link_ends_at=clock.now() + LINK_LASTS,
    )
    named = {"practice": referrer.practice.name, "url": url_of(token)}
    text = _(
        "Somebody, probably you, asked %(practice)s for a way to your own page.\n\nOpen it here:\n\n%(url)s\n\n"
        "The link works once and for an hour, and is for nobody but you: whoever has it sees what you see. If you did "
        "not ask, do nothing, or say so on the page it leads to."
    )
    send_now(
        practice=referrer.practice,
        purpose=MailPurpose.ACCOUNT,
        to=Recipient(address, referrer.full_name, referrer),
        subject=_("Your page at %(practice)s") % named,
        text=text % named,
        key=f"portal key {key.public_id}",
        about=key.public_id,
    )
    return key


def _mail_shared(practice: Practice, address: str) -> bool:
    """An address of several people opens nobody's page; whoever reads there is told so, once a day."""
    named = {"practice": practice.name}
    text = _(
        "Somebody, probably you, asked %(practice)s for a way to a page of their own.\n\nSeveral people on file share "
        "this address, so it opens nobody's page. Tell us an address that is yours alone, and you have your page."
    )
    send_now(
        practice=practice,
        purpose=MailPurpose.ACCOUNT,
        to=Recipient(address),
        subject=_("Your page at %(practice)s") % named,
        text=text % named,
        key=f"portal shared {keyed_hash(practice.pk, address)[:32]} {clock.today()}",
    )
    return True


def url_of(token: str) -> str:
    """The address a link leads to."""
    return f"{settings.PUBLIC_URL or 'http://localhost:8000'}/me/in/{token}"
