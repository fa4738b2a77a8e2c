"""What a client's introductions tell: willingness, quality, trust, and whether there is more to give. For the desk.

Counted from rows, never from readings or openings of a kit. A measure without anything to count has no value, and one
of a single introduction says so by its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact, Standing, StandingKind
from passalong.introductions.lessons import ASPECTS, BY_KEY, LESSONS, Aspect, LessonText
from passalong.introductions.models import (
    Introduction,
    LessonGiven,
    Lunch,
    LunchState,
    Outcome,
    Recommendation,
    Stage,
    Way,
    WayKind,
)
from passalong.ties import selectors as ties
from passalong.ties.models import POSITIVE, Answer

FITS = "passalong.prospecting.fits.percent_of"  # the room above, asked by dotted path
GOOD = 0.5  # a measure below it has a lesson
FITS_FROM = 60  # percent
# How much trust each way of introducing takes, from 0 to 1: judgement, not measurement.
LINK, OWN_WORDS, WRITTEN, CALLED, MET = 0.2, 0.5, 0.7, 0.9, 1.0
_WAYS = {WayKind.MAIL: WRITTEN, WayKind.LETTER: WRITTEN, WayKind.CALL: CALLED, WayKind.LUNCH: MET}
_AGREED = (Stage.AGREED, Stage.PASSED, Stage.ANSWERED, Stage.INTRODUCED, Stage.GREETED, Stage.MET, Stage.CLIENT)
_WAITING = (Stage.IDEA, Stage.ASKED, Stage.AGREED, Stage.PASSED)
_WITHHELD = (Outcome.RATHER_NOT, Outcome.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Measure:
    """One aspect. value: 0 to 1, None where there is nothing to count; words: the numbers behind it."""

    aspect: Aspect
    value: float | None
    words: str

    @property
    def title(self) -> str:
        return str(ASPECTS[self.aspect])

    @property
    def percent(self) -> int:
        return round(100 * (self.value or 0))

    @property
    def tone(self) -> str:
        return "quiet" if self.value is None else "good" if self.value >= GOOD else "due"


@dataclass(frozen=True, slots=True)
class Reading:
    """All aspects, the next lesson, and those given, the latest first."""

    measures: tuple[Measure, ...]
    next: LessonText | None
    given: tuple[tuple[LessonGiven, LessonText], ...]

    @property
    def has_any(self) -> bool:
        """Whether anything was ever asked of or given by this client."""
        return any(one.value is not None for one in self.measures)


def reading_of(client: Contact) -> Reading:
    """What this client's introductions tell, and the next lesson. A constant number of queries."""
    asked = _asked(client)
    agreed = [one for one in asked if one.agreed_on or one.stage in _AGREED]
    said = ties.answers_of(client)
    friends = {one.prospect_id for one in agreed if one.prospect_id}
    measures = (
        _willing(asked, agreed),
        _consent(agreed),
        _need(friends, said),
        _fit(client.practice, friends),
        _trust(agreed),
        _more(friends | {one.prospect_id for one in asked if one.prospect_id}, said),
    )
    rows = list(LessonGiven.objects.filter(client=client).order_by("-given_on", "-pk"))
    given = tuple((row, BY_KEY[row.key]) for row in rows if row.key in BY_KEY)
    return Reading(measures, _next({one.aspect: one for one in measures}, {row.key for row in rows}), given)


def _asked(client: Contact) -> list[Introduction]:
    """Whatever this client was asked for or came up with, the latest first; ideas nobody spoke of do not count."""
    rows = Introduction.objects.filter(practice=client.practice_id, referrer=client).exclude(stage=Stage.IDEA)
    return list(rows.order_by("-pk")[:200])


def _next(found: dict[Aspect, Measure], given: Collection[str]) -> LessonText | None:
    """The first lesson of the list whose aspect is weak and that was not given yet; nothing before anything was
    asked."""
    if found[Aspect.WILLING].value is None:
        return None
    return next((one for one in LESSONS if one.key not in given and _helps(one, found[one.about])), None)


