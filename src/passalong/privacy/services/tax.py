"""Signed consents of people known from tax work (26 USC 7216): one to use what is known, another to disclose it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.models import Grant, GrantState
from passalong.compliance.services import consent
from passalong.compliance.updates import SIGNED
from passalong.contacts.models import Contact
from passalong.contacts.services.own import demand_own
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump


@transaction.atomic
def record_signed(
    *, by: Member, contact: Contact, purpose: str, form_id: str, signed_on: date, until: date | None
) -> Grant:
    """Note a signed consent to use, or to disclose; each has a form of its own. It ends after its last day.

    Raises Refused, naming the field, for a form without a number or duration, or dates that cannot be.
    """
    demand(by, "contacts.edit")
    demand_own(by, contact)
    if purpose not in SIGNED:
        raise Refused(_("Choose use or disclosure: each needs a form of its own."), field="purpose")
    if signed_on > clock.today():
        raise Refused(_("This day is still to come."), field="signed_on")
    if until is None:
        raise Refused(_("Write until when it holds: a consent without a duration is none."), field="until")
    words = _("Signed on %(day)s.") % {"day": signed_on.isoformat()}
    grant = consent.grant_signed(by=by, purpose=purpose, person=contact, form_id=form_id, until=until, words=words)
    bump(by.practice_id, EVIDENCE)
    return grant


@transaction.atomic
def withdraw_signed(*, by: Member, contact: Contact, purpose: str) -> int:
    """The person took a consent back: they are kept apart again at once. Returns how many ended."""
    demand(by, "contacts.edit")
    demand_own(by, contact)
    live = list(Grant.objects.filter(practice=by.practice, person=contact, purpose=purpose, state=GrantState.GRANTED))
    for grant in live:
        consent.revoke(grant=grant, by=by, why=_("The person took the signed consent back."))
    bump(by.practice_id, EVIDENCE)
    return len(live)
