"""What a referrer sees on their own page: their introductions as they themselves know them, and what a consent covers.

Rows are found, ordered and told by what the referrer said and was asked. A name that the practice had from the client
stands there for as long as the practice waits for an answer, counted from the client's own act: whether the friend
answered meanwhile does not show by a name that stays or goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from passalong.compliance.models import Purpose
from passalong.compliance.selectors import consent as consents
from passalong.compliance.updates import SCOPES, locks
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions import own_view
from passalong.introductions.due import terms_of
from passalong.introductions.models import (
    Channel,
    Introduction,
    OwnAct,
    Recommendation,
    Step,
    Thanks,
    Told,
    Way,
)
from passalong.introductions.own_view import AFTER, CAN_SAY, OVER, Act, Seen, Standing, played
from passalong.introductions.selectors import hearing
from passalong.introductions.stages import Who
from passalong.mail.models import MailState

BEGINS = ("ask", "agree")
ALONG = "pass along"
DONE = ("agree", ALONG)
REPORT_YES = "report a yes"
MOST_ASKS = 10
_NAME_STAYS = (Seen.YES, Seen.INTRODUCED)  # the client says who answered: nobody is forgotten in silence


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One introduction in its referrer's eyes. says: how it stands; can: acts and the words of their buttons; news:
    sentences that the person allowed to be told, as they were told."""

    public_id: str
    name: str
    standing: Standing
    says: str
    can: tuple[tuple[str, Promise], ...]
    news: tuple[str, ...]

    @property
    def since(self) -> date | None:
        return self.standing.since

    @property
    def is_asked(self) -> bool:
        return self.standing.seen == Seen.ASKED

    @property
    def is_over(self) -> bool:
        return self.standing.seen in OVER


def introductions(referrer: Contact) -> QuerySet[Introduction]:
    """Those this referrer was asked for, agreed to, or is told of under a consent that holds; the newest first."""
    own = Q(referrer=referrer) & Exists(_steps(BEGINS))
    also = Exists(OwnAct.objects.filter(introduction=OuterRef("pk"), referrer=referrer))
    told = Exists(Told.objects.filter(introduction=OuterRef("pk"), referrer=referrer, grant__in=_covering(referrer)))
    found = Introduction.objects.filter(own | also | told, practice=referrer.practice_id)
    return found.select_related("prospect", "reply").order_by("-created_at", "-pk")


def asks(referrer: Contact) -> QuerySet[Introduction]:
    """Those the referrer was asked for and has said nothing to yet; none while they want quiet."""
    return Introduction.objects.none() if hearing.is_quiet(hearing.of(referrer)) else unanswered(referrer)


def unanswered(referrer: Contact) -> QuerySet[Introduction]:
    """The same, whatever they want to hear."""
    since = clock.now() - timedelta(days=terms_of(referrer.practice).silent_days)
    said = Exists(OwnAct.objects.filter(introduction=OuterRef("pk"), referrer=referrer))
    later = Exists(_steps(tuple(act for act in AFTER if act != "ask")))
    asked = Exists(_steps(("ask",)).filter(at__gt=since))
    return introductions(referrer).filter(asked & ~said & ~later, referrer=referrer)


def rows(referrer: Contact, listed: Iterable[Introduction]) -> list[OwnRow]:
    """These introductions as their referrer may see them: seven queries, whatever their number."""
    shown = list(listed)
    acts, news = _acts(referrer, shown), _news(referrer, shown)
    bounds = _bounds(referrer)
    made = [_row(one, played(acts[one.pk]), news.get(one.pk, ()), bounds) for one in shown]
    return [one for one in made if one.standing.seen or one.news]


def row(referrer: Contact, public_id: str) -> OwnRow:
    """One of them; raises Introduction.DoesNotExist for any other, somebody else's or one that does not show."""
    found = rows(referrer, [introductions(referrer).get(public_id=public_id)])
    if not found:
        raise Introduction.DoesNotExist
    return found[0]


def can_say(referrer: Contact, one: Introduction) -> tuple[str, ...]:
    """The acts this referrer's page offers on an introduction now."""
    stands = played(_acts(referrer, [one])[one.pk])
    return tuple(act for act, _words in _bounds(referrer).can(stands))


def count_within(referrer: Contact, since: datetime) -> int:
    """How many introductions they agreed to or passed along since then, by their own acts: one query."""
    steps = Exists(_steps(DONE).filter(at__gte=since))
    said = Exists(OwnAct.objects.filter(introduction=OuterRef("pk"), referrer=referrer, act__in=DONE, at__gte=since))
    return Introduction.objects.filter(said | (Q(referrer=referrer) & steps)).count()


def said_apart(one: Introduction) -> list[OwnAct]:
    """For the desk: what referrers said on their pages that moved nothing, because the friend or the practice had been
    quicker, or because the introduction is another's."""
    moved = {step.act for step in one.steps.all() if step.who in (Who.MEMBER, Who.REFERRER)}
    said = one.own_acts.select_related("referrer").order_by("pk")
    return [act for act in said if act.referrer_id != one.referrer_id or act.act not in moved]


