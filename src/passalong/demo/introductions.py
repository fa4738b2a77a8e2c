"""The demo practice's introductions: at every stage, some of them ended, one of them overdue.

They are moved as people move them; only the days are invented.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.introductions.due import due_at, terms_of
from passalong.introductions.models import Introduction, Stage, Step
from passalong.introductions.services import introducing, moving, open_introduction
from passalong.introductions.services.moving import forget_on
from passalong.introductions.stages import Who
from passalong.prospecting.models import Prospect

# Each: how it is opened, the acts that follow, how many days ago the last of them was.
OPENED: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("plan", (), 3),
    ("plan", (), 1),
    ("ask", (), 16),
    ("ask", (), 5),
    ("agree", (), 9),
    ("agree", (), 2),
    ("agree", ("pass along",), 20),
    ("agree", ("pass along",), 6),
    ("agree", ("pass along", "report a yes", "introduce"), 4),
    ("agree", ("pass along", "report a yes", "introduce", "meet"), 12),
    ("agree", ("pass along", "report a yes", "first answer", "win"), 18),
    ("ask", ("rather not",), 30),
    ("agree", ("withdraw",), 40),
    ("agree", ("pass along", "report a not now"), 25),
)
# What became of those who answered on the kit's page themselves.
ANSWERED: tuple[tuple[tuple[str, ...], int], ...] = (
    ((), 1),
    (("first answer",), 2),
)
REPORTED = "She would like a second opinion before she signs anything, he says."


def load(owner: Member) -> None:
    """Open and move them."""
    own = Introduction.objects.filter(practice=owner.practice, stage=Stage.ANSWERED).order_by("pk")
    for found, (acts, days) in zip(list(own), ANSWERED, strict=False):
        for act in acts:
            _go(found, act, owner)
        _some_days_ago(found, days)
    pairs = zip(_clients(owner), _wished(owner), strict=False)
    for (client, prospect), (act, acts, days) in zip(pairs, OPENED, strict=False):
        found = open_introduction(by=owner, referrer=client, prospect=prospect, act=act)
        for following in acts:
            _go(found, following, owner)
        _some_days_ago(found, days)


def _clients(owner: Member) -> list[Contact]:
    found = Contact.objects.filter(practice=owner.practice, standings__kind=StandingKind.CLIENT, standings__until=None)
    return list(found.distinct().order_by("sort_key", "pk"))


def _wished(owner: Member) -> list[Contact]:
    """People of the wish list who are no clients and whom nobody introduces yet, by name."""
    taken = Introduction.objects.filter(practice=owner.practice, prospect__isnull=False).values("prospect")
    found = Prospect.objects.filter(practice=owner.practice, dropped_at=None).exclude(contact__in=taken)
    people = Contact.objects.filter(pk__in=found.values("contact"), do_not_ask=False)
    people = people.exclude(standings__kind=StandingKind.CLIENT).order_by("-sort_key", "pk")
    return list(people[: len(OPENED)])


def _go(found: Introduction, act: str, owner: Member) -> None:
    if act == "report a yes":
        introducing.report_yes(by=owner, introduction=found, on=clock.today(), words=REPORTED)
        found.refresh_from_db()
    elif act == "win":
        introducing.win(by=owner, introduction=found)
    elif act.startswith("report"):
        introducing.report_refusal(by=owner, introduction=found, act=act)
    else:
        moving.move(introduction=found, act=act, who=Who.MEMBER, by=owner)


def _some_days_ago(found: Introduction, days: int) -> None:
    """The story as if its last act had been then, and each before it two days earlier."""
    found.refresh_from_db()
    last = clock.now() - timedelta(days=days)
    steps = list(found.steps.order_by("-pk"))
    for earlier, step in enumerate(steps):
        Step.objects.filter(pk=step.pk).update(at=last - timedelta(days=2 * earlier))
    found.stage_at = last
    found.due_at = due_at(found.practice, found.stage, last) if found.is_open else None
    found.forget_on = forget_on(found, terms_of(found.practice))
    for field in ("agreed_on", "answered_on", "introduced_on", "greeted_on", "met_on", "client_on", "closed_on"):
        if getattr(found, field) is not None:
            setattr(found, field, _day_of(found, field.removesuffix("_on"), last))
    found.save()


def _day_of(found: Introduction, stage: str, last: datetime) -> date:
    step = found.steps.filter(to=stage).order_by("-pk").first()
    return timezone.localdate(step.at) if step else timezone.localdate(last)
