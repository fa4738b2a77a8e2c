"""Who is kept out of suggestions and lists for the time being, although on file.

Two reasons. Somebody in Europe who did not give us their data themselves is to be told of it within a month (GDPR
Art. 14); until then nothing is done with it. And somebody known from tax work only is never proposed, listed or shown
without a signed consent (26 USC 7216), one to use what is known, another to disclose it.

Whether the month is over is reckoned in the query from the day a person came on file, so that it holds at once,
whatever task has run. The duties themselves (notices, forms) are the privacy room's.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.compliance.places import EUROPEAN
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.core import clock

WARN_AFTER, LOCK_AFTER = 25, 30  # days on file
KNOWS_OF_US = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)
NOT_TOLD: Promise = __("has not been told yet that they are on file")
TAX_ONLY: Promise = __("is known from tax work only")


def owed_notice() -> Q:
    """Of contacts: those who are to be told and have not been."""
    return in_europe_unasked() & Q(informed_at=None)


def in_europe_unasked() -> Q:
    """Of contacts: people in Europe who did not come to us. Who is or was a client or partner knows of us."""
    european = Q(country__in=EUROPEAN) | Q(practice__country__in=EUROPEAN)
    knows = Exists(Standing.objects.filter(contact=OuterRef("pk"), kind__in=KNOWS_OF_US))
    return european & ~Q(knows)


def on_file_for(days: int) -> Q:
    """Of contacts: those on file for at least so many days."""
    last = clock.today() - timedelta(days=days)
    return Q(created_at__lt=timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)))


def due_on(contact: Contact) -> date:
    """The day by which this person is to be told, and from which on they are locked."""
    return timezone.localdate(contact.created_at) + timedelta(days=LOCK_AFTER)


def told_by(contact: Contact) -> date | None:
    """The day by which this person is still to be told, None where nobody owes them that."""
    return due_on(contact) if Contact.objects.filter(owed_notice(), pk=contact.pk).exists() else None


def locked() -> Q:
    """Of contacts: those whose month is over without a word."""
    return on_file_for(LOCK_AFTER) & owed_notice()


def tax_barred(*, disclosed: bool = False) -> Q:
    """Of contacts: those known from tax work only without a live consent to use that; where it is also shown to
    somebody outside (`disclosed`), without both consents."""
    missing = ~Q(Exists(_live_tax_grant(Purpose.TAX_USE)))
    if disclosed:
        missing |= ~Q(Exists(_live_tax_grant(Purpose.TAX_DISCLOSURE)))
    return Q(tax_only=True) & missing


def _live_tax_grant(purpose: Purpose) -> QuerySet[Grant]:
    live = Grant.objects.filter(person=OuterRef("pk"), purpose=purpose, state=GrantState.GRANTED, ended_at=None)
    return live.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))


def unlocked(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """The same people without those locked."""
    return found.exclude(locked())


def is_locked(contact: Contact) -> bool:
    """Whether nothing may be done with this person's data until they are told."""
    return _is_over(told_by(contact))


def _is_over(due: date | None) -> bool:
    return due is not None and due <= clock.today()


def is_tax_barred(contact: Contact, *, disclosed: bool = False) -> bool:
    """Whether this person is known from tax work only and has not consented."""
    return contact.tax_only and Contact.objects.filter(tax_barred(disclosed=disclosed), pk=contact.pk).exists()


def awake(found: QuerySet[Contact], *, disclosed: bool = False) -> QuerySet[Contact]:
    """The same people without anybody who rests: whom suggestions, lists and facets may hold."""
    return found.exclude(locked()).exclude(tax_barred(disclosed=disclosed))


def resting(practice: Practice, *, disclosed: bool = False) -> dict[int, str]:
    """Why a person rests, by primary key, for all who do. One query."""
    found = Contact.objects.filter(locked() | tax_barred(disclosed=disclosed), practice=practice)
    is_locked_too = Case(When(locked(), then=True), default=False, output_field=BooleanField())
    rows = found.order_by().annotate(not_told=is_locked_too).values_list("pk", "not_told")
    return {pk: str(NOT_TOLD if not_told else TAX_ONLY) for pk, not_told in rows}


def told_by_and_resting(contact: Contact) -> tuple[date | None, str]:
    """For the person's page: the day by which they are still to be told, as `told_by`; and one sentence on why nothing
    is suggested of them, empty where something is."""
    due = told_by(contact)
    why = _why(contact, due)
    return due, _("%(name)s %(why)s: nothing is suggested.") % {"name": contact, "why": why} if why else ""


def why_resting(contact: Contact, *, disclosed: bool = False) -> str:
    """Why this one person rests, empty if they do not."""
    return _why(contact, told_by(contact), disclosed=disclosed)


def _why(contact: Contact, due: date | None, *, disclosed: bool = False) -> str:
    if _is_over(due):
        return str(NOT_TOLD)
    return str(TAX_ONLY) if is_tax_barred(contact, disclosed=disclosed) else ""
