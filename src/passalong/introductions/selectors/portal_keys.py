"""Who may be mailed a sign-in link, what a link opens, whose visit a cookie is."""

from __future__ import annotations

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.contacts.person import people_at
from passalong.core import clock
from passalong.core.ids import digest, is_token
from passalong.introductions.models import AlsoBy, Introduction, PortalKey
from passalong.kits.models import Link

REFERRERS = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT, StandingKind.PARTNER)


def link_digest(token: str) -> str:
    """What is kept of a sign-in link's secret: bound to its purpose, so that a token made for another opens nothing."""
    return digest(f"portal link:{token}")


def visit_digest(token: str) -> str:
    """What is kept of the cookie of a visit."""
    return digest(f"portal visit:{token}")


def of_link(token: str) -> PortalKey | None:
    """The key this link opens a visit by; None for one that never was, has ended or was used: nobody can tell which."""
    if not is_token(token):
        return None
    found = _keys().filter(link_digest=link_digest(token), link_ends_at__gt=clock.now(), used_at=None)
    return found.first()


def of_visit(token: str) -> PortalKey | None:
    """The key of the visit that is going on by this cookie; None when there is none."""
    if not is_token(token):
        return None
    return _keys().filter(visit_digest=visit_digest(token), visit_ends_at__gt=clock.now()).first()


def visit_before(key: PortalKey) -> PortalKey | None:
    """The last visit of the same referrer before this one, so that they notice a visit that was not theirs."""
    earlier = PortalKey.objects.filter(referrer=key.referrer_id, used_at__lt=key.used_at or clock.now())
    return earlier.exclude(pk=key.pk).order_by("-used_at").first()


def has_page() -> Case:
    """Of contacts: whether a page of their own is theirs to open."""
    return Case(When(_refers(), then=True), default=False, output_field=BooleanField())


def opened_at() -> Subquery:
    """Of contacts: when they last opened that page, as far back as it is kept."""
    used = PortalKey.objects.filter(referrer=OuterRef("pk"), used_at__isnull=False).order_by("-used_at")
    return Subquery(used.values("used_at")[:1])


def referrers_at(practice: Practice, address: str) -> list[Contact]:
    """Whoever of the practice's referrers has this address: clients, partners, and whoever introduces somebody."""
    keys = [one.pk for one in people_at(practice, address)]
    return list(Contact.objects.filter(_refers(), pk__in=keys).select_related("practice").order_by("pk"))


def is_referrer(contact: Contact) -> bool:
    """Whether a page of their own is theirs to open."""
    return Contact.objects.filter(_refers(), pk=contact.pk).exists()


def _refers() -> Q:
    """Of contacts: clients, partners, and whoever introduces somebody."""
    known = Exists(Standing.objects.filter(contact=OuterRef("pk"), kind__in=REFERRERS))
    passes = Exists(Link.objects.filter(referrer=OuterRef("pk")))
    gives = Exists(Introduction.objects.filter(referrer=OuterRef("pk")))
    also = Exists(AlsoBy.objects.filter(referrer=OuterRef("pk")))
    return Q(known) | Q(passes) | Q(gives) | Q(also)


def _keys() -> QuerySet[PortalKey]:
    return PortalKey.objects.select_related("practice", "referrer", "referrer__practice")