def thanks(referrer: Contact, most: int = 3) -> list[Thanks]:
    """The last words of thanks, by whatever way they go besides: each is for an act of their own."""
    found = Thanks.objects.filter(practice=referrer.practice_id, referrer=referrer)
    return list(found.order_by("-at", "-pk")[:most])


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the practice lets stand and be said. waited_for: acts written down on this day or before have been waited
    for long enough; own_only: a yes counts only by the person's own answer."""

    waited_for: date
    own_only: bool

    def is_late(self, at: Standing) -> bool:
        """Whether the practice has stopped waiting, counted from the referrer's own act."""
        return at.at is not None and at.seen not in _NAME_STAYS and timezone.localdate(at.at) <= self.waited_for

    def can(self, at: Standing) -> tuple[tuple[str, Promise], ...]:
        """What they may say: nothing more once it was waited for too long, and no yes of somebody else where only
        their own answer counts."""
        if self.is_late(at):
            return ()
        return tuple(one for one in CAN_SAY.get(at.seen, ()) if not (self.own_only and one[0] == REPORT_YES))


def _bounds(referrer: Contact) -> _Bounds:
    practice = referrer.practice
    return _Bounds(clock.today() - timedelta(days=terms_of(practice).silent_days), locks(practice).own)


def _row(one: Introduction, at: Standing, news: tuple[str, ...], bounds: _Bounds) -> OwnRow:
    is_named = one.prospect is not None and not one.named_key and at.seen and not bounds.is_late(at)
    known = one.prospect.full_name if one.prospect and is_named else ""
    says = own_view.sentence(at, known) if at.seen else ""
    return OwnRow(one.public_id, known, at, says, bounds.can(at), news)


def _steps(acts: tuple[str, ...]) -> QuerySet[Step]:
    """Steps of these acts that the referrer knows of, on the introduction of the outer query."""
    return Step.objects.filter(introduction=OuterRef("pk"), act__in=acts, who__in=(Who.MEMBER, Who.REFERRER))


def _acts(referrer: Contact, shown: list[Introduction]) -> dict[int, list[Act]]:
    """By introduction, everything that was done to it in its order, each marked whether this referrer knows of it."""
    found: dict[int, list[Act]] = {one.pk: [] for one in shown}
    first = {one.pk for one in shown if one.referrer_id == referrer.pk}
    known = (Who.MEMBER, Who.REFERRER)
    for step in Step.objects.filter(introduction__in=first).order_by("pk"):
        found[step.introduction_id].append(_act(step.act, step.at, theirs=step.who in known))
    for said in OwnAct.objects.filter(introduction__in=found, referrer=referrer).order_by("pk"):
        found[said.introduction_id].append(Act(said.act, said.on, said.at, theirs=True))
    for pk, at in _sent(referrer, first, found):
        found[pk].append(_act(ALONG, at))
    return {pk: sorted(acts, key=lambda act: act.at) for pk, acts in found.items()}


def _sent(referrer: Contact, first: set[int], every: Iterable[int]) -> Iterator[tuple[int, datetime]]:
    """When they wrote or called by their own hand, whether or not the introduction could still move by it."""
    ways = Way.objects.filter(introduction__in=first).values_list("introduction", "used_at")
    wrote = Recommendation.objects.filter(introduction__in=every, referrer=referrer).order_by("pk")
    for pk, at in (*ways, *wrote.values_list("introduction", "sent_at")):
        if pk is not None and at is not None:
            yield pk, at


def _act(act: str, at: datetime, *, theirs: bool = True) -> Act:
    return Act(act, timezone.localdate(at), at, theirs)


def _covering(referrer: Contact) -> QuerySet[Any]:
    """Public ids of the consents to tell this referrer that hold at this moment."""
    found = consents.live(referrer.practice).filter(purpose=Purpose.UPDATE, recipient_id=referrer.pk)
    return found.order_by().values("public_id")


def _news(referrer: Contact, shown: list[Introduction]) -> dict[int, tuple[str, ...]]:
    """What was told of each, as far as the consent it was told by still holds, in the very words the person read."""
    told = Told.objects.filter(introduction__in=shown, referrer=referrer).select_related("message").order_by("at", "pk")
    went = [one for one in told if one.channel != Channel.MAIL or _is_out(one)]
    live = consents.live(referrer.practice).filter(purpose=Purpose.UPDATE, recipient_id=referrer.pk)
    holding = {one.public_id: one for one in live.filter(public_id__in={one.grant for one in went})}
    names = {one.pk: _name(one) for one in shown}
    found: dict[int, list[str]] = {}
    for one in went:
        grant = holding.get(one.grant)
        if grant and one.field in grant.scope and one.field in SCOPES and consents.opens(referrer.practice, grant):
            about = one.introduction_id or 0
            found.setdefault(about, []).append(SCOPES[one.field].sentence(names[about]))
    return {pk: tuple(said) for pk, said in found.items()}


def _is_out(one: Told) -> bool:
    return one.message is not None and one.message.state == MailState.SENT


def _name(one: Introduction) -> str:
    """The name the person gave with the consent, else the one on file."""
    return (one.reply.name if one.reply else "") or (one.prospect.full_name if one.prospect else "")