def _helps(lesson: LessonText, measure: Measure) -> bool:
    if measure.value is None:
        return False
    if lesson.key == "in_person":  # for those who write in their own words already
        return OWN_WORDS <= measure.value < CALLED
    if lesson.about is Aspect.MORE:
        return measure.value > 0
    return measure.value < GOOD


def _share(aspect: Aspect, good: int, of: int, words: str) -> Measure:
    numbers = {"good": good, "of": of}
    return Measure(aspect, good / of if of else None, words % numbers if of else _("Nothing to count yet"))


def _willing(asked: list[Introduction], agreed: list[Introduction]) -> Measure:
    """Agreed, of what the client answered: what still waits for a word is not counted."""
    answered = [one for one in asked if one.stage != Stage.ASKED]
    kept = [one for one in agreed if one.outcome not in _WITHHELD]
    return _share(Aspect.WILLING, len(kept), len(answered), _("Agreed to %(good)d of %(of)d"))


def _consent(agreed: list[Introduction]) -> Measure:
    """Said yes, of those whose answer is known or will not come."""
    over = [one for one in agreed if one.stage not in _WAITING and one.outcome not in _WITHHELD]
    return _share(
        Aspect.CONSENT, sum(bool(one.answered_on) for one in over), len(over), _("%(good)d of %(of)d said yes")
    )


def _need(friends: Collection[int], said: dict[int, Answer]) -> Measure:
    """Friends of whom the client could tell what they need."""
    known = sum(bool(pk in said and said[pk].need) for pk in friends)
    return _share(Aspect.NEED, known, len(friends), _("Told the need of %(good)d of %(of)d"))


def _fit(practice: Practice, friends: Collection[int]) -> Measure:
    """Friends who fit the ideal client at 60 percent or more."""
    percent = cast("Callable[[Practice, Collection[int]], dict[int, int]]", import_string(FITS))(practice, friends)
    good = sum(one >= FITS_FROM for one in percent.values())
    return _share(Aspect.FIT, good, len(percent), _("%(good)d of %(of)d fit well"))


def _trust(agreed: list[Introduction]) -> Measure:
    """The strongest way of each introduction that was made, averaged."""
    keys = [one.pk for one in agreed]
    best = {one.pk: LINK for one in agreed if one.stage not in (Stage.AGREED, Stage.CLOSED) or one.answered_on}
    used = Way.objects.filter(introduction__in=keys, used_at__isnull=False)
    ways = [(pk, _WAYS.get(WayKind(kind), LINK)) for pk, kind in used.values_list("introduction", "kind")]
    lunches = Lunch.objects.filter(introduction__in=keys, state=LunchState.FIXED).values_list("introduction", flat=True)
    ways += [(pk, MET) for pk in lunches]
    words = Recommendation.objects.filter(introduction__in=keys, confirmed_at__isnull=False)
    ways += [(pk, OWN_WORDS) for pk in words.order_by().values_list("introduction", flat=True) if pk is not None]
    for pk, weight in ways:
        best[pk] = max(best.get(pk, 0.0), weight)
    close = sum(one >= CALLED for one in best.values())
    told = _("%(close)d of %(of)d in person, %(own)d with words of their own")
    numbers = {"close": close, "of": len(best), "own": sum(OWN_WORDS <= one < CALLED for one in best.values())}
    if not best:
        return Measure(Aspect.TRUST, None, _("Nothing to count yet"))
    return Measure(Aspect.TRUST, sum(best.values()) / len(best), told % numbers)


def _more(named: Collection[int | None], said: dict[int, Answer]) -> Measure:
    """People the client said they know, whom nobody asked them for yet and who are no clients."""
    known = {pk for pk, one in said.items() if one.answer in POSITIVE and pk not in named}
    kinds = (StandingKind.CLIENT, StandingKind.FORMER_CLIENT)
    known -= set(Standing.objects.filter(contact__in=known, kind__in=kinds).values_list("contact", flat=True))
    known -= set(Contact.objects.filter(pk__in=known, do_not_ask=True).values_list("pk", flat=True))
    words = ngettext("%(many)d more person they know", "%(many)d more people they know", len(known))
    return Measure(Aspect.MORE, min(1.0, len(known) / 5) if said else None, words % {"many": len(known)})
