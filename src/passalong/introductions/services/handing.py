"""How a message written at the desk gets to the client's own phone or mail: by the client's own page."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.core.ids import new_public_id
from passalong.introductions.models import Recommendation
from passalong.kits.services import passing
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import composing


def address_of(referrer: Contact) -> str:
    """The mail address the client is written to; empty without one."""
    found = referrer.points.filter(kind=PointKind.EMAIL).order_by("pk").first()
    return found.key if found else ""


@transaction.atomic
def secret_of(*, by: Member, row: Recommendation) -> str:
    """A fresh secret of the client's own page for this kit; the address given before ends."""
    demand_own(by, row)
    if row.link is None:
        raise Refused(_("The link of this message has ended. Write it anew."))
    return passing.make_share_page(by=by, link=row.link)


@transaction.atomic
def by_mail(*, by: Member, row: Recommendation) -> Message:
    """Draft a mail to the client with the way to the message on their own page. It is shown before it goes."""
    address = address_of(row.referrer)
    if not address:
        raise Refused(_("There is no mail address of %(name)s on file.") % {"name": row.referrer})
    if not settings.PUBLIC_URL:
        raise Refused(_("Nobody outside can open this server yet: PUBLIC_URL is not set."))
    page = f"{settings.PUBLIC_URL}/pass/{secret_of(by=by, row=row)}/words/{row.public_id}"
    text = _(
        "Dear %(first)s,\n\nhere is the message we wrote down together. Change what you like, and send it from your "
        "own mail or phone if and when it fits:\n%(page)s\n\nKeep this address to yourself.\n\n%(practice)s"
    )
    return composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(address, row.referrer.full_name, row.referrer),
        subject=_("Your message to a friend"),
        text=text % {"first": row.referrer.first_name, "page": page, "practice": by.practice.name},
        key=f"words:{row.public_id}:{new_public_id()}",
        about=row.public_id,
    )
