"""Reads on partners: the list, groups of one trade, one partner's page, who is due to be given something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.core import clock
from passalong.core.due import Due
from passalong.interviews.models import Episode, Interview, Partner, Touch, TouchKind
from passalong.interviews.selectors.reciprocity import reviews_due

SOON = 7  # days ahead that Today looks


def partners(practice: Practice, *, query: str = "", trade: str = "", ended: bool = False) -> QuerySet[Partner]:
    """Partners by trade and name, with `talks` (interviews not closed) and `last_on` (last in touch)."""
    rows = Partner.objects.filter(practice=practice, ended_at__isnull=not ended).select_related("contact")
    for word in fold(query).split():
        rows = rows.filter(Q(contact__search__contains=word) | Q(trade__icontains=word))
    if trade:
        rows = rows.filter(trade__iexact=trade)
    talks = Count("interviews", filter=~Q(interviews__stage="closed"), distinct=True)
    return rows.annotate(talks=talks, last_on=Max("touches__done_on"), key=Lower("trade")).order_by(
        "key", "contact__sort_key", "pk"
    )


def partner(practice: Practice, public_id: str) -> Partner:
    """One partner; raises Partner.DoesNotExist for another practice's."""
    found = Partner.objects.select_related("contact").get(practice=practice, public_id=public_id)
    found.practice = practice
    return found


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade and how many partners it has: competitors of each other, seen as one group."""

    name: str
    count: int


def trades(practice: Practice) -> list[Trade]:
    """Trades with present partners, the most first: one query."""
    rows = Partner.objects.filter(practice=practice, ended_at=None).annotate(key=Lower("trade")).values("key")
    found = rows.order_by().annotate(n=Count("pk"), name=Max("trade")).order_by("-n", "key")
    return [Trade(row["name"], row["n"]) for row in found]


def same_trade(partner: Partner) -> QuerySet[Partner]:
    """The others of this trade."""
    rows = Partner.objects.filter(practice=partner.practice_id, ended_at=None, trade__iexact=partner.trade)
    return rows.exclude(pk=partner.pk).select_related("contact").order_by("contact__sort_key", "pk")


def touches_due(practice: Practice, limit: int = 10) -> list[Due]:
    """Partners whom to be in touch with by now or within a week, and understandings to look at again with them, the
    longest wait first: two queries."""
    by = clock.today() + timedelta(days=SOON)
    rows = Partner.objects.filter(practice=practice, ended_at=None, next_touch_on__lte=by).select_related("contact")
    rows = rows.order_by("next_touch_on", "pk")
    words = _("Be in touch with %(name)s, and give first")
    touching = [
        Due(words % {"name": one}, reverse("interviews:partner", args=[one.public_id]), one.next_touch_on)
        for one in rows[:limit]
        if one.next_touch_on is not None
    ]
    return sorted([*reviews_due(practice, limit), *touching], key=attrgetter("due"))[:limit]


@dataclass(frozen=True, slots=True)
class Idea:
    """Something to give. kind: of TouchKind; words: a sentence; url: where it is done, if it is here."""

    kind: str
    words: str
    url: str = ""


def ideas(partner: Partner) -> list[Idea]:
    """What could be given next, what was given least lately first. Three queries."""
    last = dict(Touch.objects.filter(partner=partner).order_by().values_list("kind").annotate(Max("done_on")))
    out = Episode.objects.filter(interview=OuterRef("pk"), published_at__isnull=False, ended_at=None)
    talk = Interview.objects.filter(Exists(out), practice=partner.practice_id, guest=partner.contact_id).first()
    found = []
    if talk is not None:
        words = _("Share their interview again: it costs nothing and helps them.")
        found.append(Idea(TouchKind.SHARED_AGAIN, words))
    words = _("Introduce somebody to them: one of your clients who needs what they do.")
    found.append(Idea(TouchKind.INTRODUCTION, words, reverse("contacts:list")))
    useful = _("What helps them: %(what)s.") % {"what": partner.gives_first.rstrip(".")} if partner.gives_first else ""
    found.append(Idea(TouchKind.USEFUL, useful or _("Send something they can use for their own clients.")))
    return sorted(found, key=lambda idea: (last.get(idea.kind) is not None, last.get(idea.kind)))


@dataclass(frozen=True, slots=True)
class Balance:
    """How often the practice gave, and asked: giving comes first."""

    given: int
    asked: int


def balance(partner: Partner) -> Balance:
    """Touches that gave something and interviews published for them, against returns asked for. Two queries."""
    given = Touch.objects.filter(partner=partner).exclude(kind=TouchKind.TALK).count()
    mine = Interview.objects.filter(practice=partner.practice_id, guest=partner.contact_id)
    told = mine.aggregate(
        out=Count("pk", filter=Q(stage__in=("published", "shared", "return_asked", "returned"))),
        asked=Count("pk", filter=Q(return_talk__asked_on__isnull=False)),
    )
    return Balance(given + told["out"], told["asked"])


def touches(partner: Partner, limit: int = 50) -> list[Touch]:
    """Times of being in touch, the latest first."""
    return list(Touch.objects.filter(practice=partner.practice_id, partner=partner)[:limit])


def talks(partner: Partner, limit: int = 20) -> list[Interview]:
    """Interviews with them, the latest first, with their returns."""
    rows = Interview.objects.filter(practice=partner.practice_id, guest=partner.contact_id)
    return list(rows.select_related("return_talk").order_by(F("stage_at").desc(), "-pk")[:limit])
