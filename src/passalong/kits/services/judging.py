"""Verdicts of the hits in the database: new ones with their neighbours in time, or all of a practice anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.core import events
from passalong.engine import visits
from passalong.kits.models import HitKind
from passalong.kits.models.visits import Visit

NEW_AT_ONCE = 5000  # of a practice; where more wait, all its hits are judged
ROWS_AT_ONCE = 500  # named in one statement
MOST_SPANS = 50  # in one question; where more moments are touched, all from the first to the last is looked at
NEAR = timedelta(seconds=2)  # how far a request without a sign of reading has a say
FAR = timedelta(seconds=visits.REACH)  # how far one with a sign has

# Each judged by itself; rooms above this one add theirs.
MODELS = ("kits.Hit", "interviews.EpisodeHit", "audience.ItemHit")

Hits = QuerySet[Any]  # of one of MODELS
Item = TypeVar("Item")
Span = tuple[datetime, datetime]


class _Row(NamedTuple):
    """What is judged of a hit, and what was said of it before."""

    pk: int
    at: datetime
    kind: str
    method: str
    link_id: int
    agent: str
    headers: list[str]
    network: str
    address_hash: str
    network_hash: str
    view: str
    what: str
    sent_at: datetime | None
    verdict: str
    reason: str

    def entry(self) -> visits.Entry:
        return visits.Entry(
            at=self.at.timestamp(),
            kind=self.kind,
            method=self.method,
            link=self.link_id,
            agent=self.agent,
            headers=self.headers,
            network=self.network,
            address=self.address_hash,
            around=self.network_hash,
            view=self.view,
            sent_at=self.sent_at.timestamp() if self.sent_at else None,
            what=self.what,
        )


class _New(NamedTuple):
    """A hit without a verdict."""

    pk: int
    at: datetime
    kind: str
    view: str
    link: int


def judge_new() -> int:
    """Judge hits that have no verdict yet, and anew those near them that they may change. Returns how many were new."""
    return sum(_judge_new(model) for model in _models())


def _models() -> list[type[Visit]]:
    return [apps.get_model(name) for name in MODELS]


def _judge_new(model: type[Visit]) -> int:
    done = 0
    waiting: Hits = model._default_manager.filter(reason="").order_by()
    for practice in set(waiting.values_list("practice_id", flat=True).distinct()):
        mine = waiting.filter(practice=practice)
        new = [_New(*row) for row in mine.values_list("pk", "at", "kind", "view", "link_id")[: NEW_AT_ONCE + 1]]
        if len(new) > NEW_AT_ONCE:  # their neighbours are most of the practice's hits
            done += mine.count()
            _judge_all(model._default_manager.filter(practice_id=practice))
        else:
            done += len(new)
            _judge_around(model._default_manager.filter(practice_id=practice), new)
    return done


def rejudge(practice: Practice) -> int:
    """Judge every hit of a practice by today's rules. Returns how many verdicts changed."""
    return sum(_judge_all(model._default_manager.filter(practice_id=practice.pk)) for model in _models())


def _judge_all(hits: Hits) -> int:
    rows = list(_rows(hits))
    judged = zip(rows, visits.judge(row.entry() for row in rows), strict=True)
    return _keep(hits.model, ((row, verdict) for row, verdict in judged))


@transaction.atomic
def note_rejudged(*, by: Member) -> None:
    """Write down that a member has all hits judged again."""
    demand(by, "kits.edit")
    events.record(by.practice_id, "kits:judged_again", actor=by.public_id)


def _judge_around(hits: Hits, new: list[_New]) -> None:
    """Judge new hits together with those whose verdicts they may change, and those that these depend on.

    Of visits that were read the verdict depends on others that were read, far around; of others on all, near by.
    """
    links, views = {one.link for one in new}, {one.view for one in new} - {""}
    read = {(row.link_id, row.view) for row in _of_views(hits, links, views, HitKind.ENGAGED)}
    opened = _of_views(hits, links, {view for _, view in read}, HitKind.HIT)
    far = _merged((row.at - FAR, row.at + FAR) for row in opened)
    unread = [one.at for one in new if one.kind == HitKind.HIT and (one.link, one.view) not in read]
    near = _merged((at - NEAR, at + NEAR) for at in unread)
    pages = hits.filter(kind=HitKind.HIT)
    found = [*_within(pages, _wider(near, NEAR)), *_within(pages.filter(_was_read(hits.model)), _wider(far, FAR))]
    rows = {row.pk: row for row in found}
    at_of = {row.view: row.at for row in rows.values() if row.view}
    signs = _of_views(hits, {row.link_id for row in rows.values()}, set(at_of), HitKind.ENGAGED)
    rows |= {row.pk: row for row in [*signs, *_rows(hits.filter(kind=HitKind.ENGAGED, reason=""))]}
    pressed = {row.view for row in rows.values() if row.kind == HitKind.ENGAGED and row.view in at_of}
    ordered = sorted(rows.values(), key=lambda row: (row.at, row.pk))
    asked = {one.pk for one in new}  # what comes in meanwhile is left to the next time, with its own neighbours
    verdicts = zip(ordered, visits.judge(row.entry() for row in ordered), strict=True)
    near_by = (
        (row, verdict)
        for row, verdict in verdicts
        if row.pk in asked or _inside(far if row.view in pressed else near, at_of.get(row.view, row.at))
    )
    _keep(hits.model, near_by)


def _was_read(model: type[Any]) -> Exists:
    """Whether a sign of reading came from the page this row is about."""
    signs = model._default_manager.filter(link=OuterRef("link"), view=OuterRef("view"), kind=HitKind.ENGAGED)
    return Exists(signs.exclude(view=""))


def _keep(model: type[Any], judged: Iterable[tuple[_Row, visits.Verdict]]) -> int:
    """Write the verdicts that are not what they were."""
    changed: dict[visits.Verdict, list[int]] = {}
    for row, verdict in judged:
        if verdict != (row.verdict, row.reason):
            changed.setdefault(verdict, []).append(row.pk)
    for verdict, rows in changed.items():
        for some in _some(rows):
            model._default_manager.filter(pk__in=some).update(verdict=verdict.verdict, reason=verdict.reason[:60])
    return sum(map(len, changed.values()))


def _rows(hits: Hits) -> Iterator[_Row]:
    names = ["pk", *_Row._fields[1:]]
    return (_Row(*row) for row in hits.order_by("at", "pk").values_list(*names).iterator(ROWS_AT_ONCE))


def _of_views(hits: Hits, links: set[int], views: set[str], kind: HitKind) -> list[_Row]:
    """Pages or signs of these views; links are asked for too because the index begins with them."""
    return [
        row
        for some_links in _some(links)
        for some_views in _some(views)
        for row in _rows(hits.filter(kind=kind, link_id__in=some_links, view__in=some_views))
    ]


def _within(hits: Hits, spans: list[Span]) -> Iterator[_Row]:
    if not spans:
        return iter(())
    if len(spans) > MOST_SPANS:
        spans = [(spans[0][0], spans[-1][1])]
    return _rows(hits.filter(reduce(or_, (Q(at__range=span) for span in spans))))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same moments in spans that do not touch, in order."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _wider(spans: list[Span], by: timedelta) -> list[Span]:
    return _merged((start - by, end + by) for start, end in spans)


def _inside(spans: list[Span], at: datetime) -> bool:
    place = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return place >= 0 and at <= spans[place][1]


def _some(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        yield some
