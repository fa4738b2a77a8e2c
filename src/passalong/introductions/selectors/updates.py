"""What may be told of an introduction now: true by its stage, covered by a live consent, not told yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from passalong.accounts.models import Practice
from passalong.compliance.models import Grant, Purpose
from passalong.compliance.selectors import consent as consents
from passalong.compliance.updates import SCOPES, locks
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.due import Due
from passalong.introductions.models import Hearing, Introduction, Rhythm, Stage, Told
from passalong.introductions.selectors import hearing
from passalong.mail.models import MailState

SOON = timedelta(days=2)  # after the stage was reached, news is due
LOOKED_AT = 200  # introductions with news at a time, the latest first; the others follow as these are told
# What a stage makes true, the further first: whoever may be told the further is not told the nearer beside it.
TRUE_AT: dict[str, tuple[str, ...]] = {Stage.MET: ("spoke",), Stage.CLIENT: ("client", "spoke")}
APART = {Rhythm.EACH: 0, Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 30}  # days between two messages
UNCHOSEN = 7  # for whoever chose nothing
STUCK = (MailState.CANCELLED, MailState.HELD, MailState.FAILED)  # such a message told nothing


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be told: of which introduction, to whom, by which consent."""

    introduction: Introduction
    referrer: Contact
    grant: Grant
    field: str

    @property
    def friend(self) -> str:
        return friend_of(self.introduction)

    @property
    def sentence(self) -> str:
        return SCOPES[self.field].sentence(self.friend)

    @property
    def due(self) -> date:
        return timezone.localdate(self.introduction.stage_at + SOON)


@dataclass(frozen=True, slots=True)
class News:
    """All that one referrer can be told. waits_until: the day from which they want to hear again; None: now."""

    referrer: Contact
    items: tuple[Item, ...]
    chosen: Hearing
    waits_until: date | None
    is_quiet: bool

    @property
    def due(self) -> date:
        first = min(one.due for one in self.items)
        return max(first, self.waits_until) if self.waits_until else first


def friend_of(introduction: Introduction) -> str:
    """The name by which the person allowed to be told of: the one they gave."""
    reply = introduction.reply
    return (reply.name if reply else "") or str(introduction.prospect or "")


def with_news(practice: Practice) -> QuerySet[Introduction]:
    """Introductions of which a consent lets something be told that their stage made true, the latest first. Whether
    it was told is looked at afterwards."""
    about = Q(about=OuterRef("public_id")) | Q(about=OuterRef("reply__public_id"))
    granted = consents.live(practice).filter(about, purpose=Purpose.UPDATE, recipient=OuterRef("referrer"))
    told = Told.objects.exclude(message__state__in=STUCK).filter(introduction=OuterRef("pk"))
    met = Q(Q(stage=Stage.MET), ~Exists(told.filter(field="spoke")))
    client = Q(Q(stage=Stage.CLIENT), ~Exists(told.filter(field="client")))
    found = Introduction.objects.filter(met | client, Exists(granted), practice=practice, referrer__isnull=False)
    return found.select_related("referrer__practice", "prospect", "reply", "practice").order_by("-stage_at", "-pk")


def items(
    practice: Practice, found: Iterable[Introduction] | None = None, holding: dict[int, list[Grant]] | None = None
) -> list[Item]:
    """What can be told now, of these introductions or of all: four queries. holding: what `grants_of` tells of them,
    where it was read already."""
    looked_at = list(with_news(practice)[:LOOKED_AT] if found is None else found)
    of = grants_of(practice, looked_at) if holding is None else holding
    grants = {grant.public_id for one in of.values() for grant in one}
    told = Told.objects.filter(practice=practice, grant__in=grants).exclude(message__state__in=STUCK)
    done = set(told.values_list("grant", "field"))
    open_ones = []
    for one in looked_at:
        grant = next(iter(of[one.pk]), None)
        if grant is None or one.referrer is None:
            continue
        field = next((key for key in TRUE_AT.get(one.stage, ()) if key in grant.scope), "")
        if field and (grant.public_id, field) not in done:
            open_ones.append(Item(one, one.referrer, grant, field))
    return open_ones


def grants_of(practice: Practice, found: Iterable[Introduction]) -> dict[int, list[Grant]]:
    """The consents that hold now by which the referrer of each may be told, the latest first: two queries."""
    listed = list(found)
    abouts = {one.pk: {one.public_id, *([one.reply.public_id] if one.reply else ())} for one in listed}
    live = consents.live(practice).filter(purpose=Purpose.UPDATE, about__in=set().union(*abouts.values()))
    asked, of = locks(practice), defaultdict(list)
    for grant in live.order_by("-granted_at", "-pk"):
        if consents.opens(practice, grant, asked):
            of[grant.about, grant.recipient_id].append(grant)
    theirs = {one.pk: [of[about, one.referrer_id] for about in abouts[one.pk]] for one in listed}
    return {pk: sorted(chain(*found), key=_granted, reverse=True) for pk, found in theirs.items()}


def _granted(grant: Grant) -> tuple[bool, object, int]:
    return grant.granted_at is not None, grant.granted_at, grant.pk


def of_referrer(practice: Practice, referrer: Contact) -> News:
    """What this referrer can be told now."""
    theirs = items(practice, with_news(practice).filter(referrer=referrer)[:LOOKED_AT])
    (news,) = _gathered({referrer.pk: theirs}, [referrer])
    return news


def gathered(practice: Practice) -> list[News]:
    """News by referrer, the earliest due first, without those who want to hear nothing: six queries."""
    by: dict[int, list[Item]] = {}
    people: dict[int, Contact] = {}
    for one in items(practice):
        by.setdefault(one.referrer.pk, []).append(one)
        people[one.referrer.pk] = one.referrer
    found = [one for one in _gathered(by, people.values()) if not one.is_quiet]
    return sorted(found, key=lambda one: (one.due, one.referrer.pk))


def _gathered(by: dict[int, list[Item]], people: Iterable[Contact]) -> list[News]:
    listed = list(people)
    chosen = hearing.of_many(listed)
    last = last_told([one.pk for one in listed])
    return [
        News(
            referrer=one,
            items=tuple(by[one.pk]),
            chosen=chosen[one.pk],
            waits_until=waits_until(chosen[one.pk], last.get(one.pk)),
            is_quiet=hearing.is_quiet(chosen[one.pk]),
        )
        for one in listed
    ]


def last_told(referrers: Iterable[int]) -> dict[int, date]:
    """The day on which each was told something last, by primary key: one query. What was never sent does not count."""
    rows = Told.objects.filter(referrer__in=set(referrers)).exclude(message__state__in=STUCK).order_by()
    return {pk: timezone.localdate(at) for pk, at in rows.values_list("referrer").annotate(Max("at"))}


def waits_until(chosen: Hearing, last: date | None) -> date | None:
    """The day from which they are told again: what they chose, else a week after the last; None: now."""
    days = APART[Rhythm(chosen.rhythm)] if chosen.pk else UNCHOSEN
    if last is None or not days or last + timedelta(days=days) <= clock.today():
        return None
    return last + timedelta(days=days)


def due(practice: Practice, limit: int = 5) -> list[Due]:
    """Lines for Today: whom to tell now. Those who want to hear later stand there when their day comes."""
    ready = [one for one in gathered(practice) if one.waits_until is None][:limit]
    return [
        Due(_line(one), reverse("introductions:tell_news", args=[one.referrer.public_id]), one.due) for one in ready
    ]


def _line(news: News) -> str:
    many = len(news.items)
    words = ngettext(
        "Tell %(name)s what became of an introduction", "Tell %(name)s what became of %(many)d introductions", many
    )
    return words % {"name": news.referrer, "many": many}
